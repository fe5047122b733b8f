import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  AssertionRejected,
  createAssertionVerifier,
  readAssertionField,
  type AssertionRejection,
  type JsonWebKeySet,
} from '../../src/verifier/verifier.ts';

const ISSUER = 'https://portal.gateway.test';
const AUDIENCE = 'https://company.gateway.test';
const NOW_S = 1_800_000_000;
const now = () => new Date(NOW_S * 1000);

const OWN = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const FOREIGN = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;

function jwkOf(key: KeyObject, kid: string, changes: object = {}): Record<string, unknown> {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256', ...changes };
}
const JWKS: JsonWebKeySet = { keys: [jwkOf(OWN, 'own')] };

const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: randomUUID(),
  iat: NOW_S,
  exp: NOW_S + 60,
  jti: randomUUID(),
  sid: randomUUID(),
  name: '示範承辦員',
  org: 'demo-county',
  unit: null as string | null,
  roles: ['case-handler'],
  amr: ['sc', 'pin'],
  acr: 'card',
  auth_time: NOW_S - 100,
  cnf: { 'x5t#S256': 'A'.repeat(43) },
};
const HEADER = { alg: 'ES256', typ: 'gateway-assertion+jwt', kid: 'own' };

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function signed(header: unknown, claims: unknown, key: KeyObject = OWN): string {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const verifier = createAssertionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: JWKS, now });

async function rejectionOf(work: Promise<unknown>): Promise<AssertionRejection> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AssertionRejected) return error.code;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('an assertion of the gateway', () => {
  test('is believed, and says who the request is from', async () => {
    expect(await verifier.verify(signed(HEADER, CLAIMS))).toEqual({
      subject: CLAIMS.sub,
      name: '示範承辦員',
      organization: 'demo-county',
      unit: null,
      roles: ['case-handler'],
      authenticationMethods: ['sc', 'pin'],
      assurance: 'card',
      authenticatedAt: new Date((NOW_S - 100) * 1000),
      sessionReference: CLAIMS.sid,
      assertionId: CLAIMS.jti,
      issuedAt: new Date(NOW_S * 1000),
      expiresAt: new Date((NOW_S + 60) * 1000),
      certificateSha256: 'A'.repeat(43),
      purpose: null,
      caseNumber: null,
    });
  });

  test.each([
    ['with a unit', { unit: 'commerce' }],
    ['with purpose and case', { purpose: 'audit', case: 'A-1' }],
    ['by one-day password, without a card', { acr: 'one-day-password', amr: ['pwd', 'day'], cnf: undefined }],
    ['of a machine', { acr: 'system', amr: ['mtls'], cnf: undefined }],
    ['with a claim of a later version', { later: true }],
    ['in its last second and the tolerance', { iat: NOW_S - 64, exp: NOW_S - 4 }],
    ['of a clock that is ahead within the tolerance', { iat: NOW_S + 5, exp: NOW_S + 65 }],
  ])('is believed %s', async (_name, changes) => {
    await expect(verifier.verify(signed(HEADER, { ...CLAIMS, ...changes }))).resolves.toBeDefined();
  });
});

describe('a header is judged before the key is looked up (RFC 8725 sections 3.1, 3.11)', () => {
  const publicPem = createPublicKey(OWN).export({ type: 'spki', format: 'pem' }).toString();
  const hmac = (header: object): string => {
    const input = `${encode(header)}.${encode(CLAIMS)}`;
    return `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`;
  };
  test.each<[string, AssertionRejection, string]>([
    ['alg none', 'wrong-algorithm', `${encode({ ...HEADER, alg: 'none' })}.${encode(CLAIMS)}.`],
    ['alg None', 'wrong-algorithm', `${encode({ ...HEADER, alg: 'None' })}.${encode(CLAIMS)}.`],
    ['HS256 keyed with the public key', 'wrong-algorithm', hmac({ ...HEADER, alg: 'HS256' })],
    ['ES256 with an HMAC inside', 'bad-signature', hmac(HEADER)],
    ['another curve', 'wrong-algorithm', signed({ ...HEADER, alg: 'ES384' }, CLAIMS, P384)],
    ['a plain JWT', 'wrong-type', signed({ ...HEADER, typ: 'JWT' }, CLAIMS)],
    ['no type', 'wrong-type', signed({ alg: 'ES256', kid: 'own' }, CLAIMS)],
    ['the type in capitals', 'wrong-type', signed({ ...HEADER, typ: 'Gateway-Assertion+JWT' }, CLAIMS)],
    ['no kid', 'assertion-malformed', signed({ ...HEADER, kid: undefined }, CLAIMS)],
    ['a kid that is no text', 'assertion-malformed', signed({ ...HEADER, kid: 1 }, CLAIMS)],
    ['a kid that nobody has', 'unknown-key', signed({ ...HEADER, kid: 'other' }, CLAIMS)],
    ['a kid of an object', 'unknown-key', signed({ ...HEADER, kid: '__proto__' }, CLAIMS)],
    [
      'an extension that must be understood',
      'assertion-malformed',
      signed({ ...HEADER, crit: ['b64'], b64: false }, CLAIMS),
    ],
    ['its own key', 'bad-signature', signed({ ...HEADER, jwk: jwkOf(FOREIGN, 'own') }, CLAIMS, FOREIGN)],
    [
      'an address of its own keys',
      'bad-signature',
      signed({ ...HEADER, jku: 'https://evil.example/' }, CLAIMS, FOREIGN),
    ],
    ['a header that is a list', 'assertion-malformed', signed([], CLAIMS)],
    ['a header that is no JSON', 'assertion-malformed', signed('{', CLAIMS)],
  ])('%s: %s', async (_name, code, token) => {
    expect(await rejectionOf(verifier.verify(token))).toBe(code);
  });
});

describe('bytes that are no assertion', () => {
  const good = signed(HEADER, CLAIMS);
  const [header = '', claims = '', signature = ''] = good.split('.');
  const flipped = Buffer.from(signature, 'base64url');
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  const derSignature = sign('sha256', Buffer.from(`${header}.${claims}`), OWN).toString('base64url');
  test.each<[string, AssertionRejection, string]>([
    ['nothing', 'assertion-malformed', ''],
    ['dots', 'assertion-malformed', '..'],
    ['two parts', 'assertion-malformed', `${header}.${claims}`],
    ['four parts', 'assertion-malformed', `${good}.x`],
    ['a space before', 'assertion-malformed', ` ${good}`],
    ['two tokens', 'assertion-malformed', `${good}, ${good}`],
    ['a flipped bit in the signature', 'bad-signature', `${header}.${claims}.${flipped.toString('base64url')}`],
    ['no signature', 'bad-signature', `${header}.${claims}.`],
    ['a signature in DER', 'bad-signature', `${header}.${claims}.${derSignature}`],
    [
      'a signature of zeros (CVE-2022-21449)',
      'bad-signature',
      `${header}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
    ],
    ['a foreign signature', 'bad-signature', signed(HEADER, CLAIMS, FOREIGN)],
    ["another token's claims", 'bad-signature', `${header}.${encode({ ...CLAIMS, roles: ['admin'] })}.${signature}`],
    ['claims that are no JSON', 'assertion-malformed', signed(HEADER, '{')],
    ['claims that are a list', 'assertion-malformed', signed(HEADER, [])],
    ['claims that are null', 'assertion-malformed', signed(HEADER, null)],
    ['too much', 'assertion-malformed', signed(HEADER, { ...CLAIMS, name: 'x'.repeat(20_000) })],
  ])('%s: %s', async (_name, code, token) => {
    expect(await rejectionOf(verifier.verify(token))).toBe(code);
  });
});

describe('claims (DESIGN §4)', () => {
  test.each<[string, AssertionRejection, Record<string, unknown>]>([
    ['another issuer', 'wrong-issuer', { iss: 'https://evil.example' }],
    ['the issuer with a slash', 'wrong-issuer', { iss: `${ISSUER}/` }],
    ['no issuer', 'wrong-issuer', { iss: undefined }],
    ['another system', 'wrong-audience', { aud: 'https://factory.gateway.test' }],
    ['a list that contains us', 'wrong-audience', { aud: [AUDIENCE] }],
    ['a list of two', 'wrong-audience', { aud: [AUDIENCE, 'https://factory.gateway.test'] }],
    ['the audience as a prefix', 'wrong-audience', { aud: `${AUDIENCE}.evil.example` }],
    ['no audience', 'wrong-audience', { aud: undefined }],
    ['expired beyond the tolerance', 'expired', { iat: NOW_S - 65, exp: NOW_S - 5 }],
    ['long expired', 'expired', { iat: NOW_S - 3600, exp: NOW_S - 3540 }],
    ['made in the future', 'not-yet-valid', { iat: NOW_S + 6, exp: NOW_S + 60 }],
    ['good for 61 s', 'lifetime-too-long', { exp: NOW_S + 61 }],
    ['good for ever', 'lifetime-too-long', { exp: 9_999_999_999 }],
    ['ended before it began', 'claim-invalid', { exp: NOW_S }],
    ['no end', 'claim-invalid', { exp: undefined }],
    ['an end as text', 'claim-invalid', { exp: String(NOW_S + 60) }],
    ['an end between seconds', 'claim-invalid', { exp: NOW_S + 59.5 }],
    ['no beginning', 'claim-invalid', { iat: undefined }],
    ['no subject', 'claim-invalid', { sub: undefined }],
    ['an empty subject', 'claim-invalid', { sub: '' }],
    ['a subject that is no text', 'claim-invalid', { sub: 7 }],
    ['no name', 'claim-invalid', { name: undefined }],
    ['no organisation', 'claim-invalid', { org: undefined }],
    ['no unit, not even null', 'claim-invalid', { unit: undefined }],
    ['roles as text', 'claim-invalid', { roles: 'admin' }],
    ['no roles', 'claim-invalid', { roles: [] }],
    ['a role that is no text', 'claim-invalid', { roles: [['admin']] }],
    ['no methods', 'claim-invalid', { amr: undefined }],
    ['an unknown assurance', 'claim-invalid', { acr: 'none' }],
    ['no assurance', 'claim-invalid', { acr: undefined }],
    ['no session', 'claim-invalid', { sid: undefined }],
    ['no name of its own', 'claim-invalid', { jti: undefined }],
    ['no time of login', 'claim-invalid', { auth_time: undefined }],
    ['a card without its certificate', 'claim-invalid', { cnf: undefined }],
    ['a certificate that is none', 'claim-invalid', { cnf: { 'x5t#S256': 'short' } }],
    ['an empty purpose', 'claim-invalid', { purpose: '' }],
  ])('%s: %s', async (_name, code, changes) => {
    expect(await rejectionOf(verifier.verify(signed(HEADER, { ...CLAIMS, ...changes })))).toBe(code);
  });
});

describe('the field is read from the raw list', () => {
  test('of a request that has one', () => {
    expect(readAssertionField(['Host', 'a', 'x-GATEWAY-assertion', 'token'])).toBe('token');
  });
  test.each<[string, AssertionRejection, string[]]>([
    ['none', 'assertion-missing', ['Host', 'a']],
    ['an empty one', 'assertion-missing', ['X-Gateway-Assertion', '']],
    ['two', 'assertion-repeated', ['X-Gateway-Assertion', 'a', 'x-gateway-assertion', 'b']],
    ['two alike', 'assertion-repeated', ['X-Gateway-Assertion', 'a', 'X-Gateway-Assertion', 'a']],
    ['a look-alike alone', 'assertion-repeated', ['X_Gateway_Assertion', 'a']],
    ['a look-alike beside it', 'assertion-repeated', ['X-Gateway-Assertion', 'a', 'X_Gateway-Assertion', 'b']],
    ['its name as a value', 'assertion-missing', ['X-A', 'X-Gateway-Assertion', 'X-B', 'token']],
  ])('%s: %s', (_name, code, rawHeaders) => {
    expect(() => readAssertionField(rawHeaders)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('keys that are fetched', () => {
  /** A portal whose key set changes, with a clock that is moved by hand. */
  function portal() {
    const state = { keys: [jwkOf(OWN, 'own')], fetches: 0, isDown: false, nowMs: NOW_S * 1000 };
    const fetching = createAssertionVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: new URL('https://portal.gateway.test/.well-known/jwks.json'),
      fetchJwks: url => {
        expect(url.pathname).toBe('/.well-known/jwks.json');
        state.fetches += 1;
        if (state.isDown) return Promise.reject(new Error('down'));
        return Promise.resolve({ keys: state.keys });
      },
      now: () => new Date(state.nowMs),
    });
    const token = (kid: string, key: KeyObject): string => {
      const iat = Math.floor(state.nowMs / 1000);
      return signed({ ...HEADER, kid }, { ...CLAIMS, iat, exp: iat + 60 }, key);
    };
    return { state, verify: (kid: string, key: KeyObject) => fetching.verify(token(kid, key)) };
  }

  test('are fetched once for many assertions, also at the same time', async () => {
    const { state, verify } = portal();
    await Promise.all([verify('own', OWN), verify('own', OWN), verify('own', OWN)]);
    await verify('own', OWN);
    expect(state.fetches).toBe(1);
  });

  test('are fetched again for a new kid: rotation needs no restart', async () => {
    const { state, verify } = portal();
    await verify('own', OWN);
    state.keys = [jwkOf(OWN, 'own'), jwkOf(FOREIGN, 'next')];
    state.nowMs += 30_000;
    await verify('next', FOREIGN);
    expect(state.fetches).toBe(2);
  });

  test('are not fetched for every made-up kid', async () => {
    const { state, verify } = portal();
    await verify('own', OWN);
    for (let round = 0; round < 20; round += 1) {
      expect(await rejectionOf(verify(`made-up-${round}`, FOREIGN))).toBe('unknown-key');
    }
    expect(state.fetches).toBe(1);
  });

  test('that are withdrawn are not believed any more, ten minutes later at most', async () => {
    const { state, verify } = portal();
    await verify('own', OWN);
    state.keys = [jwkOf(FOREIGN, 'next')];
    state.nowMs += 600_000;
    expect(await rejectionOf(verify('own', OWN))).toBe('unknown-key');
  });

  test('may be an hour old when the portal is away, not older', async () => {
    const { state, verify } = portal();
    await verify('own', OWN);
    state.isDown = true;
    state.nowMs += 3_599_000;
    await verify('own', OWN);
    state.nowMs += 1_000;
    expect(await rejectionOf(verify('own', OWN))).toBe('keys-unavailable');
    state.isDown = false;
    state.nowMs += 30_000;
    await verify('own', OWN);
  });

  test('that could never be had let nobody in', async () => {
    const { state, verify } = portal();
    state.isDown = true;
    expect(await rejectionOf(verify('own', OWN))).toBe('keys-unavailable');
  });

  test('for other uses, of other curves, or broken, are not found', async () => {
    const unfit: JsonWebKeySet = {
      keys: [
        jwkOf(OWN, 'encryption', { use: 'enc' }),
        jwkOf(OWN, 'other-algorithm', { alg: 'ES384' }),
        { kty: 'oct', k: 'AAAA', kid: 'shared' },
        jwkOf(OWN, 'off-the-curve', { x: 'A'.repeat(43) }),
        jwkOf(P384, 'p384'),
        jwkOf(OWN, 'own'),
      ],
    };
    const strict = createAssertionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: unfit, now });
    for (const kid of ['encryption', 'other-algorithm', 'shared', 'off-the-curve', 'p384']) {
      expect(await rejectionOf(strict.verify(signed({ ...HEADER, kid }, CLAIMS)))).toBe('unknown-key');
    }
    await strict.verify(signed(HEADER, CLAIMS));
  });
});

test('a tolerance out of bounds is refused when the verifier is made', () => {
  for (const clockToleranceS of [-1, 61, Number.NaN]) {
    expect(() => createAssertionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: JWKS, clockToleranceS })).toThrow(
      RangeError,
    );
  }
});
