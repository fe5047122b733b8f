import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMarkKey } from '../../../src/adapters/signing/mark-key.ts';
import { PrivateFileFault } from '../../../src/adapters/signing/private-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-mark-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the key of marks is made once, for its owner alone, and named by what it is', async () => {
  const made = await openMarkKey({ folder });
  expect(made.key).toHaveLength(32);
  expect(made.id).toMatch(/^[0-9a-f]{8}$/);
  expect((await stat(join(folder, 'access-marks.key'))).mode & 0o777).toBe(0o600);
  expect(await openMarkKey({ folder })).toEqual(made);
  await rm(join(folder, 'access-marks.key'));
  expect((await openMarkKey({ folder })).id).not.toBe(made.id);
});

test.each(['', 'ab'.repeat(31), 'AB'.repeat(32), 'ab'.repeat(33)])('a file with %j is no such key', async content => {
  await writeFile(join(folder, 'access-marks.key'), content, { mode: 0o600 });
  await expect(openMarkKey({ folder })).rejects.toThrow(PrivateFileFault);
});
