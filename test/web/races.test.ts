import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import { issueChallenge, logInWithCard } from '../../src/flows/login/card-login.ts';
import { logInWithOneDayPassword } from '../../src/flows/login/log-in-with-one-day-password.ts';
import { anEvent } from '../contract/people-of-record.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { enableDay, GOOD_PASSWORD } from './support/newcomers.ts';
import { oneDayWalk } from './support/one-day-walk.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

vi.setConfig({ testTimeout: 60_000 });

let world: CardWorld;
let portal: TestPortal;
beforeAll(async () => {
  world = await openCardWorld();
  portal = await openTestPortal({ trust: world.trust });
});
afterAll(() => portal.close());

const ORIGIN = { requestId: 'test', clientAddress: '192.0.2.1' };

/** Something happens between the commit of a login and the opening of its session. */
function between(happens: () => Promise<unknown>): GatewayContext {
  const { sessions } = portal.context;
  const open: typeof sessions.open = async (session, cookieHash) => {
    await happens();
    return sessions.open(session, cookieHash);
  };
  return { ...portal.context, sessions: { ...sessions, open } };
}

describe('what a login rests on may be taken away while it happens', () => {
  test('E10 a card that is replaced by another meanwhile opens nothing', async () => {
    const { account } = portal;
    const card = await world.issueCard();
    await world.bindCard(portal.context, account, card);
    const logIn = async (context: GatewayContext) => {
      const browserSessionHash = 'a-browser-of-this-test';
      const { challengeId, tbs } = await issueChallenge(context, { purpose: 'login', browserSessionHash });
      const answer = signWithCard(card, tbs);
      return logInWithCard(context, {
        challengeId,
        proof: {
          kind: 'pkcs1',
          signature: Buffer.from(answer.signature, 'base64'),
          certificate: Buffer.from(answer.certificate, 'base64'),
        },
        browserSessionHash,
        origin: ORIGIN,
        renewPortalCookie: () => Promise.resolve(`cookie-${challengeId}`),
      });
    };
    expect(await logIn(between(() => Promise.resolve()))).toMatchObject({ ok: true });
    await portal.context.sessions.endAllOf(account.id, 'administrator');
    const replaced = between(() =>
      portal.context.database.change(async changes => {
        for (const { id } of await changes.listBindings(account.id)) await changes.endBinding(id, new Date());
        return { result: undefined, events: [anEvent()] };
      }),
    );
    expect(await logIn(replaced)).toMatchObject({ ok: false, failure: { code: 'card-not-bound' } });
    expect(await portal.context.sessions.endAllOf(account.id, 'administrator')).toEqual([]);
  });

  test('D1-146 a one-day password that is replaced meanwhile opens nothing', async () => {
    const walk = oneDayWalk(portal);
    const account = await walk.somebody();
    await walk.logInForTheDay(account);
    await portal.context.sessions.endAllOf(account.id, 'administrator');
    const logIn = (context: GatewayContext) =>
      logInWithOneDayPassword(context, {
        loginName: account.loginName,
        password: GOOD_PASSWORD,
        origin: ORIGIN,
        renewBrowserSession: () => Promise.resolve('cookie-of-the-day'),
      });
    const outcome = await logIn(between(() => enableDay(portal.context, account)));
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'one-day-password-refused' } });
    expect(await portal.context.sessions.endAllOf(account.id, 'administrator')).toEqual([]);
  });
});
