import { randomBytes, randomUUID } from 'node:crypto';
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

const REGISTER = '/sessions/register';
const referencesFor = async (seat: Seat, query: string): Promise<string[]> => {
  const list = (await seat.ask(`${REGISTER}${query}`).expect(200)).body as { sessions: { reference: string }[] };
  return list.sessions.map(({ reference }) => reference);
};
const countOpen = async (): Promise<number> => {
  const { sessions } = desk.portal.context.database;
  return (await sessions.findSessions({ scope: { kind: 'everything' } }, { offset: 0, limit: 1 })).total;
};

/** A login from another address than the tests' own. */
async function openFrom(clientAddress: string, account: Account, systemId?: string): Promise<Session> {
  const { context } = desk.portal;
  const session: Session = {
    reference: randomUUID(),
    accountId: account.id,
    method: 'card',
    authenticatedAt: context.clock.now(),
    certificateSha256: null,
    endsAt: null,
    clientAddress,
  };
  await desk.portal.commit(async changes => {
    await changes.sessions.insertSession(session);
    if (systemId !== undefined) await changes.sessions.insertEntry(session.reference, systemId, context.clock.now());
  });
  await context.sessions.open(session, randomBytes(32).toString('hex'));
  return session;
}

describe('filters', () => {
  test.each(['zh', 'en'] as const)(
    'an address that is none is said to be none, and no list is shown (%s)',
    async language => {
      const seat = await desk.as(desk.people.auditor);
      for (const typed of ['127.0.0', '[2001:db8::1]:443', 'z'.repeat(500)]) {
        const query = `?address=${encodeURIComponent(typed)}&q=c-`;
        const { status, text } = await seat.open(`${REGISTER}${query}`).set('Accept-Language', language);
        expect(status, typed).toBe(400);
        judgePage(text, language);
        expect(textOf(text)).toContain(
          language === 'zh' ? '請填寫完整的 IPv4 或 IPv6 位址' : 'one whole IPv4 or IPv6 address',
        );
        expect(text).toContain(`value="${typed}"`);
        expect(text).not.toContain('<table');
        expect(text).not.toContain(`${REGISTER}/end`);
        const answer = await seat.ask(`${REGISTER}${query}`);
        expect([answer.status, answer.body]).toMatchObject([400, { problems: [{ field: 'address' }] }]);
      }
      const before = await countOpen();
      const registrar = await desk.as(desk.people.registrar);
      expect((await registrar.sendJson(`${REGISTER}/end`, { address: '127.0.0', reason: '打錯的位址' })).status).toBe(
        400,
      );
      expect((await registrar.send(`${REGISTER}/export`, { address: '127.0.0', format: 'csv' })).status).toBe(400);
      expect(await countOpen()).toBe(before + 1);
    },
  );

  test('an address is found however it is written', async () => {
    const seat = await desk.as(desk.people.auditor);
    const { reference } = await openFrom('2001:db8::7', desk.people.auditor);
    for (const typed of [
      '2001:db8::7',
      '2001:DB8::0007',
      '[2001:db8:0:0:0:0:0:7]',
      ' 2001:db8::7 ',
      '2001:db8::7%eth0',
    ]) {
      const found = await referencesFor(seat, `?address=${encodeURIComponent(typed)}`);
      expect(found, typed).toEqual([reference]);
    }
    expect((await referencesFor(seat, '?address=%3A%3Affff%3A127.0.0.1')).length).toBeGreaterThan(1);
    expect(await referencesFor(seat, '?address=2001:db8::8')).toEqual([]);
  });

  test('all filters at once, and each of them narrows', async () => {
    const { people } = desk;
    const seat = await desk.as(people.auditor);
    const { reference } = await openFrom('192.0.2.44', people.neighbour, 'company');
    const all = {
      q: 'c-neigh',
      organisation: people.county.id,
      unit: people.neighbour.unitId ?? '',
      system: 'company',
    };
    const fitting = { ...all, method: 'card', address: '192.0.2.44' };
    const find = async (query: Readonly<Record<string, string>>) =>
      referencesFor(seat, `?${new URLSearchParams(query).toString()}`);
    expect(await find(fitting)).toEqual([reference]);
    const others = {
      q: 'c-user',
      organisation: people.city.id,
      unit: people.commerce.id,
      system: 'factory',
      method: 'one-day-password',
      address: '192.0.2.45',
    };
    for (const [name, value] of Object.entries(others))
      expect(await find({ ...fitting, [name]: value }), name).toEqual([]);
    // A filter widens nobody's reach.
    const foreign = await referencesFor(await desk.as(people.cityRegistrar), `?organisation=${people.county.id}`);
    expect(foreign).toEqual([]);
  });

  test('a page beyond the last is said to be none, and leads to the last', async () => {
    const seat = await desk.as(desk.people.auditor);
    for (const language of ['zh', 'en'] as const) {
      const { text } = await seat.open(`${REGISTER}?page=99999`).set('Accept-Language', language).expect(200);
      judgePage(text, language);
      expect(textOf(text)).toMatch(
        language === 'zh' ? /清單沒有這麼多頁。 共 \d+ 筆，\d+ 頁/ : /fewer pages.* \d+ in all, on \d+ page/,
      );
      expect(textOf(text)).not.toMatch(/沒有符合條件|No session fits|99,?9|4,999/);
      const last = /href="([^"]*)">(?:最後一頁|Last page)/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
      expect((await seat.open(last).expect(200)).text).toContain('<table');
    }
    expect(await referencesFor(seat, '?page=99999')).toEqual([]);
    const none = await seat.open(`${REGISTER}?q=nobody-at-all&page=99999`).expect(200);
    expect(textOf(none.text)).toContain('沒有符合條件的連線');
  });
});

describe('the export', () => {
  /** Rows of the file by their reference, each by the Chinese words of its heads. */
  async function rowsOf(
    seat: Seat,
    fields: Readonly<Record<string, string>>,
  ): Promise<Map<string, Map<string, string>>> {
    const { text } = await seat.send(`${REGISTER}/export`, { ...fields, format: 'csv' });
    const lines = text.replace(/^\uFEFF/, '').split('\r\n');
    const heads = (lines[0] ?? '').split(',').map(head => head.split(' ')[0] ?? '');
    const rows = lines.slice(1).map(line => new Map(line.split(',').map((cell, at) => [heads[at] ?? '', cell])));
    return new Map(rows.map(row => [row.get('連線編號') ?? '', row]));
  }

  test('says of each whose and where it is, how it stands, and how, why and by whom it ended', async () => {
    const { people, portal } = desk;
    const seat = await desk.as(people.administrator);
    const [open, ended, replaced] = [
      await openFrom('192.0.2.61', people.stranger, 'company'),
      await openFrom('192.0.2.61', people.stranger),
      await openFrom('192.0.2.61', people.stranger),
    ];
    const endOne = (reference: string, order: Parameters<typeof endSessions>[2]) =>
      endSessions(portal.context, { scope: { kind: 'everything' }, references: [reference] }, order);
    const by = (account: Account) => ({ kind: 'account', accountId: account.id }) as const;
    await endOne(ended.reference, { reason: 'administrator', actor: by(people.cityRegistrar), note: '=1+1 電腦遺失' });
    await endOne(replaced.reference, { reason: 'replaced', actor: by(people.stranger), note: open.reference });

    const rows = await rowsOf(seat, { address: '192.0.2.61', show: 'ended' });
    const [stands, wasEnded, gaveWay] = [open, ended, replaced].map(({ reference }) => rows.get(reference));
    const { name } = people.stranger;
    for (const row of [stands, wasEnded, gaveWay]) {
      expect([row?.get('帳號'), row?.get('姓名'), row?.get('機關')]).toEqual(['t-user', name, people.city.name]);
      expect([row?.get('單位'), row?.get('來源位址')]).toEqual([people.cityCommerce.name, '192.0.2.61']);
    }
    const aTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
    expect([stands?.get('最後操作'), stands?.get('不再操作則登出於')]).toEqual([
      expect.stringMatching(aTime),
      expect.stringMatching(aTime),
    ]);
    expect([stands?.get('結束時間'), stands?.get('結束者'), stands?.get('說明')]).toEqual(['', '', '']);
    expect(stands?.get('進入過的系統')).toBe('company');

    expect([wasEnded?.get('最後操作'), wasEnded?.get('不再操作則登出於')]).toEqual(['', '']);
    expect(wasEnded?.get('結束時間')).toMatch(aTime);
    expect([wasEnded?.get('結束原因'), wasEnded?.get('結束者')]).toEqual(['由管理人員結束', people.cityRegistrar.name]);
    // Never a formula, whatever somebody gave as his reason.
    expect(wasEnded?.get('說明')).toBe("'=1+1 電腦遺失");

    expect(gaveWay?.get('結束者')).toContain('自 192.0.2.61 以自然人憑證登入');
    expect(gaveWay?.get('說明')).toBe('');
  });

  test('holds nothing of another agency, whatever is asked for', async () => {
    const seat = await desk.as(desk.people.registrar);
    const { reference } = await openFrom('192.0.2.62', desk.people.stranger);
    const { reference: own } = await openFrom('192.0.2.62', desk.people.user);
    for (const fields of [{ address: '192.0.2.62' }, { session: reference }, { organisation: desk.people.city.id }]) {
      const rows = await rowsOf(seat, fields);
      expect(rows.has(reference), JSON.stringify(fields)).toBe(false);
      expect(rows.has(own)).toBe('address' in fields);
    }
  });
});
