import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { AssertionCache, type StatedFacts } from '../../../src/flows/login/assertion-cache.ts';
import type { AssertionClaims } from '../../../src/http-fields/identity-assertion.ts';
import type { Session, SessionEndReason } from '../../../src/sessions/session.ts';

const START_MS = Date.UTC(2026, 2, 1);
const claims = {} as AssertionClaims;

let kid: string;
/** What has been signed, one number after the other. */
let signatures: number;
let isAway: boolean;
let nowMs: number;
let cache: AssertionCache;
let endSession: (reference: string, reason: SessionEndReason) => void;
const signer = {
  activeKid: () => kid,
  sign: async () => {
    signatures += 1;
    const token = `${kid} ${signatures}`;
    await delay(1);
    if (isAway) throw new Error('away');
    return token;
  },
};
beforeEach(() => {
  [kid, signatures, isAway, nowMs] = ['k1', 0, false, START_MS];
  cache = new AssertionCache(signer, { onEnd: listener => void (endSession = listener) }, 100);
});

function aSession(changes: Partial<Session> = {}): Session {
  return {
    reference: randomUUID(),
    accountId: randomUUID(),
    method: 'card',
    authenticatedAt: new Date(START_MS),
    certificateSha256: null,
    endsAt: null,
    clientAddress: '127.0.0.1',
    ...changes,
  };
}
const FACTS: StatedFacts = {
  session: aSession(),
  audience: 'https://company.gateway.test',
  name: '示範承辦員',
  organisation: 'demo-county',
  unit: 'commerce',
  roles: ['case-handler', 'enquiry'],
  purpose: 'audit',
  caseNumber: 'A-1',
};
const signed = async (changes: Partial<StatedFacts> = {}) =>
  cache.signed({ ...FACTS, ...changes }, nowMs, () => claims);

describe('an assertion is used again', () => {
  test('for half its life', async () => {
    const first = await signed();
    nowMs += 29_999;
    expect(await signed({ roles: [...FACTS.roles] })).toBe(first);
    nowMs += 1;
    expect(await signed()).not.toBe(first);
    expect(signatures).toBe(2);
  });

  test('by whoever asks while it is being signed', async () => {
    const tokens = await Promise.all(Array.from({ length: 100 }, () => signed()));
    expect(new Set(tokens).size).toBe(1);
    expect(signatures).toBe(1);
  });

  test.each<[string, Partial<StatedFacts>]>([
    ['session', { session: aSession() }],
    ['system', { audience: 'https://factory.gateway.test' }],
    ['name', { name: '示範主管' }],
    ['organisation', { organisation: 'demo-city' }],
    ['unit', { unit: null }],
    ['roles, one more', { roles: ['case-handler', 'enquiry', 'supervisor'] }],
    ['roles, one less', { roles: ['case-handler'] }],
    ['roles, another', { roles: ['case-handler', 'supervisor'] }],
    ['purpose', { purpose: 'survey' }],
    ['purpose, none', { purpose: null, caseNumber: null }],
    ['case', { caseNumber: 'A-2' }],
  ])('not for another %s', async (_fact, changes) => {
    const first = await signed();
    expect(await signed(changes)).not.toBe(first);
    expect(signatures).toBe(2);
  });

  test('not after a rotation of the key', async () => {
    expect(await signed()).toBe('k1 1');
    kid = 'k2';
    expect(await signed()).toBe('k2 2');
  });

  test('not when the session is over, by its end or before', async () => {
    const session = aSession({ endsAt: new Date(START_MS + 10_000) });
    const first = await signed({ session });
    nowMs += 9_999;
    expect(await signed({ session })).toBe(first);
    nowMs += 1;
    expect(await signed({ session })).not.toBe(first);
    endSession(session.reference, 'logout');
    expect(cache.size).toBe(0);
    nowMs -= 5_000;
    expect(await signed({ session })).toBe('k1 3');
  });

  test('not by a clock that was set back: it would come from the future', async () => {
    const first = await signed();
    nowMs -= 1;
    expect(await signed()).not.toBe(first);
  });

  test('not where it could not be signed', async () => {
    isAway = true;
    const refused = await Promise.allSettled([signed(), signed()]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(cache.size).toBe(0);
    isAway = false;
    expect(await signed()).toBe('k1 2');
  });
});

describe('what is kept is bounded', () => {
  test('by number: what was signed first goes first', async () => {
    const sessions = Array.from({ length: 101 }, () => aSession());
    for (const session of sessions) await signed({ session });
    expect(cache.size).toBe(100);
    await signed({ session: sessions[1]! });
    expect(signatures).toBe(101);
    await signed({ session: sessions[0]! });
    expect(signatures).toBe(102);
    expect(cache.size).toBe(100);
  });

  test('by time: what is stale goes with the next signature', async () => {
    for (let index = 0; index < 50; index += 1) await signed({ session: aSession() });
    nowMs += 30_000;
    await signed();
    expect(cache.size).toBe(1);
  });

  test('in each session: cases that are declared one after the other', async () => {
    for (let index = 0; index < 50; index += 1) await signed({ caseNumber: `A-${index}` });
    expect(cache.size).toBe(32);
    expect(await signed({ caseNumber: 'A-49' })).toBe('k1 50');
    expect(await signed({ caseNumber: 'A-17' })).toBe('k1 51');
  });

  test('and counted right, whatever happens', async () => {
    const sessions = Array.from({ length: 7 }, () => aSession());
    for (let index = 0; index < 500; index += 1) {
      isAway = index % 11 === 0;
      const session = sessions[index % 7]!;
      await signed({ session, caseNumber: `A-${index % 40}` }).catch(() => undefined);
      if (index % 13 === 0) endSession(session.reference, 'logout');
      if (index % 17 === 0) nowMs += 31_000;
      expect(cache.size).toBeLessThanOrEqual(100);
    }
    for (const { reference } of sessions) endSession(reference, 'logout');
    expect(cache.size).toBe(0);
  });
});
