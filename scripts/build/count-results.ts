// Prints the closing line of scripts/test from vitest's JSON report: `N passed, N failed`; exits 1 on any failure.
// usage: count-results.ts REPORT CHECK_STATUS TEST_STATUS  (statuses: 0 good, else bad)
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numTotalTests: number;
  readonly numPassedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

const [, , file = '', checkStatus, testStatus] = process.argv;
const text = readFileSync(file, 'utf8');
let passed = 0;
let failed = 0;
const problems: string[] = [];

// `npm run check` counts as one.
if (checkStatus === '0') passed += 1;
else {
  failed += 1;
  problems.push('npm run check');
}
if (text === '') {
  failed += 1;
  problems.push('the tests did not run');
} else {
  const report = JSON.parse(text) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that could not even be loaded has no tests to count.
  for (const result of report.testResults) {
    if (result.status === 'failed' && result.assertionResults.length === 0) {
      failed += 1;
      problems.push(result.name);
    }
  }
  const skipped = report.numTotalTests - report.numPassedTests - report.numFailedTests;
  if (skipped > 0) {
    failed += skipped;
    problems.push(`${skipped} tests did not run`);
  }
  if (testStatus !== '0' && failed === 0) {
    failed += 1;
    problems.push('an error outside the tests');
  }
}
for (const problem of problems) console.log(`FAILED: ${problem}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
