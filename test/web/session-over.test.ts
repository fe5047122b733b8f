import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SESSION_END_REASONS, type SessionEndReason } from '../../src/sessions/session.ts';
import { tellEnd } from '../../src/web/texts/session-ends.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';
import { openTestPortal } from './support/portal.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

/** Somebody whose session is over, and why. */
async function somebodyOver(reason: SessionEndReason): Promise<Seat> {
  const seat = await desk.as(desk.people.user);
  const { session } = (await seat.ask('/sessions')).body as { session: string };
  await desk.portal.context.sessions.end(session, reason);
  return seat;
}

describe('why it is over', () => {
  test.each(SESSION_END_REASONS)(
    '%s: on the login page, to the page’s script and to whoever sent something',
    async reason => {
      const seat = await somebodyOver(reason);
      const words = tellEnd(reason).zh;
      expect(textOf((await seat.open('/login')).text)).toContain(words);
      expect((await seat.ask('/session')).body).toEqual({ alive: false, endedBecause: reason, message: words });
      const sent = await seat.sendJson('/profile', { email: 'a@example.gov.tw' });
      expect([sent.status, sent.body]).toMatchObject([401, { code: 'session-over', facts: { reason } }]);
    },
  );

  test('a login elsewhere: when, whence and how', async () => {
    const portal = await openTestPortal({
      sessionLimits: { concurrent: { account: 1, card: 1, 'card-tls': 1, 'one-day-password': 1 } },
    });
    try {
      const before = await portal.logIn();
      await portal.openSession({ method: 'one-day-password' });
      for (const language of ['zh', 'en']) {
        const request = portal.browser().get('/login').set('Cookie', before).set('Accept-Language', language);
        const { text } = await request.expect(200);
        expect(textOf(text)).toContain(
          language === 'zh' ? '自 127.0.0.1 以一日密碼登入' : 'from 127.0.0.1 by one-day password',
        );
        expect(textOf(text)).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
      }
      const told = await portal.browser().get('/session').set('Cookie', before);
      expect(told.body).toMatchObject({ endedBecause: 'replaced', replacedBy: { method: 'one-day-password' } });
      const sent = await portal.browser().postForm('/profile', {}).set('Cookie', before).expect(401);
      expect(textOf(sent.text)).toContain('自 127.0.0.1 以一日密碼登入');
    } finally {
      await portal.close();
    }
  });

  test('who never had a session is told nothing of one', async () => {
    expect((await desk.portal.browser().get('/session')).body).toEqual({ alive: false, endedBecause: null });
    const sent = await desk.portal.browser().postJson('/profile', {});
    expect([sent.status, sent.body]).toMatchObject([401, { code: 'not-logged-in' }]);
  });
});

describe('what was sent comes back to be copied', () => {
  const TYPED = { email: '不是信箱', phone: '02-1234-5678', title: '<b>科員</b>' };

  test.each(['zh', 'en'] as const)('a form (%s)', async language => {
    const seat = await somebodyOver('idle');
    const answer = await seat
      .forge('/profile', { token: 'x', ...TYPED })
      .set('Accept-Language', language)
      .expect(401);
    judgePage(answer.text, language);
    for (const value of [TYPED.email, TYPED.phone, '&lt;b>科員&lt;/b>']) expect(answer.text).toContain(value);
    expect(answer.text).not.toContain('>token<');
    expect(textOf(answer.text)).toContain(tellEnd('idle')[language]);
  });

  test('the fields of an upload', async () => {
    const seat = await somebodyOver('administrator');
    const answer = await desk.portal
      .browser()
      .agent.post('/personnel/import')
      .set('Cookie', seat.cookie)
      .set('Origin', desk.portal.origin)
      .set('Accept', 'text/html')
      .field('note', '本月名冊')
      .attach('file', Buffer.from('a,b'), 'list.csv')
      .expect(401);
    expect(answer.text).toContain('本月名冊');
    expect(answer.text).toContain('附加的檔案請重新選取');
  });

  test('a form of an earlier login', async () => {
    const seat = await desk.as(desk.people.user);
    const answer = await seat.forge('/profile', { token: 'x', ...TYPED }).expect(403);
    expect(answer.text).toContain(TYPED.email);
  });

  test('nothing of a form with secrets in it, and nothing where nothing was sent', async () => {
    const secret = 'Riverbank7-Lantern';
    const browser = desk.portal.browser();
    await browser.postJson('/login/card/challenge', {}).expect(200);
    const refused = await browser.postForm('/login/one-day-password', { token: 'x', account: 'a', password: secret });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain(secret);
    const seat = await somebodyOver('idle');
    expect((await seat.forge('/sessions/end')).text).not.toContain('typed-value');
  });

  test('what cannot be read is refused all the same', async () => {
    const seat = await somebodyOver('idle');
    const answer = await seat.forge('/profile', { email: 'x'.repeat(2_000_000) });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('typed-value');
  });
});

describe('how it stands, for the page’s own script', () => {
  const HOUR = 3_600_000;

  test('D1-099 asking is no activity, whatever the request says; staying is', async () => {
    const portal = await openTestPortal();
    try {
      const [cookie, idler] = [await portal.logIn(), await portal.logIn()];
      const browser = portal.browser();
      const ask = (of: string) => browser.get('/session').set('Cookie', of).set('Sec-Fetch-Dest', 'document');
      const stay = (of: string) => browser.postJson('/session', {}).set('Cookie', of);
      portal.advance(3 * HOUR);
      expect((await ask(cookie)).body).toMatchObject({ alive: true, canStay: true });
      expect(((await ask(cookie)).body as { idleRemainingMs: number }).idleRemainingMs).toBeLessThanOrEqual(HOUR);
      expect(((await stay(cookie)).body as { idleRemainingMs: number }).idleRemainingMs).toBeGreaterThan(3.9 * HOUR);
      portal.advance(HOUR + 1_000);
      expect((await ask(cookie)).body).toMatchObject({ alive: true });
      expect((await ask(idler)).body).toMatchObject({ alive: false, endedBecause: 'idle' });
      // Who asks to stay too late does not.
      expect((await stay(idler)).body).toMatchObject({ alive: false, endedBecause: 'idle' });
      const marked = await stay(cookie).set('X-Activity', 'background');
      expect((marked.body as { idleRemainingMs: number }).idleRemainingMs).toBeLessThan(3 * HOUR);
    } finally {
      await portal.close();
    }
  });

  test('D1-098 D3-06 idle for more than four hours is logged out, and told so', async () => {
    const portal = await openTestPortal();
    try {
      const cookies = [await portal.logIn(), await portal.logIn(), await portal.logIn()] as const;
      const open = (cookie: string) => portal.browser().get('/').set('Cookie', cookie);
      portal.advance(4 * HOUR - 2_000);
      expect((await open(cookies[0])).status).toBe(200);
      portal.advance(3_000);
      const over = await open(cookies[1]);
      expect([over.status, over.headers['location']]).toEqual([303, '/login']);
      const { text } = await portal.browser().get('/login').set('Cookie', cookies[1]);
      expect(textOf(text)).toContain('閒置時間過長，已自動登出');
      expect((await open(cookies[0])).status).toBe(200);
    } finally {
      await portal.close();
    }
  });

  test('the last hours of a login cannot be prolonged, and it says so', async () => {
    const portal = await openTestPortal();
    try {
      const cookie = await portal.logIn();
      const stay = () => portal.browser().postJson('/session', {}).set('Cookie', cookie);
      for (let hour = 3; hour <= 9; hour += 3) {
        portal.advance(3 * HOUR);
        expect((await stay()).body).toMatchObject({ alive: true, canStay: hour < 9 });
      }
      portal.advance(3 * HOUR + 1_000);
      expect((await stay()).body).toMatchObject({ alive: false, endedBecause: 'lifetime' });
    } finally {
      await portal.close();
    }
  });

  test('staying is asked by our own pages only', async () => {
    const cookie = await desk.portal.logIn();
    const { agent } = desk.portal.browser();
    const post = (origin: string) => agent.post('/session').set('Cookie', cookie).set('Origin', origin).send({});
    expect((await post('https://company.gateway.test')).status).toBe(403);
    expect((await post(desk.portal.origin)).status).toBe(200);
    expect((await desk.portal.browser().postForm('/session', {}).set('Cookie', cookie)).status).toBe(415);
  });
});
