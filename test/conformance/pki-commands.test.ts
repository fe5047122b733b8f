import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintCrl } from '../pki/support/crl-mint.ts';
import { mintLeaf, mintRoot, TIME, type Minted } from '../pki/support/mint.ts';
import { runGatewayCommand } from '../support/program.ts';
import { requireBuild } from '../support/temporary-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'moica-'));
let root: Minted;
let good: string;
let bad: string;
beforeAll(async () => {
  requireBuild();
  root = await mintRoot();
  const leaf = await mintLeaf(root);
  const crls = [mintCrl(root).toString('base64')];
  const question = { id: 1, trust_anchors: [root.pem], leaf: leaf.pem, crls, time: TIME.toISOString() };
  good = JSON.stringify(question);
  bad = JSON.stringify({ ...question, id: 2, crls: [] });
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

test.each<[string, () => string[], number, readonly unknown[]]>([
  ['every verdict ok', () => [good, good], 0, [true, true]],
  ['one negative', () => [good, bad, good], 1, [true, 'revocation-status-unavailable', true]],
  [
    'one that is no question, and the rest all the same',
    () => ['?', bad, good],
    2,
    ['input-malformed', 'revocation-status-unavailable', true],
  ],
  ['none at all', () => [], 0, []],
])('`pki validate FILE`: %s', async (_name, lines, exitCode, answers) => {
  const run = await runGatewayCommand(
    'pki',
    'validate',
    fileOf(
      lines()
        .map(line => `${line}\n`)
        .join(''),
    ),
  );
  expect(run).toMatchObject({ exitCode, stderr: '' });
  const parsed = run.stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { ok: boolean; code?: string });
  expect(parsed.map(each => each.code ?? each.ok)).toEqual(answers);
});

test('`pki validate` of a file that is not there: exit 2, and why', async () => {
  const run = await runGatewayCommand('pki', 'validate', join(folder, 'absent'));
  expect(run).toMatchObject({ exitCode: 2, stdout: '' });
  expect(run.stderr).toContain('ENOENT');
});

test('`crl inspect` reads a CRL without configuration; exit 1 for what is none, 2 for a file that is not there', async () => {
  const run = await runGatewayCommand('crl', 'inspect', fileOf(mintCrl(root)), '--json');
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject([{ ok: true, issuer: 'CN=Root', entries: 0 }]);
  expect((await runGatewayCommand('crl', 'inspect', fileOf('?'))).exitCode).toBe(1);
  expect((await runGatewayCommand('crl', 'inspect', join(folder, 'absent'))).exitCode).toBe(2);
});
