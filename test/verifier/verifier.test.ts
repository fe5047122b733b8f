import type { KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  AssertionRejected,
  createAssertionVerifier,
  readAssertionField,
  type AssertionRejection,
} from '../../src/verifier/verifier.ts';
import { AUDIENCE, CLAIMS, FOREIGN, HEADER, ISSUER, JWKS, jwkOf, NOW_S, OWN, signed, VECTORS } from './vectors.ts';

const now = () => new Date(NOW_S * 1000);
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

describe('an assertion of the gateway (D3-10; direct access without one: D1-001)', () => {
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

  test.each(VECTORS)('$id: $verdict', async ({ assertion, verdict }) => {
    const verdictOf = verifier.verify(assertion).then(() => 'believed');
    expect(verdict === 'believed' ? await verdictOf : await rejectionOf(verdictOf)).toBe(verdict);
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
});

test('a tolerance out of bounds is refused when the verifier is made', () => {
  for (const clockToleranceS of [-1, 61, Number.NaN]) {
    expect(() => createAssertionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwks: JWKS, clockToleranceS })).toThrow(
      RangeError,
    );
  }
});
