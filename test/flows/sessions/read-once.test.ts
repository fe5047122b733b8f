import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { createRequestJudge } from '../../../src/flows/login/serve-request.ts';
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
async function openJudge() {
  const reads = { count: 0, fail: false };
  const { database } = gateway.context;
  const findAccess = (id: string): ReturnType<typeof database.accounts.findAccess> => {
    reads.count += 1;
    return reads.fail ? Promise.reject(new Error('The database is away.')) : database.accounts.findAccess(id);
  };
  const accounts = withOwn(database.accounts, { findAccess });
  const context: GatewayContext = { ...gateway.context, database: withOwn(database, { accounts }) };
  const judge = createRequestJudge(context);
  const system = context.systems.get('company')!;
  const cookie = await (await gateway.openSession()).cookieFor('company');
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
  return { reads, ask };
}

describe('what the judge has read of an account', () => {
  test('is read once for all requests that come at once, and again after a second', async () => {
    const { reads, ask } = await openJudge();
    const first = await Promise.all(Array.from({ length: 20 }, ask));
    expect(first.map(({ kind }) => kind)).toEqual(Array<string>(20).fill('pass'));
    expect(reads.count).toBe(1);
    gateway.advance(1_000);
    await Promise.all(Array.from({ length: 20 }, ask));
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
