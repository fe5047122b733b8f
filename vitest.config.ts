import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], extra: object = {}) => ({
  extends: true as const,
  test: { name, include, ...extra },
});

/** Slow, machine-wide parts (browsers, servers) run one file at a time: the machines have two cores. */
const serial = { fileParallelism: false };

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    // Two runs share two cores (scripts/test): nothing is meant to take this long, and nothing fails for being slow.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The default second is too short for a browser on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      project('core', [
        'test/{pki,http-fields,calendar,accounts,applications,sessions,policy,audit,notices,flows,config,verifier,cli}/**/*.test.{ts,tsx}',
      ]),
      project('conformance', ['test/conformance/**/*.test.ts']),
      project('contract', ['test/contract/**/*.test.ts', 'test/adapters/**/*.test.ts']),
      project('web', ['test/web/**/*.test.{ts,tsx}']),
      project('gateway', ['test/gateway/**/*.test.ts']),
      project('agent', ['test/card-agent/**/*.test.ts'], serial),
      project(
        'journeys',
        ['test/journeys/**/*.test.ts', 'test/authority/**/*.test.ts', 'test/scripts/**/*.test.ts'],
        serial,
      ),
      project('browser', ['test/browser/**/*.test.ts'], serial),
    ],
  },
});
