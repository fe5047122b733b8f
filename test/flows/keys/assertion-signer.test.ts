import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKeyFolder } from '../../../src/adapters/signing/key-folder.ts';
import { createAssertionSigner, type AssertionSigner } from '../../../src/flows/keys/assertion-signer.ts';
import { KeyBusy, type KeyVault } from '../../../src/flows/ports/assertion-keys.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import type { AssertionKey } from '../../../src/http-fields/assertion-keys.ts';
import type { AssertionClaims } from '../../../src/http-fields/identity-assertion.ts';

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
const options = {
  issuer: claims.iss,
  audience: claims.aud,
  typ: 'gateway-assertion+jwt',
  algorithms: ['ES256'],
  currentDate: new Date(NOW_S * 1000),
};

let folder: string;
let vault: KeyVault;
let signer: AssertionSigner;
/** Which keys there are, as the database says. */
let keys: AssertionKey[];
let afterS: number;

const at = (seconds: number): Date => new Date((NOW_S + seconds) * 1000);
const published = () => createLocalJWKSet({ keys: [...signer.jwks().keys] });

async function addKey(signsFromS: number, publishedUntilS: number | null = null): Promise<string> {
  const kid = await vault.make();
  const publishedUntil = publishedUntilS === null ? null : at(publishedUntilS);
  keys.push({ kid, madeAt: at(0), signsFrom: at(signsFromS), publishedUntil });
  await signer.refresh();
  return kid;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-signing-'));
  vault = await openKeyFolder(folder);
  keys = [];
  afterS = 0;
  const database = { assertionKeys: { listKeys: () => Promise.resolve([...keys]) } };
  signer = createAssertionSigner({ clock: { now: () => at(afterS) }, database, vault });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an assertion', () => {
  test('verifies with another library against the published keys, claim for claim', async () => {
    const kid = await addKey(0);
    const { payload, protectedHeader } = await jwtVerify(await signer.sign(claims), published(), options);
    expect(payload).toEqual(claims);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'gateway-assertion+jwt', kid });
  });

  test('with one claim changed, or of another key, does not verify', async () => {
    await addKey(0);
    const before = published();
    const [header, payload, signature] = (await signer.sign(claims)).split('.');
    const forged = Buffer.from(payload!, 'base64url').toString().replace('case-handler', 'case-manager');
    const changed = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
    await expect(jwtVerify(changed, before, options)).rejects.toThrow('signature verification failed');
    await addKey(1);
    afterS = 1;
    await expect(jwtVerify(await signer.sign(claims), before, options)).rejects.toThrow('no applicable key');
  });
});

describe('a rotation', () => {
  test('refuses nobody while the next key is being opened, though the one before is taken back', async () => {
    const first = await addKey(0);
    let open = (): void => undefined;
    const opened = new Promise<void>(resolve => (open = resolve));
    const slow: KeyVault = {
      ...vault,
      open: kid => (kid === first ? Promise.resolve() : opened).then(() => vault.open(kid)),
    };
    const database = { assertionKeys: { listKeys: () => Promise.resolve([...keys]) } };
    signer = createAssertionSigner({ clock: { now: () => at(afterS) }, database, vault: slow });
    await signer.refresh();
    afterS = 1;
    const next = await vault.make();
    keys = [
      { kid: first, madeAt: at(0), signsFrom: at(0), publishedUntil: at(1) },
      { kid: next, madeAt: at(1), signsFrom: at(1), publishedUntil: null },
    ];
    const refreshing = signer.refresh();
    await new Promise(resolve => setImmediate(resolve));
    expect([signer.activeKid(), signer.jwks().keys.map(({ kid }) => kid)]).toEqual([first, [first]]);
    await expect(signer.sign(claims)).resolves.toContain('.');
    open();
    await refreshing;
    expect([signer.activeKid(), signer.jwks().keys.map(({ kid }) => kid)]).toEqual([next, [next]]);
  });

  test('is a matter of the clock: the next key is published, signs from its instant on, and the one before stays', async () => {
    const first = await addKey(0, 840);
    const next = await addKey(360);
    const signs = async () => decodeProtectedHeader(await signer.sign(claims)).kid;
    const shown = () => signer.jwks().keys.map(({ kid }) => kid);
    const seen = [];
    for (afterS of [0, 359, 360, 839, 840]) seen.push([afterS, await signs(), signer.activeKid(), shown()]);
    expect(seen).toEqual([
      [0, first, first, [first, next]],
      [359, first, first, [first, next]],
      [360, next, next, [first, next]],
      [839, next, next, [first, next]],
      [840, next, next, [next]],
    ]);
  });

  test('of another node is heard of at the next look', async () => {
    await addKey(0);
    const next = await vault.make();
    keys = [{ kid: next, madeAt: at(0), signsFrom: at(0), publishedUntil: null }];
    await signer.refresh();
    expect(signer.activeKid()).toBe(next);
    expect(signer.jwks().keys.map(({ kid }) => kid)).toEqual([next]);
  });
});

describe('where the key is not at hand, nothing is signed', () => {
  test('none was ever made', async () => {
    await signer.refresh();
    expect(() => signer.activeKid()).toThrow(StoreFault);
    await expect(signer.sign(claims)).rejects.toThrow(StoreFault);
    expect(() => signer.jwks()).toThrow(StoreFault);
  });

  test('it is known, but not on this node: not even the key set is shown, until it comes', async () => {
    const kid = await vault.make();
    const path = join(folder, 'assertion-keys', `${kid}.pem`);
    await rename(path, join(folder, 'elsewhere'));
    keys = [{ kid, madeAt: at(0), signsFrom: at(0), publishedUntil: null }];
    await signer.refresh();
    await expect(signer.sign(claims)).rejects.toThrow(StoreFault);
    expect(() => signer.jwks()).toThrow(StoreFault);
    expect(signer.missing()).toEqual([{ kid, problem: 'There is no such key.' }]);

    await rename(join(folder, 'elsewhere'), path);
    await signer.refresh();
    await jwtVerify(await signer.sign(claims), published(), options);
    expect(signer.missing()).toEqual([]);
  });

  test('the next key does not come: the one before signs no longer than its turn', async () => {
    await addKey(0, 840);
    keys.push({ kid: 'A'.repeat(43), madeAt: at(0), signsFrom: at(360), publishedUntil: null });
    await signer.refresh();
    expect(signer.missing()).toHaveLength(1);
    await signer.sign(claims);
    afterS = 360;
    await expect(signer.sign(claims)).rejects.toThrow(StoreFault);
  });

  test('the vault has too much to sign: the key stays at hand, for whoever comes when it has less', async () => {
    let isBusy = true;
    const kid = await vault.make();
    keys = [{ kid, madeAt: at(0), signsFrom: at(0), publishedUntil: null }];
    const behind: KeyVault = {
      ...vault,
      async open(name) {
        const key = await vault.open(name);
        return key && { jwk: key.jwk, sign: input => (isBusy ? Promise.reject(new KeyBusy('busy')) : key.sign(input)) };
      },
    };
    const database = { assertionKeys: { listKeys: () => Promise.resolve([...keys]) } };
    const other = createAssertionSigner({ clock: { now: () => at(0) }, database, vault: behind });
    await other.refresh();
    await expect(other.sign(claims)).rejects.toThrow(StoreFault);
    expect(other.missing()).toEqual([]);
    isBusy = false;
    await jwtVerify(await other.sign(claims), createLocalJWKSet({ keys: [...other.jwks().keys] }), options);
  });

  test('the vault has lost it in use: it is opened again, and the key set stays meanwhile', async () => {
    let isAway = false;
    const kid = await vault.make();
    keys = [{ kid, madeAt: at(0), signsFrom: at(0), publishedUntil: null }];
    const away = <T>(work: () => Promise<T>): Promise<T> => (isAway ? Promise.reject(new Error('away')) : work());
    const behind: KeyVault = {
      ...vault,
      open: name =>
        away(async () => {
          const key = await vault.open(name);
          return key && { jwk: key.jwk, sign: input => away(() => key.sign(input)) };
        }),
    };
    const database = { assertionKeys: { listKeys: () => Promise.resolve([...keys]) } };
    const other = createAssertionSigner({ clock: { now: () => at(0) }, database, vault: behind });
    await other.refresh();
    isAway = true;
    await expect(other.sign(claims)).rejects.toThrow(StoreFault);
    await other.refresh();
    expect(other.missing()).toEqual([{ kid, problem: 'away' }]);
    expect(other.jwks().keys).toHaveLength(1);

    isAway = false;
    await expect(other.sign(claims)).rejects.toThrow(StoreFault);
    await other.refresh();
    await other.sign(claims);
    expect(other.missing()).toEqual([]);
  });
});
