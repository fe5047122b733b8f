import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginTlsLogin, showClientCertificate } from '../../src/flows/login/tls-login.ts';
import type { EventCode } from '../../src/audit/event.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { activationWalk, aHolder } from './support/activation-walk.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { issueCardOf } from './support/newcomers.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

/** Whoever is refused all day shall not fill the records: so many of an address, so many about an account. */

const LIMIT = 3;
const CARD_HOST = { host: 'card.gateway.test', origin: 'https://card.gateway.test' };

let world: CardWorld;
let portal: TestPortal;
let walk: ReturnType<typeof activationWalk>;
let card: IssuedCertificate;
beforeAll(async () => {
  world = await openCardWorld();
  portal = await openTestPortal({ trust: world.trust, cardHost: CARD_HOST, limits: { 'refusal-record': LIMIT } });
  walk = activationWalk(portal);
  card = await world.issueCard();
  await world.bindCard(portal.context, portal.account, card);
});
afterAll(() => portal.close());

const events = (code: EventCode) => portal.context.database.events.listEvents({ code, limit: 100 });

async function showNothing(): Promise<unknown> {
  const { context } = portal;
  const origin = { requestId: 'test', clientAddress: '127.0.0.1' };
  const input = { browserSessionHash: 'ab'.repeat(32), clientAddress: origin.clientAddress, tripId: undefined };
  const ticket = new URL(await beginTlsLogin(context, input)).searchParams.get('ticket') ?? '';
  const shown = await showClientCertificate(context, { ticket, presented: { kind: 'none' }, origin, viaProxy: false });
  return shown.ok ? null : shown.failure.code;
}

describe('the records of refused cards', () => {
  test('end at the limit of the address, which is recorded once; the refusals go on', async () => {
    for (let times = 0; times < LIMIT + 2; times += 1) expect(await showNothing()).toBe('client-certificate-missing');
    expect(await events('login.refused')).toHaveLength(LIMIT);
    const stranger = await world.issueCard();
    expect((await walk.logIn(stranger)).body).toMatchObject({ code: 'card-not-bound' });
    expect(await events('login.refused')).toHaveLength(LIMIT);
    expect(await events('address.held-back')).toMatchObject([
      {
        actor: { kind: 'unidentified' },
        accountId: null,
        clientAddress: '127.0.0.1',
        facts: { act: 'refusal-record' },
      },
    ]);
  });

  test('hold nobody back: at that address a good card logs in, and applying by card is answered as ever', async () => {
    expect((await walk.logIn(card)).body).toEqual({ next: '/' });
    const browser = portal.browser();
    const given = await browser.postJson('/apply/card/challenge', {}).expect(200);
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    const answer = await browser.postJson('/apply/card', { challengeId, ...signWithCard(card, tbs) });
    expect(answer.body).toMatchObject({ code: 'application-card-has-account' });
    expect(await events('login.refused')).toHaveLength(LIMIT);
  });

  test('of an account are kept whatever strangers did there, up to its own limit', async () => {
    await portal.setAccountState('suspended');
    for (let times = 0; times < LIMIT + 2; times += 1) {
      expect((await walk.logIn(card)).body).toMatchObject({ code: 'account-suspended' });
    }
    const ofAccount = (await events('login.refused')).filter(({ accountId }) => accountId === portal.account.id);
    expect(ofAccount).toHaveLength(LIMIT);
    const [held] = await events('address.held-back');
    expect(held).toMatchObject({ accountId: portal.account.id, facts: { act: 'refusal-record' } });
  });

  test('of an activation are its account’s', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    const another = await issueCardOf(world, aHolder({ name: '示範他人', idLastFour: '0000' }));
    for (let times = 0; times < LIMIT + 2; times += 1) {
      expect((await walk.sign(browser, another)).body).toMatchObject({ code: 'card-of-another-person' });
    }
    const refused = await events('activation.refused');
    expect(refused.map(({ accountId }) => accountId)).toEqual(Array(LIMIT).fill(account.id));
    const [held] = await events('address.held-back');
    expect(held).toMatchObject({ accountId: account.id, facts: { act: 'refusal-record' } });
  });
});
