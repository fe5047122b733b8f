import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addDays } from '../../src/calendar/months.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { enableOneDayPassword } from '../../src/flows/credentials/enable-one-day-password.ts';
import { prepareSecret } from '../../src/flows/credentials/prepare-secret.ts';
import { unlockPassword } from '../../src/flows/credentials/unlock-password.ts';
import { anEvent } from '../contract/people-of-record.ts';
import { admitNewcomer, enableDay, GOOD_PASSWORD } from './support/newcomers.ts';
import { oneDayWalk, REFUSED } from './support/one-day-walk.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

// Several stores are opened one after the other; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let portal: TestPortal;
let walk: ReturnType<typeof oneDayWalk>;
beforeAll(async () => {
  portal = await openTestPortal();
  walk = oneDayWalk(portal);
});
afterAll(() => portal.close());

describe('account and one-day password in one step (D1-140, D3-05)', () => {
  test('D1-140, D1-149 the secret leads to the change, and only the change to a session', async () => {
    const account = await walk.somebody();
    const browser = portal.browser();
    const secret = await enableDay(portal.context, account);
    const first = await walk.logIn(browser, account, secret).expect(200);
    expect(first.body).toEqual({ next: '/login/one-day-password/change' });
    await browser.get('/').expect(303).expect('Location', '/login/one-day-password/change');
    await browser.agent.get('/').set('Accept', 'application/json').expect(401);
    await browser.agent.get('/accounts').set('Accept', 'application/json').expect(401);
    expect((await walk.change(browser).expect(200)).body).toEqual({ next: '/' });
    await browser.get('/').expect(200);
    expect((await walk.eventsOf(account)).map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'one-day-password.enabled',
        'one-day-password.accepted',
        'one-day-password.changed',
        'login.succeeded',
      ]),
    );
  });

  test('D1-149 the secret is worth nothing after the change; the password chosen with it lives that day', async () => {
    const account = await walk.somebody();
    const secret = await enableDay(portal.context, account);
    const browser = portal.browser();
    await walk.logIn(browser, account, secret).expect(200);
    await walk.change(browser).expect(200);
    expect((await walk.logIn(portal.browser(), account, secret)).body).toMatchObject(REFUSED);
    const again = portal.browser();
    expect((await walk.logIn(again, account, GOOD_PASSWORD).expect(200)).body).toEqual({ next: '/' });
    await again.get('/').expect(200);
  });

  test('D1-149 the change is done once: not in a second tab, not without the secret', async () => {
    const account = await walk.somebody();
    const secret = await enableDay(portal.context, account);
    const [one, other] = [portal.browser(), portal.browser()];
    await walk.logIn(one, account, secret).expect(200);
    await walk.logIn(other, account, secret).expect(200);
    const answers = await Promise.all([
      walk.change(one, 'Riverbank7-Lantern'),
      walk.change(other, 'Lighthouse3-Meadow'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await walk.change(portal.browser())).body).toMatchObject({ code: 'day-password-change-over' });
  });

  test('D1-140 unknown, not enabled, wrong, of another day, suspended: the same answer, each with its reason in the records', async () => {
    const enabled = await walk.somebody();
    await enableDay(portal.context, enabled);
    const idle = await walk.somebody();
    const today = taipeiDayOf(portal.context.clock.now());
    const early = await walk.somebody();
    const tomorrows = await enableDay(portal.context, early, addDays(today, 1));
    const late = await walk.somebody();
    const yesterdays = await enableDay(portal.context, late, addDays(today, -1));
    const suspended = await walk.somebody({ state: 'suspended' });
    const own = await enableDay(portal.context, suspended);
    const cases: [string, { loginName: string }, string][] = [
      ['unknown-account', { loginName: 'nobody.here' }, own],
      ['unknown-account', { loginName: '示範' }, own],
      ['not-enabled', idle, own],
      ['wrong-password', enabled, 'AAAA-BBBB-CCCC-DDDD'],
      ['wrong-password', enabled, ''],
      ['not-enabled', early, tomorrows],
      ['not-enabled', late, yesterdays],
      ['account-suspended', suspended, own],
    ];
    const bodies: unknown[] = [];
    for (const [reason, account, password] of cases) {
      const answer = await walk.logIn(portal.browser(), account, password);
      expect(answer.status).toBe(403);
      const { requestId, ...body } = answer.body as { requestId: string };
      bodies.push(body);
      const [refused] = await portal.context.database.events.listEvents({ code: 'login.refused', limit: 1 });
      expect(refused).toMatchObject({ requestId, facts: { reason, method: 'one-day-password' } });
    }
    expect(new Set(bodies.map(body => JSON.stringify(body))).size).toBe(1);
  });

  test('D1-110 after activation a password alone never logs in: the permanent one opens nothing', async () => {
    const { account, secret } = await admitNewcomer(portal.context, portal.organisation);
    const browser = portal.browser();
    await browser.postJson('/activate', { account: account.loginName, secret }).expect(200);
    await browser.postJson('/activate/password', { password: GOOD_PASSWORD, repeated: GOOD_PASSWORD }).expect(200);
    await portal.context.database.change(async store => {
      await store.setAccountState(account.id, 'active');
      return { result: undefined, events: [anEvent()] };
    });
    expect((await walk.logIn(portal.browser(), account, GOOD_PASSWORD)).body).toMatchObject(REFUSED);
    expect((await walk.logIn(portal.browser(), account, secret)).body).toMatchObject(REFUSED);
  });

  test('E5 nobody enables his own', async () => {
    const account = await walk.somebody({ roles: ['registrar'] });
    const prepared = await prepareSecret(portal.context);
    const enabling = portal.context.database.change(async store => {
      const event = await enableOneDayPassword(portal.context, store, {
        account,
        day: '2026-03-01',
        applicationNumber: 'D-06-11-115-0002',
        enabledBy: account.id,
        prepared,
        order: { actor: { kind: 'gateway' }, basis: { kind: 'application', reference: 'x' } },
      });
      return { result: undefined, events: [event] };
    });
    await expect(enabling).rejects.toThrow('own one-day password');
    expect(await portal.context.database.credentials.findOneDayPassword(account.id, '2026-03-01')).toBeUndefined();
  });

  test('a second one for the same day replaces the first', async () => {
    const account = await walk.somebody();
    const first = await enableDay(portal.context, account);
    const second = await enableDay(portal.context, account);
    expect((await walk.logIn(portal.browser(), account, first)).body).toMatchObject(REFUSED);
    await walk.logIn(portal.browser(), account, second).expect(200);
  });
});

describe('the forced change (D1-149…151, D1-153)', () => {
  test.each([
    ['D1-150 eleven characters', 'Riverbnk7-L', 'password-refused'],
    ['D1-151 no upper case', 'riverbank7-lantern', 'password-refused'],
    ['D1-151 no lower case', 'RIVERBANK7-LANTERN', 'password-refused'],
    ['D1-151 no digit', 'Riverbank-Lantern', 'password-refused'],
    ['a common one', 'Password1234', 'password-refused'],
    ['a control character', 'Riverbank7\u0007Lantern', 'password-refused'],
  ])('%s: refused, and the change stays open', async (_case, password, code) => {
    const account = await walk.somebody();
    const browser = portal.browser();
    await walk.logIn(browser, account, await enableDay(portal.context, account)).expect(200);
    expect((await walk.change(browser, password)).body).toMatchObject({ code });
    await browser.get('/').expect(303);
    await walk.change(browser, 'Rivrbnk7-Lan').expect(200);
  });

  test('D1-153 none of the last three again, whichever kind they were', async () => {
    const quiet = await openTestPortal();
    try {
      const account = await walk.somebody({}, quiet);
      const chosen = ['Riverbank7-Lantern', 'Lighthouse3-Meadow', 'Thicket5-Harvester', 'Quarrel8-Windmill'];
      for (const password of chosen) {
        await walk.logInForTheDay(account, password, quiet);
        quiet.advance(60_000);
      }
      const browser = quiet.browser();
      await walk.logIn(browser, account, await enableDay(quiet.context, account)).expect(200);
      for (const password of chosen.slice(1)) {
        expect((await walk.change(browser, password)).body).toMatchObject({ code: 'password-refused' });
      }
      await walk.change(browser, chosen[0]).expect(200);
    } finally {
      await quiet.close();
    }
  });

  test('D1-153 nor the permanent password as long as it counts, however many days came after it', async () => {
    const quiet = await openTestPortal();
    try {
      const account = await walk.somebody({}, quiet);
      const { context } = quiet;
      await context.database.change(async store => {
        await store.credentials.insertPassword({
          id: crypto.randomUUID(),
          accountId: account.id,
          kind: 'permanent',
          hash: await context.passwords.hash(GOOD_PASSWORD),
          chosenAt: context.clock.now(),
        });
        return { result: undefined, events: [anEvent()] };
      });
      for (const password of ['Lighthouse3-Meadow', 'Thicket5-Harvester', 'Quarrel8-Windmill']) {
        quiet.advance(60_000);
        await walk.logInForTheDay(account, password, quiet);
      }
      const browser = quiet.browser();
      await walk.logIn(browser, account, await enableDay(context, account)).expect(200);
      expect((await walk.change(browser, GOOD_PASSWORD)).body).toMatchObject({ code: 'password-refused' });
    } finally {
      await quiet.close();
    }
  });

  test('suspended between secret and change: no session', async () => {
    const account = await walk.somebody();
    const browser = portal.browser();
    await walk.logIn(browser, account, await enableDay(portal.context, account)).expect(200);
    await portal.context.database.change(async store => {
      await store.setAccountState(account.id, 'suspended');
      return { result: undefined, events: [anEvent()] };
    });
    expect((await walk.change(browser)).body).toMatchObject({ code: 'day-password-change-over' });
    await browser.get('/').expect(303);
  });
});

describe('the lock (D1-153)', () => {
  test('five failures lock for fifteen minutes, however the person is addressed, and never the card', async () => {
    const at = await openTestPortal();
    try {
      const account = await walk.somebody({}, at);
      const secret = await enableDay(at.context, account);
      const { loginName } = account;
      const wide = loginName.replace(/[a-z]/g, letter => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
      for (const typed of [loginName, loginName.toUpperCase(), ` ${loginName}`, wide, loginName]) {
        expect((await walk.logIn(at.browser(), { loginName: typed }, 'AAAA-BBBB-CCCC-DDDD')).body).toMatchObject(
          REFUSED,
        );
      }
      const locks = (await walk.eventsOf(account, at)).filter(({ code }) => code === 'one-day-password.locked');
      expect(locks).toHaveLength(1);
      expect((await walk.logIn(at.browser(), account, secret)).body).toMatchObject(REFUSED);
      at.advance(15 * 60_000 - 2_000);
      expect((await walk.logIn(at.browser(), account, secret)).body).toMatchObject(REFUSED);
      // Attempts while locked do not prolong it.
      at.advance(2_000);
      await walk.logIn(at.browser(), account, secret).expect(200);
      const cookie = await at.logIn({ account });
      await at.browser().get('/').set('Cookie', cookie).expect(200);
    } finally {
      await at.close();
    }
  });

  test('of twenty guesses at once the right one is refused once five were wrong', async () => {
    const account = await walk.somebody();
    const secret = await enableDay(portal.context, account);
    const wrong = Array.from({ length: 12 }, () => walk.logIn(portal.browser(), account, 'AAAA-BBBB-CCCC-DDDD'));
    await Promise.all(wrong);
    expect((await walk.logIn(portal.browser(), account, secret)).body).toMatchObject(REFUSED);
    const count = await portal.context.database.credentials.findAttempts(account.personId, 'one-day-password');
    expect(count?.attempts).toBe(5);
  });

  test('the lock can be lifted; a suspension stays', async () => {
    const account = await walk.somebody();
    const secret = await enableDay(portal.context, account);
    for (let times = 0; times < 5; times += 1) await walk.logIn(portal.browser(), account, 'AAAA-BBBB-CCCC-DDDD');
    const order = { actor: { kind: 'gateway' }, basis: { kind: 'command-line', reference: '本人到場' } } as const;
    expect(await unlockPassword(portal.context, { loginName: account.loginName, order })).toMatchObject({ ok: true });
    expect(await unlockPassword(portal.context, { loginName: account.loginName, order })).toMatchObject({
      failure: { code: 'not-locked' },
    });
    await portal.context.database.change(async store => {
      await store.setAccountState(account.id, 'suspended');
      return { result: undefined, events: [anEvent()] };
    });
    expect((await walk.logIn(portal.browser(), account, secret)).body).toMatchObject(REFUSED);
    expect((await portal.context.database.accounts.findAccount(account.id))?.state).toBe('suspended');
  });

  test('an address that tries too often is held back before any work, whatever account it names', async () => {
    const at = await openTestPortal();
    try {
      const answers = [];
      for (let times = 0; times < 62; times += 1) {
        answers.push(await walk.logIn(at.browser(), { loginName: `guess.${times}` }, 'AAAA-BBBB-CCCC-DDDD'));
      }
      expect(answers.slice(0, 60).every(({ status }) => status === 403)).toBe(true);
      expect(answers[60]?.status).toBe(429);
      expect(answers[60]?.body).toMatchObject({ code: 'too-many-attempts' });
      // Invented names fill no table: they share 256 counters.
      const events = await at.context.database.events.listEvents({ code: 'login.refused', limit: 100 });
      expect(events).toHaveLength(60);
    } finally {
      await at.close();
    }
  });
});
