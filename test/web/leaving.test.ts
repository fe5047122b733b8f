import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import { openTestPortal, setCookies, type Browser, type TestPortal } from './support/portal.ts';

let portal: TestPortal;
let browser: Browser;
let cookie: string;

beforeAll(async () => {
  portal = await openTestPortal();
});
beforeEach(async () => {
  browser = portal.browser();
  cookie = await portal.logIn();
});
afterAll(() => portal.close());

const home = () => portal.browser().get('/').set('Cookie', cookie);
const tokenOf = (html: string) => /name="token" value="([\w-]{43})"/.exec(html)?.[1];

describe('logging out (D1-097)', () => {
  test('by POST ends the session, says so in the record, and forgets the browser', async () => {
    const token = tokenOf((await home().expect(200)).text)!;
    const answer = await browser.postForm('/logout', { token }).set('Cookie', cookie).expect(303);
    expect(answer.headers['location']).toBe('/logged-out');
    expect(setCookies(answer)).toEqual([
      '__Host-gw-portal=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ]);
    await home().expect(303).expect('Location', '/login');
    const [event] = await portal.context.database.events.listEvents({ code: 'session.ended', limit: 1 });
    expect(event).toMatchObject({ accountId: portal.account.id, facts: { reason: 'logout' } });
  });

  test('by GET only asks', async () => {
    const page = await portal.browser().get('/logout').set('Cookie', cookie).expect(200);
    expect(page.text).toContain('登出所有系統');
    expect(tokenOf(page.text)).toBe(tokenOf((await home()).text));
    await home().expect(200);
  });

  test.each([
    ['no token', {}],
    ['an empty token', { token: '' }],
    ['a made-up token', { token: 'x'.repeat(43) }],
  ])('by POST with %s is refused', async (_name, fields) => {
    const answer = await browser.postForm('/logout', fields).set('Cookie', cookie).expect(403);
    expect(answer.text).toContain('form-token-invalid');
    await home().expect(200);
  });

  test('by POST with the token of another session, or with two, is refused', async () => {
    const other = await portal.logIn();
    const foreign = tokenOf((await portal.browser().get('/').set('Cookie', other)).text)!;
    await browser.postForm('/logout', { token: foreign }).set('Cookie', cookie).expect(403);
    const own = tokenOf((await home()).text)!;
    const twice = browser.agent.post('/logout').set('Origin', portal.origin).set('Cookie', cookie);
    await twice.type('form').send(`token=${own}&token=${own}`).expect(403);
    await home().expect(200);
  });

  test('when nobody is logged in leads to the same page', async () => {
    await portal.browser().postForm('/logout', {}).expect(303).expect('Location', '/logged-out');
    const page = await portal.browser().get('/logged-out').expect(200);
    expect(page.text).toContain('取回您的卡片');
    const asked = await portal.browser().get('/logout').expect(200);
    expect(asked.text).toContain('目前沒有登入');
  });
});

describe('a session that is over', () => {
  test('after more than four idle hours leads to the login page, which says why (D1-098)', async () => {
    portal.advance(4 * 3_600_000 + 1_000);
    await home().expect(303).expect('Location', '/login');
    const page = await portal.browser().get('/login').set('Cookie', cookie).expect(200);
    expect(page.text).toContain('閒置時間過長，已自動登出。');
  });

  test('at the portal is still alive a second before, and opening a page keeps it so', async () => {
    portal.advance(4 * 3_600_000 - 1_000);
    await home().expect(200);
    portal.advance(4 * 3_600_000 - 1_000);
    await home().expect(200);
  });

  test('is not kept alive by what a person does not do (D1-099)', async () => {
    portal.advance(2 * 3_600_000);
    await home().set('X-Activity', 'background').expect(200);
    portal.advance(2 * 3_600_000 + 1_000);
    await home().expect(303);
  });

  test('because the account was suspended is nobody’s at once', async () => {
    await portal.setAccountState('suspended');
    try {
      await home().expect(303);
    } finally {
      await portal.setAccountState('active');
    }
    await home().expect(303);
  });
});

describe('who is logged in already', () => {
  test('does not see the login page again', async () => {
    await browser.get('/login').set('Cookie', cookie).expect(303).expect('Location', '/');
    const over = browser.get(`/login?trip=${'x'.repeat(43)}`).set('Cookie', cookie);
    await over.expect(303).expect('Location', '/');
  });

  test('goes straight into the system of the trip', async () => {
    const system = portal.context.systems.get('company')!;
    const begun = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
    const { pathname, search } = new URL(begun.location);
    const answer = await browser
      .get(pathname + search)
      .set('Cookie', cookie)
      .expect(303);
    expect(answer.headers['location']).toMatch(/^https:\/\/company\.gateway\.test\/\.gateway\/enter\?code=/);
  });
});

describe('a cookie that we did not make', () => {
  test.each([
    ['nothing', ''],
    ['no signature', 's%3Aabc'],
    ['a foreign signature', 's%3Aabc.def'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['markup', '%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'],
  ])('%s is nobody', async (_name, value) => {
    const answer = await browser.get('/').set('Cookie', `__Host-gw-portal=${value}`);
    expect(answer.status).toBe(303);
    expect(setCookies(answer)).toEqual([]);
  });

  test('one bit changed is nobody', async () => {
    const changed = cookie.slice(0, -1) + (cookie.endsWith('A') ? 'B' : 'A');
    await browser.get('/').set('Cookie', changed).expect(303);
  });
});
