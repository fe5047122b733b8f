// Prints the closing line of scripts/test from vitest's JSON reports: `N passed, N failed`; exits 1 on any failure.
// usage: count-results.ts CHECK_STATUS {TEST_STATUS REPORT}…  (statuses: 0 good, else bad)
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

const [checkStatus, ...runs] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const problems: string[] = [];

function fail(count: number, problem: string): void {
  failed += count;
  problems.push(problem);
}

function countRun(status: string | undefined, file: string): void {
  const report = readReport(file);
  if (report === undefined) {
    fail(1, `no tests ran for ${file}`);
    return;
  }
  const failedBefore = failed;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that could not even be loaded has no tests to count.
  for (const result of report.testResults) {
    if (result.status === 'failed' && result.assertionResults.length === 0) fail(1, result.name);
  }
  const skipped = report.numTotalTests - report.numPassedTests - report.numFailedTests;
  if (skipped > 0) fail(skipped, `${skipped} tests did not run`);
  if (status !== '0' && failed === failedBefore) fail(1, 'an error outside the tests');
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

// `npm run check` counts as one.
if (checkStatus === '0') passed += 1;
else fail(1, 'npm run check');
for (let at = 0; at < runs.length; at += 2) countRun(runs[at], runs[at + 1] ?? '');
for (const problem of problems) console.log(`FAILED: ${problem}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
