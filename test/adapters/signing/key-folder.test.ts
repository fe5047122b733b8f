import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKeyFolder } from '../../../src/adapters/signing/key-folder.ts';
import { PrivateFileFault } from '../../../src/adapters/signing/private-file.ts';
import type { KeyVault } from '../../../src/flows/ports/assertion-keys.ts';

let folder: string;
let vault: KeyVault;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-signing-'));
  vault = await openKeyFolder(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (kid: string): string => join(folder, 'assertion-keys', `${kid}.pem`);
const input = Buffer.from('header.payload');

describe('a key in the folder', () => {
  test('is named by its thumbprint (RFC 7638), and shows its public half alone', async () => {
    const kid = await vault.make();
    const key = await vault.open(kid);
    expect(Object.keys(key!.jwk).toSorted()).toEqual(['crv', 'kty', 'x', 'y']);
    expect(await calculateJwkThumbprint({ ...key!.jwk })).toBe(kid);
  });

  test('is made for its owner alone, and nothing is left beside it', async () => {
    const kid = await vault.make();
    expect((await stat(path(kid))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'assertion-keys'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'assertion-keys'))).toEqual([`${kid}.pem`]);
  });

  test('signs ES256, on whichever node opens it', async () => {
    const kid = await vault.make();
    const key = await (await openKeyFolder(folder)).open(kid);
    const publicKey = createPublicKey({ key: { ...key!.jwk }, format: 'jwk' });
    // Signatures whose numbers begin with zeros or a set bit are written differently in DER: many, to meet them all.
    for (let index = 0; index < 600; index += 1) {
      const signature = await key!.sign(Buffer.concat([input, Buffer.from([index])]));
      expect(signature).toHaveLength(64);
      const check = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
      expect(verify('sha256', Buffer.concat([input, Buffer.from([index])]), check, signature)).toBe(true);
      expect(verify('sha256', input, check, signature)).toBe(false);
    }
  });

  test('that was removed is there no more; removing it again does no harm', async () => {
    const kid = await vault.make();
    await vault.remove(kid);
    await vault.remove(kid);
    expect(await vault.open(kid)).toBeUndefined();
    expect(await readdir(join(folder, 'assertion-keys'))).toEqual([]);
  });

  test('of another name is not there', async () => {
    await vault.make();
    expect(await vault.open('A'.repeat(43))).toBeUndefined();
  });
});

describe('a file that is not to be used', () => {
  test.each([0o640, 0o604, 0o620, 0o666])('with mode %o', async mode => {
    const kid = await vault.make();
    await chmod(path(kid), mode);
    await expect(vault.open(kid)).rejects.toThrow('chmod 600');
  });

  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  test.each([
    ['nothing', ''],
    ['something else', 'not a key'],
    ['half a key', other.slice(0, other.length / 2)],
    ['an Ed25519 key', ed25519],
    ['a P-384 key', p384],
    ['another key than its name says', other],
    ['too much', 'x'.repeat(16_385)],
  ])('with %s in it; it stays as it is', async (_defect, content) => {
    const kid = await vault.make();
    await writeFile(path(kid), content, { mode: 0o600 });
    await expect(vault.open(kid)).rejects.toThrow(PrivateFileFault);
    expect(await readFile(path(kid), 'utf8')).toBe(content);
  });

  test('that is a link to somewhere else, however good the key there', async () => {
    const kid = await vault.make();
    await rename(path(kid), join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), path(kid));
    await expect(vault.open(kid)).rejects.toThrow(PrivateFileFault);
  });
});
