import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { endSessions } from '../../src/flows/sessions/end-sessions.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

interface Shown {
  readonly reference: string;
  readonly systemIds: readonly string[];
  readonly end: { readonly reason: string; readonly by: object; readonly note: string | null } | null;
}
interface OwnList {
  readonly session: string;
  readonly open: readonly Shown[];
  readonly ended: readonly Shown[];
}

const listOf = async (seat: Seat): Promise<OwnList> => (await seat.ask('/sessions').expect(200)).body as OwnList;
const isLoggedIn = async (seat: Seat): Promise<boolean> => (await seat.open('/')).status === 200;
const told = async (seat: Seat): Promise<string> => textOf((await seat.open('/login')).text);
const statusOf = async (seat: Seat, body: object) => (await seat.sendJson('/sessions/end', body)).status;

const COUNTED = /已結束 \d+ 個連線/;

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
      const own = await desk.portal.context.sessions.listLiveOf(user.id);
      expect(open.map(each => each.reference).toSorted()).toEqual(own.map(each => each.reference).toSorted());
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
    const systemsOf = async () => (await listOf(seat)).open.flatMap(each => each.systemIds);
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
    const location = answer.headers['location'] ?? '';
    expect([answer.status, location]).toEqual([303, expect.stringMatching(/^\/sessions\?ended=1\.[\w-]{43}$/)]);
    expect(textOf((await seat.open(location)).text)).toContain('已結束 1 個連線');
    // What the portal has not said to this browser is not repeated, whoever sent the link.
    for (const forged of ['1', '99999', location.split('=')[1]!.replace('1.', '99999.')]) {
      expect(textOf((await seat.open(`/sessions?ended=${forged}`)).text), forged).not.toMatch(COUNTED);
    }
    expect(textOf((await third.open(location)).text)).not.toMatch(COUNTED);
    expect(await isLoggedIn(other)).toBe(false);
    expect(await told(other)).toContain('在另一個瀏覽器結束了這個連線');
    expect([await isLoggedIn(seat), await isLoggedIn(third)]).toEqual([true, true]);
    expect((await listOf(seat)).ended.map(({ end }) => end?.reason)).toEqual(['logout-elsewhere']);
    const again = await seat.send('/sessions/end', { which: 'one', session: (await listOf(seat)).ended[0]!.reference });
    expect(textOf((await seat.open(again.headers['location'] ?? '')).text)).toContain('它先前已經結束了');
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

describe('of a session that gave way to another login', () => {
  const LOGIN = { method: 'card-tls', clientAddress: '2001:db8::7' } as const;

  /** Ends one of two as the login of `LOGIN` does. */
  async function giveWay(account: Account): Promise<Seat> {
    const { context } = desk.portal;
    const [seat, other] = await aPair(account);
    const accountId = account.id;
    const replacing = { ...LOGIN, accountId, reference: randomUUID(), authenticatedAt: context.clock.now() };
    await context.database.change(async changes => {
      await changes.sessions.insertSession({ ...replacing, certificateSha256: null, endsAt: null });
      return { result: undefined, events: [anEntry(replacing.reference)] };
    });
    await endSessions(
      context,
      { scope: { kind: 'everything' }, references: [(await listOf(other)).session] },
      { reason: 'replaced', actor: { kind: 'account', accountId }, note: replacing.reference },
    );
    return seat;
  }

  test.each([
    ['zh', '重新登入（', '自 2001:db8::7 以自然人憑證（瀏覽器憑證）登入', '本人）'],
    ['en', 'logged in anew (', 'from 2001:db8::7, citizen certificate (in the browser)', '(you)'],
  ] as const)('the page says which: how, whence and when (%s)', async (language, reason, login, oneself) => {
    const seat = await giveWay(language === 'zh' ? desk.people.cityRegistrar : desk.people.cityHead);
    const { text } = await seat.open('/sessions').set('Accept-Language', language).expect(200);
    judgePage(text, language);
    expect(textOf(text)).toContain(reason);
    expect(textOf(text)).toContain(login);
    expect(textOf(text)).not.toContain(oneself);
  });

  test('programs are told the same, and nothing that the page does not show', async () => {
    const seat = await giveWay(desk.people.secondRegistrar);
    const { session, open, ended } = await listOf(seat);
    expect(session).toBe(open.find(({ reference }) => reference === session)?.reference);
    const shown = ['authenticatedAt', 'clientAddress', 'end', 'method', 'reference', 'standing', 'systemIds'];
    for (const each of [...open, ...ended]) expect(Object.keys(each).toSorted()).toEqual(shown);
    const [gaveWay] = ended;
    expect(gaveWay?.end).toMatchObject({ reason: 'replaced', by: { ...LOGIN, kind: 'login' }, note: null });
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
