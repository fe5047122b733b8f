import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/sessions/session.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { oneDayWalk } from './support/one-day-walk.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

const ELSEWHERE = '192.0.2.7';

let world: CardWorld;
let portal: TestPortal;
let card: IssuedCertificate;

beforeAll(async () => {
  world = await openCardWorld();
  portal = await openTestPortal({ trust: world.trust });
  card = await world.issueCard();
  await world.bindCard(portal.context, portal.account, card);
});
afterAll(() => portal.close());
beforeEach(() => portal.context.sessions.endAllOf(portal.account.id, 'administrator'));

async function openFrom(clientAddress: string, accountId = portal.account.id): Promise<Session> {
  const session: Session = {
    reference: randomUUID(),
    accountId,
    method: 'card',
    authenticatedAt: portal.context.clock.now(),
    certificateSha256: '00'.repeat(32),
    endsAt: null,
    clientAddress,
  };
  await portal.context.sessions.open(session, randomBytes(32).toString('hex'));
  return session;
}

/** Logs in by card from this computer. */
async function logIn() {
  const browser = portal.browser();
  const given = (await browser.postJson('/login/card/challenge', {}).expect(200)).body as Record<string, string>;
  const { challengeId = '', tbs = '' } = given;
  await browser.postJson('/login/card', { challengeId, ...signWithCard(card, tbs) }).expect(200);
  return browser;
}

const alarms = () =>
  portal.context.database.events.listEvents({ accountId: portal.account.id, code: 'session.concurrent', limit: 50 });

test('D1-086 a login while the account is in use from another address is recorded with both addresses, and shown', async () => {
  const other = await openFrom(ELSEWHERE);
  const before = (await alarms()).length;
  const browser = await logIn();
  const [alarm, ...more] = await alarms();
  expect(more).toHaveLength(before);
  const [login] = await portal.context.database.events.listEvents({ code: 'login.succeeded', limit: 1 });
  expect(alarm).toMatchObject({
    accountId: portal.account.id,
    sessionReference: login?.sessionReference,
    facts: { address: '127.0.0.1', otherAddress: ELSEWHERE, otherSession: other.reference },
  });
  const page = await browser.get(`/accounts/${portal.account.id}`).expect(200);
  expect(page.text).toContain('同一帳號自不同位址同時使用');
  expect(page.text).toContain(`另自 ${ELSEWHERE} 使用中`);
});

test('D1-086 a second login from the same address, or after the other session is over, is none', async () => {
  await openFrom('127.0.0.1');
  const over = await openFrom(ELSEWHERE);
  await portal.context.sessions.end(over.reference, 'logout');
  const before = (await alarms()).length;
  await logIn();
  expect(await alarms()).toHaveLength(before);
});

test('D1-086 a refused login raises no alarm', async () => {
  await openFrom(ELSEWHERE);
  const before = (await alarms()).length;
  const stranger = await world.issueCard();
  const browser = portal.browser();
  const given = (await browser.postJson('/login/card/challenge', {}).expect(200)).body as Record<string, string>;
  const { challengeId = '', tbs = '' } = given;
  const answer = await browser.postJson('/login/card', { challengeId, ...signWithCard(stranger, tbs) });
  expect(answer.status).not.toBe(200);
  expect(await alarms()).toHaveLength(before);
});

test('D1-086 the one-day password raises it too', async () => {
  const { somebody, logInForTheDay, eventsOf } = oneDayWalk(portal);
  const person = await somebody();
  await openFrom(ELSEWHERE, person.id);
  await logInForTheDay(person);
  const codes = (await eventsOf(person)).map(({ code, facts }) => [code, facts['otherAddress']]);
  expect(codes).toContainEqual(['session.concurrent', ELSEWHERE]);
});
