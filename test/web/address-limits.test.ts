import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { openTestPortal, type Browser, type TestPortal } from './support/portal.ts';

/** Two offices: everything on 127/8 is this machine, under several addresses. */
const OFFICE = new Agent({ localAddress: '127.0.0.2', rejectUnauthorized: false, keepAlive: true });
const ANOTHER = new Agent({ localAddress: '127.0.0.3', rejectUnauthorized: false, keepAlive: true });

const CARD_HOST = { host: 'card.gateway.test', origin: 'https://card.gateway.test' };

let world: CardWorld;
let portal: TestPortal;
let card: IssuedCertificate;

beforeAll(async () => {
  world = await openCardWorld();
  card = await world.issueCard();
  portal = await openTestPortal({ trust: world.trust });
  await world.bindCard(portal.context, portal.account, card);
});
afterAll(async () => {
  OFFICE.destroy();
  ANOTHER.destroy();
  await portal.close();
});

const challenge = (browser: Browser, from: Agent) => browser.postJson('/login/card/challenge', {}).agent(from);
const heldBack = () => portal.context.database.events.listEvents({ code: 'address.held-back', limit: 10 });

async function prove(browser: Browser, from: Agent, change: (signed: object) => object = signed => signed) {
  const given = await challenge(browser, from).expect(200);
  const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
  return browser.postJson('/login/card', { challengeId, ...change(signWithCard(card, tbs)) }).agent(from);
}

const withNoise = (signed: object) => ({ ...signed, signature: Buffer.alloc(256, 7).toString('base64') });

describe('D3-02 what one address may do (issue: 1,000 challenges, bad signatures)', () => {
  test('signatures that no card has made hold the address back, and lock no account', async () => {
    const browser = portal.browser();
    const statuses: number[] = [];
    for (let times = 0; times < 62; times += 1) statuses.push((await prove(browser, OFFICE, withNoise)).status);
    expect(statuses.slice(0, 60).every(status => status === 403)).toBe(true);
    expect(statuses.slice(60)).toEqual([429, 429]);

    const held = await prove(browser, OFFICE);
    expect(held.status).toBe(429);
    expect(held.body).toMatchObject({ code: 'too-many-attempts' });
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(0);
    // The account's holder comes from elsewhere, with the very card that was tried.
    expect((await prove(portal.browser(), ANOTHER)).body).toEqual({ next: '/' });
    // Sixty refusals are told one by one; what came after, once.
    const refusals = await portal.context.database.events.listEvents({ code: 'login.refused', limit: 100 });
    expect(refusals).toHaveLength(60);
    expect(await heldBack()).toMatchObject([{ clientAddress: '127.0.0.2', facts: { act: 'card-proof' } }]);
  });

  test('of 1,000 challenges from one address 600 are given in five minutes; another address goes on', async () => {
    const office = new Agent({ localAddress: '127.0.0.4', rejectUnauthorized: false, keepAlive: true });
    const browser = portal.browser();
    const statuses = new Map<number, number>();
    for (let batch = 0; batch < 50; batch += 1) {
      for (const { status } of await Promise.all(Array.from({ length: 20 }, () => challenge(browser, office)))) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }
    office.destroy();
    expect(statuses).toEqual(
      new Map([
        [200, 600],
        [429, 400],
      ]),
    );
    expect((await prove(portal.browser(), ANOTHER)).body).toEqual({ next: '/' });
    const [latest] = await heldBack();
    expect(latest).toMatchObject({ clientAddress: '127.0.0.4', facts: { act: 'challenge' } });
  });

  test('held back, a browser gets no cookie and no record of its own, wherever it asks', async () => {
    const at = await openTestPortal({ limits: { challenge: 1 }, cardHost: CARD_HOST });
    try {
      const kept = vi.spyOn(at.context.sessions.browserSessions, 'save');
      await challenge(at.browser(), OFFICE).expect(200);
      expect(kept).toHaveBeenCalledTimes(1);
      for (const path of ['/login/card/challenge', '/activate/card/challenge', '/apply/card/challenge']) {
        const answer = await at.browser().postJson(path, {}).agent(OFFICE).expect(429);
        expect(answer.headers['set-cookie'], path).toBeUndefined();
      }
      const answer = await at.browser().postForm('/login/tls', {}).agent(OFFICE).expect(429);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(kept).toHaveBeenCalledTimes(1);
    } finally {
      await at.close();
    }
  });

  test('an expired card, tried again and again, holds nobody back; good logins neither', async () => {
    const at = await openTestPortal({ trust: world.trust, limits: { 'card-proof': 3 } });
    try {
      const expired = await world.issueCard({ notAfter: new Date(at.context.clock.now().getTime() - 60_000) });
      await world.bindCard(at.context, at.account, card);
      for (let times = 0; times < 5; times += 1) {
        for (const by of [expired, card]) {
          const browser = at.browser();
          const given = await browser.postJson('/login/card/challenge', {}).expect(200);
          const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
          const answer = await browser.postJson('/login/card', { challengeId, ...signWithCard(by, tbs) });
          expect(answer.body).toMatchObject(by === card ? { next: '/' } : { code: 'certificate-expired' });
        }
      }
    } finally {
      await at.close();
    }
  });
});
