import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  ({ people } = desk);
});
afterAll(() => desk.portal.close());

const pageFor = async (account: Account, path: string, language: 'zh' | 'en' = 'zh') => {
  const answer = await (await desk.as(account)).open(path).set('Accept-Language', language).expect(200);
  judgePage(answer.text, language);
  return answer.text;
};

describe('the organisation page (D1-003)', () => {
  test.each(['zh', 'en'] as const)(
    'shows who manages whom as a figure and as text, marked derived (E3), in %s',
    async language => {
      const html = await pageFor(people.user, '/organisations', language);
      expect(html).toMatch(/<svg class="tree"[^>]*role="img" aria-label="[^"]+"/);
      const text = textOf(html);
      for (const word of ['示範商業發展署', '示範縣政府', '工商科', '產業科', '示範市政府'])
        expect(text).toContain(word);
      expect(text).toContain(language === 'zh' ? '依條文三、八推導' : 'derived from sections 3 and 8');
    },
  );

  test('names the registrars of one’s own agency, and only counts those of others', async () => {
    const text = textOf(await pageFor(people.user, '/organisations'));
    expect(text).toContain('示範管理者、示範管理者乙');
    expect(text).not.toContain('示範外機關管理者');
    expect(textOf(await pageFor(people.auditor, '/organisations'))).toContain('示範外機關管理者');
  });

  test('is kept by 本署’s administrator: adds an agency, a unit, renames both', async () => {
    const seat = await desk.as(people.administrator);
    expect(await pageFor(people.administrator, '/organisations')).toContain('action="/organisations"');
    const added = await seat.send('/organisations', { code: 'village', name: '示範鄉公所', kind: 'agency' });
    expect(added.status).toBe(303);
    const path = added.headers['location']!;
    expect((await seat.send(`${path}/units`, { unitCode: 'finance', unitName: '財政課' })).status).toBe(303);
    const unit = (await desk.portal.context.database.accounts.listUnits(path.split('/').at(-1)))[0]!;
    expect((await seat.send(`${path}/units/${unit.id}`, { name: '財經課' })).status).toBe(303);
    expect((await seat.send(path, { name: '示範鎮公所' })).status).toBe(303);
    const html = await pageFor(people.administrator, path);
    expect(html).toContain('value="財經課"');
    expect(html).toContain('<h1>示範鎮公所</h1>');
  });

  test('E12 a new name of the office changes its name and nothing else', async () => {
    const seat = await desk.as(people.administrator);
    expect((await seat.send(`/organisations/${people.ministry.id}`, { name: '示範商業司' })).status).toBe(303);
    const { ministry } = people;
    expect(await desk.portal.context.database.accounts.findOrganisation(ministry.id)).toEqual({
      ...ministry,
      name: '示範商業司',
    });
    expect(textOf(await pageFor(people.caseOfficer, '/accounts'))).toContain('示範商業司');
  });

  test('a wrong field comes back beside itself, in the form it belongs to', async () => {
    const seat = await desk.as(people.administrator);
    const add = await seat.send('/organisations', { code: 'County!', name: '', kind: '' });
    expect(add.status).toBe(400);
    judgePage(add.text, 'zh');
    for (const field of ['code', 'name', 'kind']) expect(add.text).toContain(`href="#${field}"`);
    expect(add.text).toContain('value="County!"');
    const path = `/organisations/${people.county.id}`;
    for (const [action, fields, field] of [
      [path, { name: '' }, 'name'],
      [`${path}/units`, { unitCode: 'x y', unitName: '' }, 'unitCode'],
      [`${path}/units/${people.commerce.id}`, { name: '' }, 'name'],
    ] as const) {
      const answer = await seat.send(action, fields);
      expect(answer.status).toBe(400);
      judgePage(answer.text, 'zh');
      expect(answer.text).toContain(`id="${field}-error"`);
    }
  });

  test.each(['/organisations/x', '/organisations/00000000-0000-4000-8000-000000000000'])(
    '%s is not there',
    async path => {
      await (await desk.as(people.administrator)).open(path).expect(404);
      expect((await (await desk.as(people.administrator)).send(path, { name: 'x' })).status).toBe(404);
    },
  );
});

describe('the page of deputies', () => {
  const today = () => taipeiDayOf(new Date());

  test.each(['zh', 'en'] as const)('is whole in %s for heads, their deputies and registrars', async language => {
    for (const account of [people.head, people.deputy, people.registrar]) await pageFor(account, '/deputies', language);
    expect(textOf(await pageFor(people.head, '/deputies'))).toContain('示範代理人');
  });

  test('a head names a deputy, who is shown, and ends it', async () => {
    const seat = await desk.as(people.cityHead);
    const fields = { principalId: people.cityHead.id, deputy: 't-user', validFrom: today(), validUntil: today() };
    const wrong = await seat.send('/deputies', { ...fields, reason: '' });
    expect(wrong.status).toBe(400);
    judgePage(wrong.text, 'zh');
    expect(wrong.text).toContain('id="reason-error"');
    expect((await seat.send('/deputies', { ...fields, reason: '休假' })).status).toBe(303);
    const html = (await seat.open('/deputies').expect(200)).text;
    expect(textOf(html)).toContain('示範外機關使用者');
    const end = /action="(\/deputies\/[^"]+\/end)"/.exec(html)?.[1];
    const foreign = await desk.as(people.registrar);
    expect((await foreign.send(end!, { principalId: people.cityHead.id })).status).toBe(403);
    expect((await seat.send(end!, { principalId: people.cityHead.id })).status).toBe(303);
    expect((await seat.send(end!, { principalId: people.cityHead.id })).status).toBe(409);
  });

  test('a registrar names none for another agency', async () => {
    const seat = await desk.as(people.registrar);
    const fields = { principalId: people.cityHead.id, deputy: 't-user', validFrom: today(), validUntil: today() };
    expect((await seat.send('/deputies', { ...fields, reason: '休假' })).status).toBe(403);
    expect((await seat.send('/deputies', { ...fields, principalId: '', reason: '休假' })).status).toBe(400);
  });
});
