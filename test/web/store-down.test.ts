import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { startPostgres } from '../support/postgres.ts';
import { judgePage, textOf } from './support/page-judge.ts';
import { ASSETS, openTestPortal, type Browser, type TestPortal } from './support/portal.ts';

const STILL_THERE = [
  '/help/rules',
  '/help/privacy',
  '/logged-out',
  '/login/failed?code=unavailable',
  `/assets/${ASSETS.digest}/look.css`,
];

function expectUnavailable(answer: Awaited<ReturnType<Browser['get']>>): void {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers['cache-control']).toBe('no-store');
}

describe('the session store cannot be asked', () => {
  let portal: TestPortal;
  let cookie: string;
  let isAway = false;
  beforeAll(async () => {
    portal = await openTestPortal();
    cookie = await portal.logIn();
    // An outside store as it is when its server is gone: whatever it is asked, it cannot tell.
    const { sessions } = portal.context;
    for (const store of [sessions, sessions.browserSessions]) {
      for (const [name, operation] of Object.entries(store) as [string, unknown][]) {
        if (typeof operation !== 'function' || ['onEnd', 'onExpiry', 'sweep', 'stop'].includes(name)) continue;
        const whenThere = operation as (...given: unknown[]) => unknown;
        Reflect.set(store, name, (...given: unknown[]) =>
          isAway ? Promise.reject(new StoreFault('The session store does not answer.')) : whenThere(...given),
        );
      }
    }
  });
  afterAll(() => portal.close());

  const away = async (work: () => Promise<void>): Promise<void> => {
    isAway = true;
    await work().finally(() => (isAway = false));
  };

  test.each(['zh', 'en'] as const)(
    'people get a page that says so, and come back to their session (%s)',
    async language => {
      await away(async () => {
        const page = await portal.browser().get('/').set('Cookie', cookie).set('Accept-Language', language);
        expectUnavailable(page);
        judgePage(page.text, language);
        expect(textOf(page.text)).toContain(
          language === 'zh' ? '認證閘道暫時無法服務' : 'The gateway is not available',
        );
        expect(page.text).toContain(String(page.headers['x-request-id']));
        expect(page.text).not.toContain('does not answer');
      });
      expect((await portal.browser().get('/').set('Cookie', cookie)).status).toBe(200);
    },
  );

  test('programs get a problem, and nothing else', async () => {
    await away(async () => {
      for (const path of ['/session', '/sessions', '/accounts']) {
        const answer = await portal.browser().agent.get(path).set('Cookie', cookie).set('Accept', 'application/json');
        expectUnavailable(answer);
        expect(answer.headers['content-type']).toContain('application/problem+json');
        expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable', status: 503 });
      }
    });
  });

  test('nobody is let in: a challenge is not given, nor kept', async () => {
    await away(async () => {
      const answer = await portal.browser().postJson('/login/card/challenge', {});
      expectUnavailable(answer);
      expect(answer.headers['set-cookie']).toBeUndefined();
    });
  });

  test('what needs no store goes on', async () => {
    await away(async () => {
      for (const path of [...STILL_THERE, '/login']) {
        expect((await portal.browser().get(path)).status, path).toBe(200);
      }
      expect((await portal.browser().get('/help/rules').set('Cookie', cookie)).status).toBe(200);
    });
  });

  test('logging out cannot be promised, and is not', async () => {
    await away(async () => {
      const answer = await portal.browser().postForm('/logout', {}).set('Cookie', cookie);
      expectUnavailable(answer);
      expect(textOf(answer.text)).toContain('登出可能沒有完成');
    });
    expect((await portal.browser().get('/').set('Cookie', cookie)).status).toBe(200);
  });
});

describe('PostgreSQL is stopped', () => {
  let portal: TestPortal;
  let cookie: string;
  let other: string;
  let token: string;
  beforeAll(async () => {
    const postgres = await startPostgres();
    const url = await postgres.createDatabase();
    portal = await openTestPortal({ database: { kind: 'postgresql', url } });
    cookie = await portal.logIn();
    other = await portal.logIn();
    const { text } = await portal.browser().get('/logout').set('Cookie', cookie);
    token = /name="token" value="([\w-]{43})"/.exec(text)?.[1] ?? '';
    await postgres.stop();
  });
  afterAll(() => portal.close());

  test('pages of people are 503, pages of the whole world go on', async () => {
    for (const path of ['/', '/sessions', '/profile']) {
      const page = await portal.browser().get(path).set('Cookie', cookie);
      expectUnavailable(page);
      judgePage(page.text, 'zh');
    }
    for (const path of STILL_THERE) expect((await portal.browser().get(path)).status, path).toBe(200);
  });

  test('staying is not granted, and says so', async () => {
    expectUnavailable(await portal.browser().postJson('/session', {}).set('Cookie', cookie));
  });

  test('D1-097 leaving is never refused: it is asked, done, and its record waits', async () => {
    const asked = await portal.browser().get('/logout').set('Cookie', cookie);
    expect([asked.status, asked.text.includes('登出所有系統')]).toEqual([200, true]);
    const left = await portal.browser().postForm('/logout', { token }).set('Cookie', cookie);
    expect([left.status, left.headers['location']]).toEqual([303, '/logged-out?record=pending']);
    const { text } = await portal.browser().get('/logged-out?record=pending');
    judgePage(text, 'zh');
    expect(textOf(text)).toContain('登出的紀錄暫時無法寫入資料庫');
    expect(textOf((await portal.browser().get('/logged-out')).text)).not.toContain('暫時無法寫入');

    const [pending, ...more] = await portal.context.pendingEnds.list();
    expect(pending).toMatchObject({ end: { reason: 'logout' }, event: { code: 'session.ended' } });
    expect(more).toEqual([]);
    const again = await portal.browser().postForm('/logout', { token }).set('Cookie', cookie);
    expect(again.headers['location']).toBe('/logged-out');
  });

  test('leaving without the form’s token is refused as ever', async () => {
    const forged = await portal.browser().postForm('/logout', { token: 'x' }).set('Cookie', other);
    expect(forged.status).toBe(403);
  });
});
