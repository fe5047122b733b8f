import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertionKeysSchema, checkAssertionKeyFiles, composeAssertionKeys } from '../../src/config/assertion-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-keys-'));
beforeAll(() => {
  for (const name of ['module.so', 'pin']) writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (path: string): string => join(folder, path);
const pkcs11 = (changes: object = {}) => ({
  kind: 'pkcs11' as const,
  module: join(folder, 'module.so'),
  tokenLabel: 'gateway',
  pinFile: 'pin',
  ...changes,
});

test('keys are in files, and never rotated by themselves, unless that is configured', () => {
  const compose = (file: object) => composeAssertionKeys(assertionKeysSchema.parse(file), at);
  expect(compose({ kind: 'files' })).toEqual({ kind: 'files', rotateDays: null });
  expect(compose({ kind: 'files', rotateDays: 90 })).toEqual({ kind: 'files', rotateDays: 90 });
  expect(compose(pkcs11())).toEqual(pkcs11({ pinFile: join(folder, 'pin'), rotateDays: null }));
});

test.each([
  ['an unknown kind', { kind: 'memory' }],
  ['a term of no day', { kind: 'files', rotateDays: 0 }],
  ['a term of more than a year', { kind: 'files', rotateDays: 367 }],
  ['a module beside files', { kind: 'files', module: '/usr/lib/x.so' }],
  ['a module that the loader would have to look for', pkcs11({ module: 'libx.so' })],
  ['no token', pkcs11({ tokenLabel: '' })],
  ['a PIN in the configuration', pkcs11({ pin: '1234' })],
])('%s is refused', (_name, file) => {
  expect(assertionKeysSchema.safeParse(file).success).toBe(false);
});

test('a module or a PIN that is not there is told before the start', () => {
  expect(checkAssertionKeyFiles(pkcs11(), at)).toEqual([]);
  expect(checkAssertionKeyFiles({ kind: 'files' }, at)).toEqual([]);
  const missing = pkcs11({ module: '/usr/lib/none.so', pinFile: 'none' });
  expect(checkAssertionKeyFiles(missing, at)).toEqual([
    'assertionKeys.module: /usr/lib/none.so does not exist',
    `assertionKeys.pinFile: ${join(folder, 'none')} does not exist`,
  ]);
});
