import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCookieSecret } from '../../../src/adapters/signing/cookie-secret.ts';
import { PrivateFileFault } from '../../../src/adapters/signing/private-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-signing-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the cookie secret', () => {
  test('is 32 bytes, made once, for its owner alone', async () => {
    const secret = await openCookieSecret({ folder });
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(await openCookieSecret({ folder })).toBe(secret);
    expect((await stat(join(folder, 'cookie-secret'))).mode & 0o777).toBe(0o600);
  });

  test('of many starters at once, all use one', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => openCookieSecret({ folder })));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(folder)).toEqual(['cookie-secret']);
  });

  test.each(['', 'short', 'x'.repeat(44)])('%j in its file is refused', async content => {
    await writeFile(join(folder, 'cookie-secret'), content, { mode: 0o600 });
    await expect(openCookieSecret({ folder })).rejects.toThrow(PrivateFileFault);
  });
});
