import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { hashSecret } from '../../src/sessions/challenge.ts';
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
  /** What a node still knows of those whom it has served lately. */
  let isRemembered = false;
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
          isAway && !(isRemembered && name === 'findToEnd')
            ? Promise.reject(new StoreFault('The session store does not answer.'))
            : whenThere(...given),
        );
      }
    }
  });
  afterAll(() => portal.close());

  const away = async (work: () => Promise<void>): Promise<void> => {
    isAway = true;
    await work().finally(() => (isAway = isRemembered = false));
  };
  const awayButRemembered = (work: () => Promise<void>): Promise<void> => {
    isRemembered = true;
    return away(work);
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

  test('logging out cannot be promised to whom this node has never served, and is not', async () => {
    await away(async () => {
      const token = await tokenOf(portal, cookie);
      for (const [path, fields] of [
        ['/logout', { token }],
        ['/sessions/end', { token, which: 'all' }],
      ] as const) {
        const answer = await portal.browser().postForm(path, fields).set('Cookie', cookie);
        expectUnavailable(answer);
        expect(textOf(answer.text)).toContain('登出可能沒有完成');
        // What leads to a session that stands is left to whoever tries again.
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    });
    expect((await portal.browser().get('/').set('Cookie', cookie)).status).toBe(200);
  });

  test.each(['zh', 'en'] as const)('D1-097 whom it has served can leave (%s)', async language => {
    const leaving = await portal.logIn();
    const { reference } = await sessionOf(portal, leaving);
    await awayButRemembered(async () => {
      const asked = await portal.browser().get('/logout').set('Cookie', leaving).set('Accept-Language', language);
      expect(asked.status).toBe(200);
      judgePage(asked.text, language);
      expect(textOf(asked.text)).toContain(language === 'zh' ? '結束所有連線並登出' : 'End all sessions and log out');
      const left = await portal
        .browser()
        .postForm('/logout', { token: tokenIn(asked.text) })
        .set('Cookie', leaving);
      expect([left.status, left.headers['location']]).toEqual([303, '/logged-out']);
      expect(String(left.headers['set-cookie'])).toContain('__Host-gw-portal=;');
    });
    const record = await portal.context.database.sessions.findSession(reference);
    expect(record?.end).toMatchObject({ reason: 'logout' });
  });

  test('and end what else he has open; a forged form ends nothing, and neither does a cookie that we did not sign', async () => {
    const [here, there] = [await portal.logIn(), await portal.logIn()];
    const [mine, other] = [await sessionOf(portal, here), await sessionOf(portal, there)];
    const endOf = async (reference: string) => (await portal.context.database.sessions.findSession(reference))?.end;
    await awayButRemembered(async () => {
      const end = (fields: Record<string, string>, as = here) =>
        portal.browser().postForm('/sessions/end', fields).set('Cookie', as);
      const token = await tokenOf(portal, here);
      expect((await end({ token: 'x', which: 'others' })).status).toBe(403);
      const unsigned = here.replace(/\.[^.]*$/, '.x');
      expect((await end({ token, which: 'others' }, unsigned)).status).toBe(401);
      expect(await endOf(other.reference)).toBeNull();

      const ended = await end({ token, which: 'one', session: other.reference });
      expect(ended.status).toBe(200);
      judgePage(ended.text, 'zh');
      expect(textOf(ended.text)).toContain('已結束 1 個連線');
      expect([await endOf(mine.reference), await endOf(other.reference)]).toMatchObject([
        null,
        { reason: 'logout-elsewhere' },
      ]);
      const all = await end({ token, which: 'all' });
      expect([all.status, all.headers['location']]).toEqual([303, '/logged-out']);
      expect(await endOf(mine.reference)).toMatchObject({ reason: 'logout' });
    });
  });
});

/** The session behind a cookie. */
async function sessionOf({ context }: TestPortal, cookie: string) {
  const id = /s:([^.]+)\./.exec(decodeURIComponent(cookie))?.[1] ?? '';
  const session = await context.sessions.findToEnd(context.portal.host, hashSecret(id));
  if (session === undefined) throw new Error('Nobody is logged in.');
  return session;
}

const tokenIn = (page: string): string => /name="token" value="([\w-]{43})"/.exec(page)?.[1] ?? '';

/** The token of this browser's forms, from the page that leads out. */
async function tokenOf(portal: TestPortal, cookie: string): Promise<string> {
  return tokenIn((await portal.browser().get('/logout').set('Cookie', cookie)).text);
}

describe('PostgreSQL is stopped', () => {
  let portal: TestPortal;
  let cookie: string;
  let other: string;
  let third: string;
  let last: string;
  let token: string;
  beforeAll(async () => {
    const postgres = await startPostgres();
    const url = await postgres.createDatabase();
    portal = await openTestPortal({ database: { kind: 'postgresql', url } });
    cookie = await portal.logIn();
    other = await portal.logIn();
    third = await portal.logIn();
    // Somebody else's.
    const { account, context } = portal;
    const { randomness } = context;
    const stranger = { ...account, id: randomness.uuid(), personId: randomness.uuid(), loginName: 'demo.other' };
    await portal.commit(async changes => {
      await changes.insertPerson({ id: stranger.personId, name: stranger.name });
      await changes.insertAccount(stranger);
    });
    last = await portal.logIn({ account: stranger });
    token = await tokenOf(portal, cookie);
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
    expect([left.status, left.headers['location']]).toEqual([303, '/logged-out?hold=record-pending']);
    const { text } = await portal.browser().get('/logged-out?hold=record-pending');
    judgePage(text, 'zh');
    expect(textOf(text)).toContain('結束連線的紀錄暫時無法寫入資料庫');
    expect(textOf((await portal.browser().get('/logged-out')).text)).not.toContain('暫時無法寫入');

    const [pending, ...more] = await portal.context.pendingEnds.list();
    expect(pending).toMatchObject({ end: { reason: 'logout' }, event: { code: 'session.ended' } });
    expect(more).toEqual([]);
    const again = await portal.browser().postForm('/logout', { token }).set('Cookie', cookie);
    expect(again.headers['location']).toBe('/logged-out');
  });

  test('leaving without the form’s token is refused as ever', async () => {
    for (const path of ['/logout', '/sessions/end']) {
      const forged = await portal.browser().postForm(path, { token: 'x', which: 'all' }).set('Cookie', other);
      expect(forged.status).toBe(403);
    }
  });

  test('nobody ends anything for somebody who is not there', async () => {
    const answer = await portal.browser().postForm('/sessions/end', { which: 'all' });
    expect(answer.status).toBe(401);
  });

  test('D1-097 one’s other sessions end, and then all: their records wait', async () => {
    const { reference } = await sessionOf(portal, third);
    const here = await tokenOf(portal, other);
    const others = await portal
      .browser()
      .postForm('/sessions/end', { token: here, which: 'others' })
      .set('Cookie', other);
    expect(others.status).toBe(200);
    judgePage(others.text, 'zh');
    expect(textOf(others.text)).toContain('已結束 1 個連線');
    expect(textOf(others.text)).toContain('結束連線的紀錄暫時無法寫入資料庫');
    expect((await portal.context.pendingEnds.list()).map(end => end.reference)).toContain(reference);
    const own = await sessionOf(portal, other);
    const all = await portal.browser().postJson('/sessions/end', { which: 'all' }).set('Cookie', other);
    expect([all.status, all.body]).toEqual([200, { ok: true, ended: 1, hold: 'record-pending' }]);
    expect((await portal.context.pendingEnds.list()).map(end => end.reference)).toContain(own.reference);
  });

  test('with a disk that takes nothing, too, it is over now, and said that it may not hold', async () => {
    const keep = portal.context.pendingEnds.keep.bind(portal.context.pendingEnds);
    Reflect.set(portal.context.pendingEnds, 'keep', () => Promise.reject(new StoreFault('The disk is full.')));
    try {
      const left = await portal
        .browser()
        .postForm('/logout', { token: await tokenOf(portal, last) })
        .set('Cookie', last);
      expect([left.status, left.headers['location']]).toEqual([303, '/logged-out?hold=unrecorded']);
      await expect(sessionOf(portal, last)).rejects.toThrow('Nobody is logged in.');
    } finally {
      Reflect.set(portal.context.pendingEnds, 'keep', keep);
    }
  });
});

describe.each(['zh', 'en'] as const)('how far a logout holds is said (%s)', language => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openTestPortal();
  });
  afterAll(() => portal.close());

  test.each([
    ['record-pending', '自動補記', 'as soon as it can'],
    ['here-only', '其他閘道主機尚未得知', 'not yet in force on the other nodes'],
    ['unrecorded', '也無法留存在閘道', 'nor be kept on the gateway'],
  ])('%s', async (hold, zh, en) => {
    const { text } = await portal.browser().get(`/logged-out?hold=${hold}`).set('Accept-Language', language);
    judgePage(text, language);
    expect(textOf(text)).toContain(language === 'zh' ? zh : en);
    // Of what is not in force everywhere nobody says that it is over everywhere.
    const isSaid = textOf(text).includes(
      language === 'zh' ? '所有業務系統的連線都已結束' : 'every business system has ended',
    );
    expect(isSaid).toBe(hold !== 'here-only');
  });

  test.each(['', '?hold=recorded', '?hold=anything', '?record=pending'])(
    'logged-out%s says no more than that',
    async query => {
      const { text } = await portal.browser().get(`/logged-out${query}`).set('Accept-Language', language);
      for (const words of ['尚未得知', '自動補記', '也無法留存', 'not yet in force', 'as soon as', 'nor be kept']) {
        expect(textOf(text)).not.toContain(words);
      }
    },
  );
});
