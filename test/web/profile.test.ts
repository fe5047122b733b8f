import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  ({ people } = desk);
});
afterAll(() => desk.portal.close());

const newest = async (code: string) => (await desk.portal.context.database.events.listEvents({ code, limit: 1 }))[0];
const personOf = () => desk.portal.context.database.accounts.findPerson(people.user.personId);

describe('one’s own data', () => {
  test.each(['zh', 'en'] as const)('is a page in %s', async language => {
    const answer = await (await desk.as(people.user)).open('/profile').set('Accept-Language', language).expect(200);
    judgePage(answer.text, language);
  });

  test('D1-060 D1-044 is changed by oneself; the page shows what it was, masked', async () => {
    const seat = await desk.as(people.user);
    const done = await seat.send('/profile', { title: '專員', phone: '02-8765-4321', email: 'new@example.gov.tw' });
    expect([done.status, done.headers['location']]).toEqual([303, '/profile']);
    const page = textOf((await seat.open('/profile')).text);
    for (const word of ['科員', '專員', '••••78', '••••21', 'c•••@example.gov.tw', 'n•••@example.gov.tw']) {
      expect(page).toContain(word);
    }
    expect(await personOf()).toMatchObject({ title: '專員', phone: '02-8765-4321', email: 'new@example.gov.tw' });
  });

  test('answers programs with JSON, and takes it', async () => {
    const seat = await desk.as(people.user);
    const done = await seat.sendJson('/profile', { title: '股長', phone: '', email: '' }).expect(200);
    expect(done.body).toEqual({ ok: true, changed: true });
    expect((await seat.ask('/profile').expect(200)).body).toMatchObject({
      account: 'c-user',
      title: '股長',
      phone: null,
    });
  });

  test('keeps what a program leaves out', async () => {
    const seat = await desk.as(people.neighbour);
    await seat.sendJson('/profile', { title: '技正' }).expect(200);
    expect((await seat.ask('/profile').expect(200)).body).toMatchObject({ title: '技正', phone: '02-1234-5678' });
    await seat.sendJson('/profile', {}).expect(200);
    for (const body of [[], ['x'], { title: ['a', 'b'] }, { title: { toString: 'x' } }, { title: null }]) {
      const answer = await seat.sendJson('/profile', body);
      expect(answer.status).toBeLessThan(500);
    }
  });

  test.each([
    ['a role', { roles: 'registrar' }],
    ['a state', { state: 'active' }],
    ['another name', { name: '別人' }],
    ['another organisation', { organisationId: 'x' }],
    ['another person', { personId: 'x' }],
    ['another account', { accountId: 'x' }],
  ])('D1-060 giving oneself %s is refused with 403 and an event, by form and by program', async (_name, more) => {
    const seat = await desk.as(people.user);
    const before = await personOf();
    const fields = { title: '駭客', phone: '', email: '', ...more };
    expect((await seat.send('/profile', fields)).status).toBe(403);
    expect(await newest('access.refused')).toMatchObject({
      accountId: people.user.id,
      facts: { method: 'POST', address: '/profile', code: 'access-refused' },
    });
    await seat.sendJson('/profile', fields).expect(403);
    expect(await personOf()).toEqual(before);
    const account = await desk.portal.context.database.accounts.findAccount(people.user.id);
    expect(account?.roles).toEqual(['general-user']);
  });

  test.each([
    ['markup', { email: '<img src=x onerror=alert(1)>' }],
    ['10,000 characters', { title: '長'.repeat(10_000) }],
    ['control characters', { title: '科\u0001員' }],
    ['full-width digits', { phone: '０２－１２３４－５６７８' }],
  ])('with %s comes back with the message beside the field and nothing lost', async (_name, typed) => {
    const seat = await desk.as(people.user);
    const before = await personOf();
    const answer = await seat.send('/profile', { title: '', phone: '', email: '', ...typed });
    expect(answer.status).toBe(400);
    const [field, value] = Object.entries(typed)[0]!;
    expect(answer.text).toContain(`href="#${field}"`);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect(answer.text).toContain(value.replaceAll('<', '&lt;'));
    expect(answer.text).not.toContain('<img');
    expect(await personOf()).toEqual(before);
  });

  test('D1-071 is handed over whole as a file, with the notice, and that is recorded', async () => {
    const seat = await desk.as(people.user);
    const answer = await seat.send('/profile/data');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename=c-user.json');
    const data = JSON.parse(answer.text) as Record<string, unknown>;
    expect(data).toMatchObject({
      notice: { zh: expect.stringContaining('專有之財產') as string },
      person: { idLastFour: '6789' },
      account: { loginName: 'c-user' },
      organisation: { code: 'county' },
      systemRights: [{ systemId: expect.any(String) as string }, { systemId: expect.any(String) as string }],
    });
    for (const part of ['certificates', 'deputyships', 'applications', 'oneDayPasswords', 'events']) {
      expect(data[part]).toBeInstanceOf(Array);
    }
    expect(answer.text).not.toContain('示範鄰科');
    expect(await newest('data.exported')).toMatchObject({ accountId: people.user.id, facts: { what: 'own-data' } });
  });

  test('is not handed over in a session by one-day password', async () => {
    const seat = await desk.as(people.user, 'one-day-password');
    expect((await seat.open('/profile').expect(200)).text).not.toContain('/profile/data');
    const answer = await seat.send('/profile/data');
    expect([answer.status, answer.text.includes('card-session-required')]).toEqual([403, true]);
  });

  test('is nobody’s without a login', async () => {
    await desk.portal.browser().get('/profile').expect(303).expect('Location', '/login');
    await desk.portal.browser().postForm('/profile', { title: 'x' }).expect(401);
    await desk.portal.browser().postForm('/profile/data', {}).expect(401);
  });
});
