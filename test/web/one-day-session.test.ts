import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addDays } from '../../src/calendar/months.ts';
import { startOfTaipeiDay, taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { acknowledgeRules } from '../../src/flows/credentials/acknowledge-rules.ts';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import { reportOneDayPasswords } from '../../src/flows/credentials/report-one-day-passwords.ts';
import { createRequestJudge } from '../../src/flows/login/serve-request.ts';
import { hashSecret } from '../../src/sessions/challenge.ts';
import { anAccount, anEvent } from '../contract/people-of-record.ts';
import { enableDay, GOOD_PASSWORD } from './support/newcomers.ts';
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

const A_PAGE = {
  method: 'GET',
  fetchDestination: undefined,
  fetchMode: undefined,
  fetchUser: undefined,
  purpose: undefined,
  activity: undefined,
  accept: undefined,
  isUpgrade: false,
} as const;

/** The value of one of the fields that follow each other, names and values in turn. */
function valueOf(identity: readonly string[], name: string): string {
  return identity[identity.indexOf(name) + 1] ?? '';
}

function claimsOf(identity: readonly string[]): Record<string, unknown> {
  const [, payload = ''] = valueOf(identity, 'X-Gateway-Assertion').split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
}

describe('the weaker session (D1-147, D1-148, E8)', () => {
  test('D1-148 ends at 24:00 in Taipei: 23:59:59 works, 00:00:00 does not', async () => {
    const at = await openTestPortal();
    try {
      const account = await walk.somebody({}, at);
      const browser = await walk.logInForTheDay(account, GOOD_PASSWORD, at);
      const ended: string[] = [];
      at.context.sessions.onEnd((_session, reason) => ended.push(reason));
      const now = at.context.clock.now();
      const midnight = startOfTaipeiDay(addDays(taipeiDayOf(now), 1));
      at.advance(midnight.getTime() - now.getTime() - 60_000);
      const again = at.browser();
      await walk.logIn(again, account, GOOD_PASSWORD).expect(200);
      at.advance(midnight.getTime() - at.context.clock.now().getTime() - 1_000);
      await again.get('/').expect(200);
      at.advance(1_000);
      const over = await again.get('/').expect(303);
      expect(over.headers['location']).toBe('/login');
      expect(ended).toContain('day-over');
      expect((await again.get('/login')).text).toContain('24:00');
      expect((await walk.logIn(at.browser(), account, GOOD_PASSWORD)).body).toMatchObject(REFUSED);
      expect((await browser.get('/')).status).toBe(303);
    } finally {
      await at.close();
    }
  });

  test('a change begun before midnight opens nothing after it', async () => {
    const at = await openTestPortal();
    try {
      const account = await walk.somebody({}, at);
      const now = at.context.clock.now();
      const midnight = startOfTaipeiDay(addDays(taipeiDayOf(now), 1));
      at.advance(midnight.getTime() - now.getTime() - 60_000);
      const browser = at.browser();
      await walk.logIn(browser, account, await enableDay(at.context, account)).expect(200);
      at.advance(60_000);
      expect((await walk.change(browser)).body).toMatchObject({ code: 'day-password-change-over' });
    } finally {
      await at.close();
    }
  });

  test('D1-090 the assertion says what it rests on: no card, no cnf', async () => {
    const browser = portal.browser();
    await walk.logIn(browser, portal.account, await enableDay(portal.context, portal.account)).expect(200);
    const system = portal.context.systems.get('company')!;
    const { location } = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
    const trip = new URL(location).searchParams.get('trip')!;
    const password = 'Riverbank7-Lantern';
    const done = await browser
      .postJson(`/login/one-day-password/change?trip=${trip}`, { password, repeated: password })
      .expect(200);
    expect((done.body as { next: string }).next).toMatch(/^https:\/\/company\.gateway\.test\/\.gateway\/enter\?code=/);

    const opened = await portal.openSession({ method: 'one-day-password' });
    const judge = createRequestJudge(portal.context);
    const verdict = await judge({
      system,
      cookie: await opened.cookieFor('company'),
      path: '/',
      signs: A_PAGE,
      clientAddress: '192.0.2.1',
    });
    if (verdict.kind !== 'pass') throw new Error(verdict.kind);
    expect(valueOf(verdict.identity, 'X-Gateway-Auth-Method')).toBe('one-day-password');
    const claims = claimsOf(verdict.identity);
    expect(claims).toMatchObject({ amr: ['pwd', 'day'], acr: 'one-day-password' });
    expect(claims).not.toHaveProperty('cnf');
  });

  test('D1-148 what is stated about a session of the day outlives it by nothing', async () => {
    const at = await openTestPortal();
    try {
      const now = at.context.clock.now();
      const midnight = startOfTaipeiDay(addDays(taipeiDayOf(now), 1));
      at.advance(midnight.getTime() - now.getTime() - 2_500);
      const session = {
        id: crypto.randomUUID(),
        reference: crypto.randomUUID(),
        accountId: at.account.id,
        method: 'one-day-password',
        authenticatedAt: at.context.clock.now(),
        certificateSha256: null,
        endsAt: midnight,
        clientAddress: '192.0.2.1',
      } as const;
      const system = at.context.systems.get('company')!;
      await at.context.sessions.open(session, hashSecret('portal'));
      await at.context.sessions.addHostCookie(session.reference, system.host, hashSecret('company'), null);
      const judge = createRequestJudge(at.context);
      const expiry = async () => {
        const verdict = await judge({
          system,
          cookie: 'company',
          path: '/',
          signs: A_PAGE,
          clientAddress: '192.0.2.1',
        });
        return verdict.kind === 'pass' ? claimsOf(verdict.identity)['exp'] : verdict.kind;
      };
      expect(await expiry()).toBe(midnight.getTime() / 1000);
      at.advance(2_000);
      expect(await expiry()).toBe(midnight.getTime() / 1000);
    } finally {
      await at.close();
    }
  });

  test('D1-095 a new version of the rules also stops who is in a system already, until he acknowledges it', async () => {
    const opened = await portal.openSession();
    const context = { ...portal.context, rulesVersion: 'next' };
    const system = portal.context.systems.get('company')!;
    const judge = createRequestJudge(context);
    const cookie = await opened.cookieFor('company');
    const ask = () => judge({ system, cookie, path: '/', signs: A_PAGE, clientAddress: '192.0.2.1' });
    expect(await ask()).toMatchObject({ kind: 'denied', reason: 'rules-not-acknowledged' });
    const origin = { requestId: 'r', clientAddress: '192.0.2.1' };
    expect(await acknowledgeRules(context, { session: opened.session, version: 'next', origin })).toEqual({ ok: true });
    expect(await ask()).toMatchObject({ kind: 'pass' });
  });

  test('D1-095 a new version of the rules comes first, before any system', async () => {
    const account = await walk.somebody();
    const unread = anAccount(portal.organisation, { name: '示範未讀者' });
    await portal.context.database.change(async store => {
      await store.insertPerson({ id: unread.personId, name: unread.name });
      await store.insertAccount(unread);
      return { result: undefined, events: [anEvent()] };
    });
    expect(await portal.context.database.credentials.listUnacknowledged('test')).toContain(unread.id);
    expect(await portal.context.database.credentials.listUnacknowledged('test')).not.toContain(account.id);
    const session = await walk.logInForTheDay(unread);
    await session.get('/').expect(303).expect('Location', '/rules/acknowledge');
    await session.get('/accounts').expect(303).expect('Location', '/rules/acknowledge');
    await session.agent.get('/accounts').set('Accept', 'application/json').expect(403);
    expect((await session.get('/rules/acknowledge').expect(200)).text).toContain('我已閱讀並同意遵守');
    expect((await session.postJson('/rules/acknowledge', { version: 'older' })).body).toMatchObject({
      code: 'rules-version-not-current',
    });
    await session.postJson('/rules/acknowledge', { version: 'test' }).expect(200);
    await session.get('/').expect(200);
    expect(await portal.context.database.credentials.listUnacknowledged('test')).not.toContain(unread.id);
  });
});

describe('who used it (D1-152)', () => {
  test('D1-152 the third used day within thirty is flagged, and the report says so', async () => {
    const at = await openTestPortal();
    try {
      const account = await walk.somebody({}, at);
      const first = taipeiDayOf(at.context.clock.now());
      for (const password of ['Riverbank7-Lantern', 'Lighthouse3-Meadow', 'Thicket5-Harvester']) {
        await walk.logInForTheDay(account, password, at);
        at.advance(86_400_000);
      }
      const flags = (await walk.eventsOf(account, at)).filter(({ code }) => code === 'one-day-password.flagged');
      expect(flags).toMatchObject([{ facts: { usedDays: 3, windowDays: 30 } }]);
      const report = await reportOneDayPasswords(at.context, {
        from: first,
        to: addDays(first, 5),
        scopes: [{ kind: 'organisation', organisationId: account.organisationId }],
      });
      expect(report).toMatchObject([{ account: { id: account.id }, isFlagged: true }]);
      expect(report[0]?.usedDays).toHaveLength(3);
      const elsewhere = { kind: 'organisation', organisationId: crypto.randomUUID() } as const;
      const foreign = { from: first, to: addDays(first, 5), scopes: [elsewhere] };
      expect(await reportOneDayPasswords(at.context, foreign)).toEqual([]);
    } finally {
      await at.close();
    }
  });

  test('D1-152 registrar, head and auditor see it on a page; a general user does not', async () => {
    const at = await openTestPortal();
    try {
      const own = oneDayWalk(at);
      const account = await own.somebody();
      await own.logInForTheDay(account);
      const ask = async (by: typeof account) => {
        const cookie = await at.logIn({ account: by });
        return at.browser().agent.get('/one-day-passwords').set('Accept', 'application/json').set('Cookie', cookie);
      };
      for (const role of ['registrar', 'unit-head', 'auditor'] as const) {
        const answer = await ask(await own.somebody({ roles: [role] }));
        expect(answer.body).toMatchObject({ people: [{ account: account.loginName, isFlagged: false }] });
      }
      expect((await ask(account)).status).toBe(403);
      const page = await at
        .browser()
        .get('/one-day-passwords?from=2026-02-30&to=<x>')
        .set('Cookie', await at.logIn({ account: await own.somebody({ roles: ['registrar'] }) }))
        .expect(200);
      expect(page.text).toContain(account.loginName);
      expect(page.text).not.toContain('<x>');
    } finally {
      await at.close();
    }
  });
});
