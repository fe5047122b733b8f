import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { Actor } from '../../../src/audit/event.ts';
import { logOut } from '../../../src/flows/login/portal-session.ts';
import { endSessions, type EndOrder } from '../../../src/flows/sessions/end-sessions.ts';
import { noteOf } from '../../../src/flows/sessions/find-enders.ts';
import { listSessions, type ListedSession } from '../../../src/flows/sessions/list-sessions.ts';
import { openSession } from '../../../src/flows/sessions/open-session.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import type { AuthenticationMethod, Session } from '../../../src/sessions/session.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';

let world: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  const concurrent = { account: 2, card: 2, 'card-tls': 2, 'one-day-password': 1 };
  world = await openTestContext({ sessionLimits: { concurrent } });
  people = await commitPeopleOfDesk(world.context);
});
afterAll(() => world.close());

const ORIGIN = { requestId: randomUUID(), clientAddress: '127.0.0.1' };

/** As the login flows do, limits included. */
async function logIn(account: Account, method: AuthenticationMethod, clientAddress: string) {
  const { context } = world;
  const session: Session = {
    reference: randomUUID(),
    accountId: account.id,
    method,
    authenticatedAt: context.clock.now(),
    certificateSha256: method === 'one-day-password' ? null : randomBytes(32).toString('hex'),
    endsAt: null,
    clientAddress,
  };
  const cookie = randomBytes(32).toString('base64url');
  await world.commit(changes => changes.sessions.insertSession(session));
  await openSession(context, session, { portalCookieHash: hashSecret(cookie), origin: ORIGIN });
  return { ...session, cookie };
}

async function listed(reference: string): Promise<ListedSession> {
  const filter = { scope: { kind: 'everything' }, references: [reference], withEnded: true } as const;
  const { sessions, total } = await listSessions(world.context, filter, { offset: 0, limit: 10 });
  expect(total).toBe(1);
  return sessions[0]!;
}

const end = (reference: string, order: EndOrder) =>
  endSessions(world.context, { scope: { kind: 'everything' }, references: [reference] }, order);

describe('at whose word a session ended', () => {
  test('of one login too many: how, whence and when the login came that took its place', async () => {
    const first = await logIn(people.user, 'one-day-password', '192.0.2.1');
    world.advance(60_000);
    const second = await logIn(people.user, 'one-day-password', '2001:db8::7');
    const { record, standing, endedBy } = await listed(first.reference);
    expect([record.end?.reason, standing]).toEqual(['replaced', null]);
    const { method, clientAddress, authenticatedAt: at } = second;
    expect(endedBy).toEqual({ kind: 'login', login: { method, clientAddress, at } });
    expect(noteOf(record)).toBeNull();
    const stands = await listed(second.reference);
    expect(stands.endedBy).toBeNull();
    expect(stands.standing).not.toBeNull();
  });

  test('of a new login in the same browser: that, and no address', async () => {
    const { reference, cookie } = await logIn(people.neighbour, 'card', '192.0.2.1');
    const { host } = world.context.portal;
    await logOut(world.context, { host, cookieHash: hashSecret(cookie), origin: ORIGIN, reason: 'replaced' });
    expect((await listed(reference)).endedBy).toEqual({ kind: 'same-browser' });
  });

  test.each([
    ['a session of somebody else', () => people.stranger],
    ['no session at all', () => null],
  ])('of a record that names %s: no login is told', async (_what, whose) => {
    const account = whose();
    const other = account === null ? { reference: randomUUID() } : await logIn(account, 'card', '198.51.100.9');
    const { reference } = await logIn(people.head, 'card', '192.0.2.1');
    const actor = { kind: 'account', accountId: people.head.id } as const;
    await end(reference, { reason: 'replaced', actor, note: other.reference });
    const ended = await listed(reference);
    expect(ended.endedBy).toEqual({ kind: 'login', login: null });
    expect(noteOf(ended.record)).toBeNull();
  });

  test.each<[string, (people: PeopleOfDesk) => Actor, (people: PeopleOfDesk) => object]>([
    [
      'the person',
      ({ auditor }) => ({ kind: 'account', accountId: auditor.id }),
      ({ auditor: { id: accountId, loginName, name } }) => ({ kind: 'account', accountId, loginName, name }),
    ],
    [
      'an administrator',
      ({ administrator }) => ({ kind: 'account', accountId: administrator.id }),
      ({ administrator: { id: accountId, loginName, name } }) => ({ kind: 'account', accountId, loginName, name }),
    ],
    [
      'the command line, by the name that was declared',
      () => ({ kind: 'command-line', osUser: 'gateway', declaredName: 'demo' }),
      () => ({ kind: 'operator', name: 'demo' }),
    ],
    [
      'the command line, undeclared',
      () => ({ kind: 'command-line', osUser: 'gateway', declaredName: null }),
      () => ({ kind: 'operator', name: 'gateway' }),
    ],
    ['the gateway', () => ({ kind: 'gateway' }), () => ({ kind: 'gateway' })],
  ])('%s', async (_who, actor, ender) => {
    const { reference } = await logIn(people.auditor, 'card', '192.0.2.1');
    await end(reference, { reason: 'administrator', actor: actor(people), note: '示範：電腦送修' });
    const { record, endedBy } = await listed(reference);
    expect(endedBy).toEqual(ender(people));
    expect(noteOf(record)).toBe('示範：電腦送修');
  });

  test('a password for the day that was replaced by an administrator names him, not a login', async () => {
    const { reference } = await logIn(people.checker, 'one-day-password', '192.0.2.1');
    const { id: accountId, loginName, name } = people.administrator;
    await end(reference, { reason: 'replaced', actor: { kind: 'account', accountId } });
    expect((await listed(reference)).endedBy).toEqual({ kind: 'account', accountId, loginName, name });
  });
});
