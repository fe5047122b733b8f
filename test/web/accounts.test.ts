import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { draftApplication } from '../../src/flows/applications/draft-application.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  ({ people } = desk);
});
afterAll(() => desk.portal.close());

const pageOf = (account: Account) => `/accounts/${account.id}`;
const stateOf = async (account: Account) =>
  (await desk.portal.context.database.accounts.findAccount(account.id))?.state;
const newest = async (code: string) => (await desk.portal.context.database.events.listEvents({ code, limit: 1 }))[0];

test('D1-083 a draft is seen on no account page but its filer’s own', async () => {
  const draft = await draftApplication(desk.portal.context, {
    actor: {
      kind: 'account',
      accountId: people.user.id,
      mayDecide: true,
      origin: { requestId: 'test', clientAddress: '127.0.0.1' },
    },
    form: 'D-06-09',
    organisationId: null,
    values: { fields: {}, grants: [] },
  });
  if (!draft.ok) throw new Error(draft.failure.code);
  const { number } = draft.application;
  const pageFor = async (account: Account) =>
    (await (await desk.as(account)).open(pageOf(people.user)).expect(200)).text.includes(`/applications/${number}"`);
  expect(await pageFor(people.user)).toBe(true);
  for (const other of [people.registrar, people.head, people.administrator]) expect(await pageFor(other)).toBe(false);
});

describe('the list of accounts', () => {
  const listed = async (account: Account, query = '') => {
    const answer = await (await desk.as(account)).ask(`/accounts${query}`).expect(200);
    return (answer.body as { accounts: { account: string }[] }).accounts.map(each => each.account);
  };

  test('holds what one’s widest authority reaches, and nothing else', async () => {
    const county = ['c-checker', 'c-deputy', 'c-head', 'c-neighbour', 'c-registrar', 'c-registrar2', 'c-user'];
    expect(await listed(people.registrar)).toEqual(county);
    expect(await listed(people.head)).toEqual(['c-checker', 'c-head', 'c-registrar', 'c-user']);
    expect(await listed(people.deputy)).toEqual(['c-checker', 'c-head', 'c-registrar', 'c-user']);
    expect(await listed(people.user)).toEqual(['c-user']);
    expect(await listed(people.cityRegistrar)).toEqual(['t-head', 't-registrar', 't-user']);
    for (const everywhere of [people.caseOfficer, people.administrator, people.auditor]) {
      expect(await listed(everywhere)).toEqual(
        expect.arrayContaining([...county, 't-user', 'm-auditor', 'demo.clerk']),
      );
    }
  });

  test('is cut by the filters in its address, which never widen it', async () => {
    expect(await listed(people.registrar, `?unit=${people.industry.id}`)).toEqual([
      'c-deputy',
      'c-neighbour',
      'c-registrar2',
    ]);
    expect(await listed(people.registrar, `?organisation=${people.city.id}`)).toEqual([]);
    expect(await listed(people.registrar, '?role=registrar')).toEqual(['c-registrar', 'c-registrar2']);
    expect(await listed(people.registrar, '?system=company')).toEqual(['c-user']);
    expect(await listed(people.registrar, '?system=factory')).toEqual([]);
    expect(await listed(people.registrar, '?state=suspended')).toEqual([]);
    expect(await listed(people.registrar, `?q=${encodeURIComponent('鄰科')}`)).toEqual(['c-neighbour']);
    expect(await listed(people.registrar, '?idle=2020-01-01')).toEqual([]);
    expect(await listed(people.registrar, '?idle=2999-01-01')).toHaveLength(7);
  });

  test.each([
    '?state=gone',
    '?role=king',
    '?idle=yesterday',
    '?page=0',
    '?page=-1',
    '?page=99999999',
    '?q=%00',
    '?q=%25',
    `?q=${'x'.repeat(10_000)}`,
    '?unit=x',
    '?organisation[]=1',
  ])('with %s in the address is still a page', async query => {
    const answer = await (await desk.as(people.registrar)).open(`/accounts${query}`).expect(200);
    judgePage(answer.text, 'zh');
  });

  test('puts what was searched for on the page as text', async () => {
    const search = encodeURIComponent('<img src=x onerror=alert(1)>');
    const answer = await (await desk.as(people.registrar)).open(`/accounts?q=${search}`).expect(200);
    expect(answer.text).not.toContain('<img');
    expect(answer.text).toContain('value="&lt;img src=x onerror=alert(1)>"');
  });

  test('shows what is applied, each to be taken away, in both languages', async () => {
    const seat = await desk.as(people.auditor);
    for (const language of ['zh', 'en'] as const) {
      const path = `/accounts?state=active&organisation=${people.county.id}&q=c-`;
      const answer = await seat.open(path).set('Accept-Language', language).expect(200);
      judgePage(answer.text, language);
      expect(answer.text).toContain(`href="/accounts?organisation=${people.county.id}&amp;state=active"`);
      expect(textOf(answer.text)).toContain('示範縣政府');
    }
  });

  test('a page past the end is empty, not wrong', async () => {
    expect(await listed(people.registrar, '?page=50')).toEqual([]);
  });
});

describe('the export of the list (D1-088)', () => {
  test('holds what the filters leave, with the notice, who took it and when, and is recorded', async () => {
    const seat = await desk.as(people.registrar);
    expect((await seat.open('/accounts?role=registrar')).text).toContain('action="/accounts/export"');
    const answer = await seat.send('/accounts/export', { format: 'csv', role: 'registrar' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="accounts-.*\.csv"$/);
    for (const word of [
      'c-registrar',
      'c-registrar2',
      '示範管理者',
      '專有之財產',
      'Exclusive property',
      '(c-registrar)',
    ]) {
      expect(answer.text).toContain(word);
    }
    for (const word of ['c-user', 't-registrar', '1234-5678', '@example']) expect(answer.text).not.toContain(word);
    expect(await newest('data.exported')).toMatchObject({
      actor: { kind: 'account', accountId: people.registrar.id },
      facts: { subject: 'accounts', format: 'csv', rows: 2, filter: 'role=registrar' },
    });
  });

  test('is refused to users, and to one-day passwords', async () => {
    expect((await (await desk.as(people.user)).send('/accounts/export', { format: 'csv' })).status).toBe(403);
    const weak = await desk.as(people.registrar, 'one-day-password');
    expect((await weak.send('/accounts/export', { format: 'csv' })).status).toBe(403);
    expect((await weak.open('/accounts')).text).not.toContain('/accounts/export');
  });
});

describe('the page of an account', () => {
  test.each<[string, () => Account, () => Account]>([
    ['a registrar, of another agency', () => people.cityRegistrar, () => people.user],
    ['a head, of another unit', () => people.head, () => people.neighbour],
    ['a user, of a colleague', () => people.user, () => people.neighbour],
    ['a checker, of another agency', () => people.checker, () => people.stranger],
  ])('is refused to %s, and that is recorded', async (_name, visitor, account) => {
    await (await desk.as(visitor())).open(pageOf(account())).expect(403);
    expect(await newest('access.refused')).toMatchObject({
      accountId: visitor().id,
      facts: { method: 'GET', address: '/accounts/:account', code: 'access-refused', target: account().id },
    });
  });

  test.each(['/accounts/x', '/accounts/00000000-0000-4000-8000-000000000000', '/accounts/..%2f', '/accounts/%00'])(
    '%s is nobody’s',
    async path => {
      await (await desk.as(people.administrator)).open(path).expect(404);
    },
  );

  test('D1-083 masks what the visitor’s duty does not need', async () => {
    const seen = async (account: Account) => {
      const answer = await (await desk.as(account)).ask(pageOf(people.user)).expect(200);
      return (answer.body as { person: object }).person;
    };
    const clear = { idLastFour: '6789', title: '科員', phone: '02-1234-5678', email: 'c-user@example.gov.tw' };
    for (const account of [people.registrar, people.caseOfficer, people.administrator, people.user]) {
      expect(await seen(account)).toMatchObject(clear);
    }
    expect(await seen(people.head)).toMatchObject({ ...clear, idLastFour: '••••' });
    const masked = { idLastFour: '••••', title: '科員', phone: '••••78', email: 'c•••@example.gov.tw' };
    expect(await seen(people.auditor)).toMatchObject(masked);
    expect(await seen(people.checker)).toMatchObject(masked);
    const page = await (await desk.as(people.auditor)).open(pageOf(people.user)).expect(200);
    for (const hidden of ['6789', '1234-5678', 'c-user@']) expect(page.text).not.toContain(hidden);
    expect(page.text).toContain('個人資料僅供帳號登記與設定使用');
  });

  test.each(['zh', 'en'] as const)('is whole in %s', async language => {
    for (const visitor of [people.registrar, people.head, people.user, people.auditor]) {
      const answer = await (
        await desk.as(visitor)
      )
        .open(pageOf(people.user))
        .set('Accept-Language', language)
        .expect(200);
      judgePage(answer.text, language);
    }
  });

  test('shows the sessions that stand, and none that has ended', async () => {
    const registrar = await desk.as(desk.people.registrar);
    const path = `/accounts/${desk.people.registrar.id}`;
    const { text } = await registrar.open(path);
    const shown = /<section aria-labelledby="sessions">.*?<\/section>/s.exec(text)?.[0] ?? '';
    expect(shown).toContain('自然人憑證');
    expect(shown).toContain('127.0.0.1');
    const { text: nobodyIn } = await registrar.open(`/accounts/${desk.people.neighbour.id}`);
    expect(nobodyIn).toContain('目前沒有連線。');
  });

  test('D1-041 names reason, basis, term and state of every right', async () => {
    const page = textOf((await (await desk.as(people.registrar)).open(pageOf(people.user)).expect(200)).text);
    for (const word of ['公司登記系統', '承辦公司登記', 'D-06-09-2026-0001', '2026-03-01', '無期限', '待核准']) {
      expect(page).toContain(word);
    }
  });

  test('offers acts to those who may, by card only, and never about oneself', async () => {
    const offered = async (account: Account, about: Account, method: 'card' | 'one-day-password' = 'card') => {
      const html = (await (await desk.as(account, method)).open(pageOf(about)).expect(200)).text;
      return [...html.matchAll(/action="\/accounts\/[^/"]+\/([^/"]+)/g)].map(([, act]) => act);
    };
    expect(await offered(people.registrar, people.user)).toEqual(['suspend']);
    expect(await offered(people.head, people.user)).toEqual(['grants']);
    expect(await offered(people.deputy, people.user)).toEqual(['grants']);
    expect(await offered(people.registrar, people.secondRegistrar)).toEqual([]);
    expect(await offered(people.registrar, people.registrar)).toEqual([]);
    expect(await offered(people.registrar, people.user, 'one-day-password')).toEqual([]);
    expect(await offered(people.auditor, people.user)).toEqual([]);
    expect(await offered(people.administrator, people.head)).toEqual(['suspend']);
  });
});

describe('acts on the page of an account', () => {
  test('a registrar suspends with a reason, and resumes', async () => {
    const seat = await desk.as(people.registrar);
    const victim = await desk.as(people.neighbour);
    await victim.open('/').expect(200);
    const done = await seat.send(`${pageOf(people.neighbour)}/suspend`, { reason: '調查中' });
    expect([done.status, done.headers['location']]).toEqual([303, pageOf(people.neighbour)]);
    expect(await stateOf(people.neighbour)).toBe('suspended');
    await victim.open('/').expect(303);
    const page = textOf((await seat.open(pageOf(people.neighbour))).text);
    expect(page).toContain('停用業務帳號');
    expect(page).toContain('示範管理者');
    expect((await seat.send(`${pageOf(people.neighbour)}/resume`, { reason: '查明' })).status).toBe(303);
    expect(await stateOf(people.neighbour)).toBe('active');
  });

  test('without a reason the panel comes back open, says so on top and beside the field, and keeps what was typed', async () => {
    const seat = await desk.as(people.registrar);
    const answer = await seat.send(`${pageOf(people.user)}/suspend`, { reason: '' });
    expect(answer.status).toBe(400);
    judgePage(answer.text, 'zh');
    expect(answer.text).toMatch(/<main[^>]*><div class="errors" role="alert"[^>]*autofocus/);
    expect(answer.text).toContain('href="#reason"');
    expect(answer.text).toMatch(/<textarea[^>]*id="reason"[^>]*aria-invalid="true"/);
    const long = '<img src=x onerror=alert(1)>'.repeat(400);
    const again = await seat.send(`${pageOf(people.user)}/suspend`, { reason: long });
    expect(again.status).toBe(400);
    expect(again.text).toContain(`${'&lt;img src=x onerror=alert(1)>'.repeat(400)}</textarea>`);
    expect(await stateOf(people.user)).toBe('active');
  });

  test('programs get the problem as data', async () => {
    const seat = await desk.as(people.registrar);
    const answer = await seat.sendJson(`${pageOf(people.user)}/suspend`, { reason: '' }).expect(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'fields-invalid', problems: [{ field: 'reason' }] });
  });

  test.each<[string, () => Account]>([
    ['a registrar of another agency', () => people.cityRegistrar],
    ['a head', () => people.head],
    ['a user', () => people.neighbour],
    ['an auditor', () => people.auditor],
    ['a case officer', () => people.caseOfficer],
  ])('D1-014 %s gets 403 and an event', async (_name, visitor) => {
    const seat = await desk.as(visitor());
    expect((await seat.send(`${pageOf(people.user)}/suspend`, { reason: '無權' })).status).toBe(403);
    expect(await newest('access.refused')).toMatchObject({ accountId: visitor().id, facts: { method: 'POST' } });
    expect(await stateOf(people.user)).toBe('active');
  });

  test('a registrar gets 403 and an event for a colleague, and for himself', async () => {
    const seat = await desk.as(people.registrar);
    for (const account of [people.secondRegistrar, people.registrar]) {
      expect((await seat.send(`${pageOf(account)}/suspend`, { reason: '無權' })).status).toBe(403);
      expect(await stateOf(account)).toBe('active');
    }
  });

  test('a one-day-password session gets 403', async () => {
    const seat = await desk.as(people.registrar, 'one-day-password');
    const answer = await seat.send(`${pageOf(people.user)}/suspend`, { reason: '調查中' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('card-session-required');
    expect(await stateOf(people.user)).toBe('active');
  });

  test('a form without its token changes nothing', async () => {
    const seat = await desk.as(people.registrar);
    await seat.forge(`${pageOf(people.user)}/suspend`, { reason: '偽造' }).expect(403);
    expect(await stateOf(people.user)).toBe('active');
  });

  test('a head approves a right taken over, and once only', async () => {
    const seat = await desk.as(people.head);
    const path = `${pageOf(people.user)}/grants/${people.pendingGrant.id}`;
    expect((await seat.send(path, { decision: 'maybe', reason: '屬實' })).status).toBe(400);
    expect((await seat.send(path, { decision: 'approve', reason: '' })).status).toBe(400);
    expect((await seat.send(path, { decision: 'approve', reason: '屬實' })).status).toBe(303);
    expect((await seat.send(path, { decision: 'refuse', reason: '反悔' })).status).toBe(409);
  });
});
