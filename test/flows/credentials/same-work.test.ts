import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginActivation } from '../../../src/flows/credentials/begin-activation.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { logInWithOneDayPassword } from '../../../src/flows/login/log-in-with-one-day-password.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

let world: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  world = await openTestContext();
  people = await commitPeopleOfDesk(world.context);
});
afterAll(() => world.close());

/** Writes down which operations of `target` are called, those of its slots too. */
function watched<T extends object>(target: T, calls: string[], path = ''): T {
  return new Proxy(target, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name, of);
      const at = `${path}${String(name)}`;
      if (typeof value === 'object' && value !== null) return watched(value, calls, `${at}.`);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        calls.push(at);
        return Reflect.apply(value, of, given);
      };
    },
  });
}

/** The work that the database is given for one attempt. */
async function workOf(attempt: (context: GatewayContext) => Promise<{ readonly ok: boolean }>): Promise<string[]> {
  const calls: string[] = [];
  const { database } = world.context;
  const seen: GatewayContext['database'] = {
    ...watched(database, calls),
    accounts: watched(database.accounts, calls),
    credentials: watched(database.credentials, calls),
    change: work => database.change(changes => work(watched(changes, calls))),
  };
  expect(await attempt({ ...world.context, database: seen })).toMatchObject({ ok: false });
  return calls;
}

const somebody = { origin: { requestId: randomUUID(), clientAddress: '192.0.2.1' } };
const nothing = () => Promise.resolve('never called');

test('D1-140 activation: the same is read and written whether there is such an account or not', async () => {
  const attempt = (loginName: string) =>
    workOf(context =>
      beginActivation(context, { ...somebody, loginName, secret: 'wrong', renewBrowserSession: nothing }),
    );
  const known = await attempt(people.user.loginName);
  expect(known.length).toBeGreaterThan(5);
  expect(await attempt('there-is-nobody')).toEqual(known);
  expect(await attempt('!!')).toEqual(known);
});

test('D1-140 one-day password: the same is read and written whether there is such an account or not', async () => {
  const attempt = (loginName: string) =>
    workOf(context =>
      logInWithOneDayPassword(context, { ...somebody, loginName, password: 'wrong', renewBrowserSession: nothing }),
    );
  const known = await attempt(people.user.loginName);
  expect(known.length).toBeGreaterThan(3);
  expect(await attempt('there-is-nobody')).toEqual(known);
  expect(await attempt('!!')).toEqual(known);
});
