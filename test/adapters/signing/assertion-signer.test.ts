import { generateKeyPairSync, verify, createPublicKey } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAssertionSigner } from '../../../src/adapters/signing/assertion-signer.ts';
import { openCookieSecret } from '../../../src/adapters/signing/cookie-secret.ts';
import { PrivateFileFault } from '../../../src/adapters/signing/private-file.ts';
import type { AssertionClaims } from '../../../src/http-fields/identity-assertion.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-signing-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOW_S = Date.UTC(2026, 2, 1) / 1000;
const claims: AssertionClaims = {
  iss: 'https://portal.gateway.test',
  aud: 'https://company.gateway.test',
  sub: '00000000-0000-4000-8000-000000000001',
  iat: NOW_S,
  exp: NOW_S + 60,
  jti: 'jti',
  sid: 'sid',
  name: '示範員',
  org: 'example-county',
  unit: null,
  roles: ['case-handler'],
  amr: ['sc', 'pin'],
  acr: 'card',
  auth_time: NOW_S - 5,
  cnf: { 'x5t#S256': 'thumbprint' },
};

describe('an assertion', () => {
  const open = async () => {
    const signer = await openAssertionSigner({ folder });
    const keys = createLocalJWKSet({ keys: [...signer.jwks().keys] });
    return { signer, keys };
  };
  const options = {
    issuer: claims.iss,
    audience: claims.aud,
    typ: 'gateway-assertion+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(NOW_S * 1000),
  };

  test('verifies with another library against the published keys, claim for claim', async () => {
    const { signer, keys } = await open();
    // Signatures whose numbers begin with zeros or a set bit are written differently in DER: many, to meet them all.
    for (let index = 0; index < 600; index += 1) {
      const { payload } = await jwtVerify(await signer.sign({ ...claims, jti: `${index}` }), keys, options);
      expect(payload).toEqual({ ...claims, jti: `${index}` });
    }
  });

  test('with one claim changed, or of another key, does not verify', async () => {
    const { signer, keys } = await open();
    const [header, payload, signature] = (await signer.sign(claims)).split('.');
    const forged = Buffer.from(payload!, 'base64url').toString().replace('case-handler', 'case-manager');
    const changed = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
    await expect(jwtVerify(changed, keys, options)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    await rm(join(folder, 'assertion-key.pem'));
    const { signer: other } = await open();
    await expect(jwtVerify(await other.sign(claims), keys, options)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  test('names algorithm, type and key in its header; the key by its thumbprint (RFC 7638)', async () => {
    const { signer } = await open();
    const [key] = signer.jwks().keys;
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(key).not.toHaveProperty('d');
    const kid = await calculateJwkThumbprint(key as Parameters<typeof calculateJwkThumbprint>[0]);
    expect(key).toMatchObject({ kid });
    expect(decodeProtectedHeader(await signer.sign(claims))).toEqual({
      alg: 'ES256',
      typ: 'gateway-assertion+jwt',
      kid,
    });
  });

  test('is signed by the key in the file, which stays the same from start to start', async () => {
    const { signer } = await open();
    const pem = await readFile(join(folder, 'assertion-key.pem'), 'utf8');
    const [header, payload, signature] = (await signer.sign(claims)).split('.');
    const key = { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' as const };
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature!, 'base64url'))).toBe(true);
    expect((await openAssertionSigner({ folder })).jwks()).toEqual(signer.jwks());
  });
});

describe('the key file', () => {
  const path = () => join(folder, 'assertion-key.pem');

  test('is made for its owner alone, and nothing is left beside it', async () => {
    await openAssertionSigner({ folder });
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['assertion-key.pem']);
  });

  test('of many starters at once, all use one key', async () => {
    const signers = await Promise.all(Array.from({ length: 8 }, () => openAssertionSigner({ folder })));
    const kids = new Set(signers.map(signer => JSON.stringify(signer.jwks())));
    expect(kids.size).toBe(1);
    expect(await readdir(folder)).toEqual(['assertion-key.pem']);
  });

  test.each([0o640, 0o604, 0o620, 0o666])('with mode %o is refused', async mode => {
    await openAssertionSigner({ folder });
    await chmod(path(), mode);
    await expect(openAssertionSigner({ folder })).rejects.toThrow('chmod 600');
  });

  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  test.each([
    ['nothing', ''],
    ['something else', 'not a key'],
    ['an Ed25519 key', ed25519],
    ['a P-384 key', p384],
    ['too much', 'x'.repeat(16_385)],
  ])('with %s in it is refused, and stays as it is', async (_defect, content) => {
    await writeFile(path(), content, { mode: 0o600 });
    await expect(openAssertionSigner({ folder })).rejects.toThrow(PrivateFileFault);
    expect(await readFile(path(), 'utf8')).toBe(content);
  });

  test('that is a link to somewhere else is refused, however good the key there', async () => {
    await openAssertionSigner({ folder });
    await rename(path(), join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), path());
    await expect(openAssertionSigner({ folder })).rejects.toThrow(PrivateFileFault);
  });
});

describe('the cookie secret', () => {
  test('is 32 bytes, made once, for its owner alone', async () => {
    const secret = await openCookieSecret({ folder });
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(await openCookieSecret({ folder })).toBe(secret);
    expect((await stat(join(folder, 'cookie-secret'))).mode & 0o777).toBe(0o600);
  });

  test.each(['', 'short', 'x'.repeat(44)])('%j in its file is refused', async content => {
    await writeFile(join(folder, 'cookie-secret'), content, { mode: 0o600 });
    await expect(openCookieSecret({ folder })).rejects.toThrow(PrivateFileFault);
  });
});
