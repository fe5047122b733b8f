import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';

/** What the command line says on its way to a fault; the process lives on. */
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation(text => said.push(String(text)) > 0);
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const run = async (...words: string[]): Promise<string> => {
  await runCommandLine(['node', 'moica-gateway', ...words, '--config', '/nowhere/gateway.yaml']);
  expect(process.exitCode).toBe(2);
  return said.splice(0).join('\n');
};

const FILTERS = ['account', 'organisation', 'unit', 'system', 'method', 'address'];

test.each(['list', 'end'])(
  'session %s takes each filter once: the last of several would silently be the one',
  async name => {
    for (const filter of FILTERS) {
      const twice = await run('session', name, `--${filter}`, 'one', `--${filter}`, 'another');
      expect(twice, filter).toContain('It may be given once only.');
      expect(twice).toContain(`--${filter}`);
      expect(await run('session', name, `--${filter}`, 'one'), filter).toContain('/nowhere/gateway.yaml');
    }
    const all = await run('session', name, ...FILTERS.flatMap(filter => [`--${filter}`, 'one']));
    expect(all).toContain('/nowhere/gateway.yaml');
  },
);

test('policy explain takes a method, an address and whose request it is', async () => {
  expect(await run('policy', 'explain', 'GET', '--as', 'c-user')).toContain("missing required argument 'url'");
  expect(await run('policy', 'explain', 'GET', 'https://company.example/')).toContain("required option '--as");
  const whole = ['policy', 'explain', 'GET', 'https://company.example/', '--as', 'c-user', '--method', 'card'];
  expect(await run(...whole)).toContain('/nowhere/gateway.yaml');
});

test('session end asks for no reason where the options are read: a dry run needs none', async () => {
  expect(await run('session', 'end', '--all', '--dry-run')).toContain('/nowhere/gateway.yaml');
  expect(await run('account', 'suspend', 'c-user')).toContain("required option '--reason <text>'");
});
