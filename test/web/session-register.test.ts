import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
const seats = new Map<string, Seat>();
beforeAll(async () => {
  desk = await openTestDesk();
  const { people } = desk;
  for (const account of [people.user, people.neighbour, people.stranger, people.checker]) {
    seats.set(account.loginName, await desk.as(account));
  }
  seats.set('by-day', await desk.as(people.user, 'one-day-password'));
});
afterAll(() => desk.portal.close());

interface Listed {
  readonly reference: string;
  readonly account: string;
  readonly method: string;
  readonly end: { readonly reason: string; readonly note: string | null } | null;
}

const REGISTER = '/sessions/register';
const listFor = async (seat: Seat, query = ''): Promise<Listed[]> =>
  ((await seat.ask(`${REGISTER}${query}`).expect(200)).body as { sessions: Listed[] }).sessions;
const accountsFor = async (account: Account, query = ''): Promise<string[]> => {
  const own = await desk.as(account);
  const all = await listFor(own, query);
  return [...new Set(all.map(each => each.account))].filter(name => name !== account.loginName).toSorted();
};
const countOpen = async (): Promise<number> => {
  const { sessions } = desk.portal.context.database;
  return (await sessions.findSessions({ scope: { kind: 'everything' } }, { offset: 0, limit: 1 })).total;
};
const isLoggedIn = async (seat: Seat): Promise<boolean> => (await seat.open('/')).status === 200;
const referenceOf = async (seat: Seat): Promise<string> =>
  ((await seat.ask('/sessions')).body as { session: string }).session;
const end = (seat: Seat, fields: Readonly<Record<string, string>>) => seat.sendJson(`${REGISTER}/end`, fields);

describe('who is seen', () => {
  test('everybody by who answers for everybody, and no more than one answers for by others', async () => {
    const { people } = desk;
    const everybody = await accountsFor(people.auditor);
    for (const name of ['c-user', 'c-neighbour', 't-user']) expect(everybody).toContain(name);
    const ofCounty = await accountsFor(people.registrar);
    expect(ofCounty).toContain('c-neighbour');
    expect(ofCounty).not.toContain('t-user');
    const ofUnit = await accountsFor(people.head);
    expect(ofUnit).toContain('c-user');
    expect(ofUnit).not.toContain('c-neighbour');
    // A deputy sees what the head sees.
    expect(await accountsFor(people.deputy)).toContain('c-user');
    expect((await (await desk.as(people.user)).open(REGISTER)).status).toBe(403);
    expect((await (await desk.as(people.caseOfficer)).open(REGISTER)).status).toBe(403);
  });

  test.each(['zh', 'en'] as const)('each filter narrows it, in %s', async language => {
    const { people } = desk;
    const seat = await desk.as(people.auditor);
    const { county, commerce } = people;
    const cases: [query: string, fits: string, fitsNot: string][] = [
      [`?organisation=${county.id}`, 'c-user', 't-user'],
      [`?organisation=${county.id}&unit=${commerce.id}`, 'c-user', 'c-neighbour'],
      ['?q=C-USER', 'c-user', 'c-neighbour'],
      [`?q=${encodeURIComponent('鄰科')}`, 'c-neighbour', 'c-user'],
      ['?method=one-day-password', 'c-user', 'c-neighbour'],
      ['?address=127.0.0.1', 'c-user', 'nobody'],
    ];
    for (const [query, fits, fitsNot] of cases) {
      const names = (await listFor(seat, query)).map(({ account }) => account);
      expect(names, query).toContain(fits);
      expect(names, query).not.toContain(fitsNot);
      const { text } = await seat.open(`${REGISTER}${query}`).set('Accept-Language', language).expect(200);
      judgePage(text, language);
      expect(text).toContain('class="chip');
    }
    expect(await listFor(seat, '?address=192.0.2.1')).toEqual([]);
    expect(await listFor(seat, '?system=company')).toEqual([]);
  });

  test('what cannot be read is no filter, and nothing falls over it', async () => {
    const seat = await desk.as(desk.people.auditor);
    const all = (await listFor(seat)).length;
    for (const query of ['?method=x', '?page=0', '?page=99999999', '?show=yes', '?q=a&q=b', '?q=%00']) {
      expect((await listFor(seat, query)).length, query).toBe(all);
    }
    for (const query of ['?organisation=x', '?unit=%27', '?session=1', '?page=77']) {
      expect(await listFor(seat, query), query).toEqual([]);
      expect((await seat.open(`${REGISTER}${query}`)).status).toBe(200);
    }
  });

  test('it stands by who may end and is not there for who only looks', async () => {
    const { people } = desk;
    const linkOf = async (account: Account) => (await (await desk.as(account)).open(REGISTER)).text;
    for (const account of [people.registrar, people.administrator])
      expect(await linkOf(account)).toContain(`${REGISTER}/end`);
    for (const account of [people.head, people.deputy, people.auditor, people.checker]) {
      expect(await linkOf(account)).not.toContain(`${REGISTER}/end`);
      const seat = await desk.as(account);
      expect((await seat.open(`${REGISTER}/end`)).status).toBe(403);
      expect((await end(seat, { q: 'c-user', reason: '試試看' })).status).toBe(403);
    }
    const byDay = await desk.as(people.registrar, 'one-day-password');
    expect((await end(byDay, { q: 'c-user', reason: '試試看' })).body).toMatchObject({ code: 'card-session-required' });
    expect(await isLoggedIn(seats.get('c-user')!)).toBe(true);
  });
});

describe('ending', () => {
  test('one: asked first, with a reason, told to the person and kept in the record', async () => {
    const { people, portal } = desk;
    const seat = await desk.as(people.registrar);
    const victim = await desk.as(people.neighbour);
    const reference = await referenceOf(victim);
    const asked = await seat.open(`${REGISTER}/end?session=${reference}`).expect(200);
    judgePage(asked.text, 'zh');
    expect(textOf(asked.text)).toContain('共 1 個帳號的 1 個連線');
    expect(textOf(asked.text)).toContain('c-neighbour');
    expect(await isLoggedIn(victim)).toBe(true);

    const without = await seat.send(`${REGISTER}/end`, { session: reference, reason: ' ' });
    expect(without.status).toBe(400);
    judgePage(without.text, 'zh');
    expect(await isLoggedIn(victim)).toBe(true);

    const done = await seat.send(`${REGISTER}/end`, { session: reference, reason: '電腦遺失' });
    const location = done.headers['location'] ?? '';
    expect([done.status, location]).toEqual([303, expect.stringContaining(`${REGISTER}?ended=1.`)]);
    expect(textOf((await seat.open(location)).text)).toContain('已結束 1 個連線');
    const untold = textOf((await seat.open(`${REGISTER}?ended=99999`).expect(200)).text);
    expect(untold).not.toMatch(/已結束 \d+ 個連線/);
    expect(await isLoggedIn(victim)).toBe(false);
    expect(textOf((await victim.open('/login')).text)).toContain('連線已由管理人員結束');
    const [event] = await portal.context.database.events.listEvents({ accountId: people.neighbour.id, limit: 1 });
    expect(event).toMatchObject({
      code: 'session.ended',
      actor: { kind: 'account', accountId: people.registrar.id },
      sessionReference: reference,
      facts: { reason: 'administrator', note: '電腦遺失' },
    });
    // It is over: there is nothing left to end.
    const again = await seat.send(`${REGISTER}/end`, { session: reference, reason: '再一次' });
    expect(again.status).toBe(409);
    judgePage(again.text, 'zh');
    expect(textOf(again.text)).toContain('沒有可以結束的連線');
    expect(again.text).toContain(`href="/sessions/register"`);
    expect(await isLoggedIn(seats.get('c-neighbour')!)).toBe(true);
  });

  test('beyond one’s agency: refused, recorded, and nothing ends', async () => {
    const { people, portal } = desk;
    const seat = await desk.as(people.registrar);
    const stranger = seats.get('t-user')!;
    const answer = await end(seat, { session: await referenceOf(stranger), reason: '不是我的機關' });
    expect([answer.status, answer.body]).toMatchObject([403, { code: 'access-refused' }]);
    const [event] = await portal.context.database.events.listEvents({ code: 'access.refused', limit: 1 });
    expect(event?.actor).toEqual({ kind: 'account', accountId: people.registrar.id });
    // A filter that reaches beyond ends what is within reach only.
    expect((await end(seat, { q: 't-user', reason: '不是我的機關' })).body).toMatchObject({
      code: 'no-session-to-end',
    });
    expect((await end(seat, { organisation: people.city.id, reason: '不是我的機關' })).status).toBe(409);
    expect(await isLoggedIn(stranger)).toBe(true);
  });

  test('everything a filter shows, and never the session that asks', async () => {
    const { people } = desk;
    const seat = await desk.as(people.cityRegistrar);
    const [other, head] = [await desk.as(people.cityRegistrar), await desk.as(people.cityHead)];
    const asked = await seat.open(`${REGISTER}/end?unit=${people.cityCommerce.id}`).expect(200);
    expect(textOf(asked.text)).toContain('您目前使用的這個連線不在其中');
    expect(textOf(asked.text)).toContain('共 3 個帳號的 3 個連線');
    const done = await end(seat, { unit: people.cityCommerce.id, reason: '單位搬遷' });
    expect(done.body).toEqual({ ok: true, ended: 3, hold: 'recorded' });
    expect([await isLoggedIn(head), await isLoggedIn(other), await isLoggedIn(seats.get('t-user')!)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await isLoggedIn(seat)).toBe(true);
    const own = await end(seat, { session: await referenceOf(seat), reason: '自己' });
    expect(own.body).toMatchObject({ code: 'no-session-to-end' });
    expect(await isLoggedIn(seat)).toBe(true);
    expect(await isLoggedIn(seats.get('c-user')!)).toBe(true);
  });

  test('by method, and by system', async () => {
    const { people, portal } = desk;
    const seat = await desk.as(people.administrator);
    const [byCard, byDay] = [await desk.as(people.user), await desk.as(people.user, 'one-day-password')];
    await end(seat, { method: 'one-day-password', reason: '停用一日密碼' }).expect(200);
    expect([await isLoggedIn(byCard), await isLoggedIn(byDay)]).toEqual([true, false]);
    const entered = await portal.openSession({ account: people.user });
    await portal.context.database.change(async changes => {
      const { reference } = entered.session;
      await changes.sessions.insertEntry(reference, 'factory', portal.context.clock.now());
      const events = await changes.events.listEvents({ limit: 1 });
      return { result: undefined, events: [{ ...events[0]!, id: portal.context.randomness.uuid() }] };
    });
    expect((await end(seat, { system: 'factory', reason: '系統維護' })).body).toMatchObject({ ended: 1 });
    expect(await isLoggedIn(byCard)).toBe(true);
  });

  test('no filter is said to be everything within reach', async () => {
    const seat = await desk.as(desk.people.administrator);
    const { text } = await seat.open(`${REGISTER}/end`).expect(200);
    expect(textOf(text)).toContain('沒有任何篩選條件');
    const none = await seat.open(`${REGISTER}/end?q=nobody-at-all`).expect(200);
    expect(textOf(none.text)).toContain('沒有可以結束的連線');
    expect(none.text).not.toContain('name="reason"');
  });

  test.each<[string, object]>([
    ['a method that is none', { method: 'one_day_password' }],
    ['a text that is too long', { q: 'z'.repeat(101) }],
    ['a text that is no text', { q: 123 }],
    ['a text that no store could hold', { q: '\0c-user' }],
    ['a text of blanks', { q: '   ' }],
    ['a filter given twice', { q: ['c-user', 'c-head'] }],
    ['references as a list', { session: ['00000000-0000-4000-8000-000000000000'] }],
    ['a field that is misspelt', { organization: 'city' }],
    ['a field of another interface', { systemId: 'company' }],
    ['nothing at all', {}],
    ['everybody, and yet a filter', { all: '1', q: 'c-user' }],
  ])('%s ends nobody', async (_what, fields) => {
    const seat = await desk.as(desk.people.registrar);
    const before = await countOpen();
    const answer = await seat.sendJson(`${REGISTER}/end`, { ...fields, reason: '看不懂的條件' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'request-malformed' });
    expect(await countOpen()).toBe(before);
  });

  test('neither is a filter that cannot be read shown, asked about or exported as if it were none', async () => {
    const seat = await desk.as(desk.people.registrar);
    expect((await seat.open(`${REGISTER}/end?q=c-user&q=c-head`)).status).toBe(400);
    expect((await seat.open(`${REGISTER}/end?organization=city`)).status).toBe(400);
    expect((await seat.send(`${REGISTER}/export`, { q: 'z'.repeat(2_000), format: 'csv' })).status).toBe(400);
  });

  test('a right that is gone since the page was opened ends nothing', async () => {
    const { people, portal } = desk;
    const seat = await desk.as(people.secondRegistrar);
    await portal.context.database.change(async changes => {
      await changes.setRoles(people.secondRegistrar.id, ['general-user']);
      const events = await changes.events.listEvents({ limit: 1 });
      return { result: undefined, events: [{ ...events[0]!, id: portal.context.randomness.uuid() }] };
    });
    expect((await end(seat, { q: 'c-user', reason: '已非管理者' })).status).toBe(403);
    expect(await isLoggedIn(seats.get('c-user')!)).toBe(true);
  });
});

test('fifty on a page, and all of them in the export', async () => {
  const { people, portal } = desk;
  for (let count = 0; count < 52; count += 1) await portal.openSession({ account: people.checker });
  const seat = await desk.as(people.auditor);
  expect((await listFor(seat, '?q=c-checker')).length).toBe(50);
  const second = await seat.open(`${REGISTER}?q=c-checker&page=2`).expect(200);
  judgePage(second.text, 'zh');
  expect(textOf(second.text)).toMatch(/第 51–\d\d 筆/);
  const file = await seat.send(`${REGISTER}/export`, { q: 'c-checker', format: 'csv' });
  expect(file.status).toBe(200);
  expect([...file.text.matchAll(/c-checker/g)].length).toBeGreaterThan(52);
  expect(file.text).not.toContain('c-user');
});

test('the page of an account leads there, and one’s own to one’s own', async () => {
  const { people } = desk;
  const seat = await desk.as(people.registrar);
  expect((await seat.open(`/accounts/${people.user.id}`)).text).toContain(`${REGISTER}?q=c-user`);
  expect((await seat.open(`/accounts/${people.registrar.id}`)).text).toContain('href="/sessions"');
  const officer = await desk.as(people.caseOfficer);
  expect((await officer.open(`/accounts/${people.user.id}`)).text).not.toContain(`${REGISTER}?q=`);
});
