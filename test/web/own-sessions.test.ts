import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { endSessions } from '../../src/flows/sessions/end-sessions.ts';
import type { Session } from '../../src/sessions/session.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

interface OwnList {
  readonly session: string;
  readonly open: readonly Session[];
  readonly ended: readonly (Session & { readonly end: { readonly reason: string } })[];
}

const listOf = async (seat: Seat): Promise<OwnList> => (await seat.ask('/sessions').expect(200)).body as OwnList;
const isLoggedIn = async (seat: Seat): Promise<boolean> => (await seat.open('/')).status === 200;
const told = async (seat: Seat): Promise<string> => textOf((await seat.open('/login')).text);
const statusOf = async (seat: Seat, body: object) => (await seat.sendJson('/sessions/end', body)).status;

/** Each test has people of its own. */
const aPair = async (account: Account): Promise<[Seat, Seat]> => [await desk.as(account), await desk.as(account)];

describe('the page of one’s own sessions', () => {
  test.each(['zh', 'en'] as const)(
    'shows those that stand, this one marked, and nobody else’s (%s)',
    async language => {
      const { user, neighbour } = desk.people;
      const [seat] = await aPair(user);
      const foreign = await listOf(await desk.as(neighbour));
      const { text } = await seat.open('/sessions').set('Accept-Language', language).expect(200);
      judgePage(text, language);
      const { open, session } = await listOf(seat);
      expect(open.map(each => each.accountId)).toEqual(open.map(() => user.id));
      expect(open.map(each => each.reference)).toContain(session);
      for (const { reference } of open) expect(text).toContain(reference);
      expect(text).not.toContain(foreign.session);
      expect([...textOf(text).matchAll(language === 'zh' ? /這個瀏覽器/g : /this browser/g)].length).toBeGreaterThan(0);
      expect(textOf(text)).toContain('127.0.0.1');
    },
  );

  test('names the systems that a session has entered', async () => {
    const seat = await desk.as(desk.people.checker);
    const { session } = await listOf(seat);
    const systemsOf = async () =>
      (await listOf(seat)).open.map(each => Reflect.get(each, 'systemIds') as string[]).flat();
    expect(await systemsOf()).toEqual([]);
    await desk.portal.context.database.change(async changes => {
      await changes.sessions.insertEntry(session, 'company', desk.portal.context.clock.now());
      return { result: undefined, events: [anEntry(session)] };
    });
    expect(await systemsOf()).toEqual(['company']);
    expect(textOf((await seat.open('/sessions')).text)).toContain('公司登記系統');
  });

  test('one other is ended: its browser is told, this one and all others stay', async () => {
    const { caseOfficer } = desk.people;
    const [seat, other] = await aPair(caseOfficer);
    const third = await desk.as(caseOfficer);
    const answer = await seat.send('/sessions/end', { which: 'one', session: (await listOf(other)).session });
    expect([answer.status, answer.headers['location']]).toEqual([303, '/sessions?ended=1']);
    expect(textOf((await seat.open('/sessions?ended=1')).text)).toContain('已結束 1 個連線');
    expect(await isLoggedIn(other)).toBe(false);
    expect(await told(other)).toContain('在另一個瀏覽器結束了這個連線');
    expect([await isLoggedIn(seat), await isLoggedIn(third)]).toEqual([true, true]);
    expect((await listOf(seat)).ended.map(({ end }) => end.reason)).toEqual(['logout-elsewhere']);
  });

  test('all others are ended and this one stays; then all of them', async () => {
    const { auditor } = desk.people;
    const [seat, other] = await aPair(auditor);
    await seat.send('/sessions/end', { which: 'others' });
    expect([await isLoggedIn(seat), await isLoggedIn(other)]).toEqual([true, false]);
    const another = await desk.as(auditor);
    const answer = await seat.send('/sessions/end', { which: 'all' });
    expect(answer.headers['location']).toBe('/logged-out');
    expect([await isLoggedIn(seat), await isLoggedIn(another)]).toEqual([false, false]);
  });

  test('ending this very one is logging out', async () => {
    const seat = await desk.as(desk.people.deputy);
    const { session } = await listOf(seat);
    const answer = await seat.send('/sessions/end', { which: 'one', session });
    expect(answer.headers['location']).toBe('/logged-out');
    expect(String(answer.headers['set-cookie'])).toContain('__Host-gw-portal=;');
    const record = await desk.portal.context.database.sessions.findSession(session);
    expect(record?.end?.reason).toBe('logout');
  });

  test('somebody else’s is not found, whatever reference is given', async () => {
    const [seat, stranger] = [await desk.as(desk.people.user), await desk.as(desk.people.stranger)];
    const { session } = await listOf(stranger);
    const answer = await seat.sendJson('/sessions/end', { which: 'one', session }).expect(200);
    expect(answer.body).toMatchObject({ ended: 0 });
    expect((await seat.sendJson('/sessions/end', { which: 'one', session: randomUUID() })).body).toMatchObject({
      ended: 0,
    });
    expect(await isLoggedIn(stranger)).toBe(true);
  });

  test('what is not an order ends nothing', async () => {
    const [seat, other] = await aPair(desk.people.registrar);
    for (const body of [
      {},
      { which: 'everything' },
      { which: 'one' },
      { which: 'one', session: 'x' },
      { which: ['all'] },
    ]) {
      expect(await statusOf(seat, body), JSON.stringify(body)).toBe(400);
    }
    expect((await seat.forge('/sessions/end', { which: 'all' })).status).toBe(403);
    expect([await isLoggedIn(seat), await isLoggedIn(other)]).toEqual([true, true]);
  });

  test('a session by one-day password may look after its own, too', async () => {
    const { head } = desk.people;
    const other = await desk.as(head);
    const seat = await desk.as(head, 'one-day-password');
    expect((await seat.open('/sessions')).status).toBe(200);
    await seat.send('/sessions/end', { which: 'others' });
    expect([await isLoggedIn(seat), await isLoggedIn(other)]).toEqual([true, false]);
  });

  test('ended ones stand below with why and by whom', async () => {
    const { neighbour, administrator } = desk.people;
    const [seat, other] = await aPair(neighbour);
    const references = [(await listOf(other)).session];
    await endSessions(
      desk.portal.context,
      { scope: { kind: 'everything' }, references },
      { reason: 'administrator', actor: { kind: 'account', accountId: administrator.id }, note: '電腦送修' },
    );
    const text = textOf((await seat.open('/sessions')).text);
    expect(text).toContain('由管理人員結束');
    expect(text).toContain(administrator.name);
    expect(text).toContain('電腦送修');
  });
});

function anEntry(sessionReference: string) {
  return {
    id: randomUUID(),
    code: 'system.entered',
    at: desk.portal.context.clock.now(),
    actor: { kind: 'gateway' },
    accountId: null,
    systemId: 'company',
    sessionReference,
    requestId: null,
    clientAddress: null,
    facts: {},
  } as const;
}
