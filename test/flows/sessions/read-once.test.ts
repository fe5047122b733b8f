import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { startOfTaipeiDay, taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import { createRequestJudge, type RequestVerdict } from '../../../src/flows/login/serve-request.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

let gateway: TestContext;
beforeAll(async () => (gateway = await openTestContext()));
afterAll(() => gateway.close());

/** The same object but for some members. */
function withOwn<T extends object>(original: T, own: Partial<T>): T {
  return new Proxy(original, {
    get: (target, name) => {
      const member: unknown = name in own ? Reflect.get(own, name) : Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** A judge over the real store, its reads of accounts counted and, if told so, failing. */
async function openJudge(systemId = 'company', clock = gateway.context.clock) {
  const reads = { count: 0, fail: false };
  const { database } = gateway.context;
  const findAccess = (id: string): ReturnType<typeof database.accounts.findAccess> => {
    reads.count += 1;
    return reads.fail ? Promise.reject(new Error('The database is away.')) : database.accounts.findAccess(id);
  };
  const accounts = withOwn(database.accounts, { findAccess });
  const context: GatewayContext = { ...gateway.context, clock, database: withOwn(database, { accounts }) };
  const judge = createRequestJudge(context);
  const system = context.systems.get(systemId)!;
  const opened = await gateway.openSession();
  const cookie = await opened.cookieFor(systemId);
  const signs = {
    method: 'GET',
    fetchDestination: undefined,
    fetchMode: undefined,
    fetchUser: undefined,
    purpose: undefined,
    activity: undefined,
    accept: undefined,
    isUpgrade: false,
  };
  const ask = () => judge({ system, cookie, path: '/', signs, clientAddress: '127.0.0.1' });
  return { reads, ask, session: opened.session };
}

describe('what the judge has read of an account', () => {
  test('is read once for all requests that come at once, and again after a second', async () => {
    const { reads, ask } = await openJudge();
    const first = await Promise.all(Array.from({ length: 20 }, async () => ask()));
    expect(first.map(({ kind }) => kind)).toEqual(Array<string>(20).fill('pass'));
    expect(reads.count).toBe(1);
    gateway.advance(1_000);
    await Promise.all(Array.from({ length: 20 }, async () => ask()));
    expect(reads.count).toBe(2);
  });

  test('is what the store says a second later, for requests that come at once too', async () => {
    const { ask } = await openJudge();
    expect((await ask()).kind).toBe('pass');
    await gateway.setAccountState('suspended');
    gateway.advance(1_000);
    const verdicts = await Promise.all([ask(), ask(), ask()]);
    await gateway.setAccountState('active');
    expect(verdicts.map(({ kind }) => kind)).toEqual(['denied', 'denied', 'denied']);
  });

  test('a read that fails lets nobody in and is not remembered', async () => {
    const { reads, ask } = await openJudge();
    reads.fail = true;
    const failed = await Promise.allSettled([ask(), ask()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    reads.fail = false;
    expect((await ask()).kind).toBe('pass');
  });
});

/** Gives the person a role in a system until the end of a Taipei day. */
function grant(systemId: string, role: string, validUntil: string | null): Promise<void> {
  const { id: accountId } = gateway.account;
  const basis = { reason: '示範', basis: 'demo', validFrom: '2020-01-01', state: 'live' } as const;
  return gateway.commit(changes =>
    changes.insertGrant({ id: randomUUID(), accountId, systemId, role, validUntil, ...basis }),
  );
}

function fieldOf(verdict: RequestVerdict, name: string): string | undefined {
  if (verdict.kind !== 'pass') throw new Error(verdict.kind);
  return verdict.identity[verdict.identity.indexOf(name) + 1];
}

describe('a judgement for which all is at hand', () => {
  test('is made at once; what was read a second ago is not at hand', async () => {
    const { ask } = await openJudge();
    await ask();
    expect(ask()).toMatchObject({ kind: 'pass', reason: 'role-granted', rule: 1 });
    gateway.advance(1_000);
    const asked = ask();
    expect(asked).toBeInstanceOf(Promise);
    expect((await asked).kind).toBe('pass');
  });

  test('states what has been read since: another role is another assertion', async () => {
    const { ask } = await openJudge();
    const before = await ask();
    await grant('company', 'auditor', null);
    gateway.advance(1_000);
    const after = await ask();
    expect(fieldOf(before, 'X-Gateway-Roles')).toBe('case-handler');
    expect(fieldOf(after, 'X-Gateway-Roles')).toBe('auditor,case-handler');
    expect(fieldOf(after, 'X-Gateway-Assertion')).not.toBe(fieldOf(before, 'X-Gateway-Assertion'));
    expect(fieldOf(await ask(), 'X-Gateway-Assertion')).toBe(fieldOf(after, 'X-Gateway-Assertion'));
  });

  test('goes by the day that it is made on, also within the second', async () => {
    const today = taipeiDayOf(gateway.context.clock.now());
    await grant('factory', 'case-handler', today);
    let nowMs = startOfTaipeiDay(today).getTime() + 86_400_000 - 1;
    const { ask, reads } = await openJudge('factory', { now: () => new Date(nowMs) });
    expect((await ask()).kind).toBe('pass');
    nowMs += 1;
    expect(ask()).toMatchObject({ kind: 'denied', reason: 'no-grant-for-system' });
    expect(reads.count).toBe(1);
  });

  test('finds a session that has ended over, as it would by waiting', async () => {
    const { ask, session } = await openJudge();
    await ask();
    expect(ask()).toMatchObject({ kind: 'pass' });
    await gateway.context.sessions.end(session.reference, 'administrator');
    expect(ask()).toMatchObject({ kind: 'no-session', endedBecause: 'administrator' });
  });
});
