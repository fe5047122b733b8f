import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { openTestPortal, portalCookie, setCookies, type Browser, type TestPortal } from './support/portal.ts';

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

interface Challenge {
  readonly challengeId: string;
  readonly tbs: string;
  readonly expiresAt: string;
}

async function challenge(browser: Browser): Promise<Challenge> {
  const answer = await browser.postJson('/login/card/challenge', {}).expect(200);
  return answer.body as Challenge;
}

async function proof(browser: Browser, by = card): Promise<Record<string, string>> {
  const { challengeId, tbs } = await challenge(browser);
  return { challengeId, ...signWithCard(by, tbs) };
}

async function trip(systemId: 'company' | 'factory'): Promise<string> {
  const { location } = await beginTrip(portal.context, {
    system: portal.context.systems.get(systemId)!,
    returnPath: '/cases?year=115',
    tripCookie: undefined,
  });
  return new URL(location).searchParams.get('trip')!;
}

const events = (code: string) => portal.context.database.events.listEvents({ code, limit: 5 });

describe('a card login (DESIGN 4: portal, card login)', () => {
  test('gives a challenge of the published form, for five minutes', async () => {
    const given = await challenge(portal.browser());
    expect(given.tbs).toMatch(/^[A-Za-z0-9._-]{40,512}$/);
    expect(given.tbs).toContain('.login.portal.gateway.test_443.');
    expect(Date.parse(given.expiresAt) - portal.context.clock.now().getTime()).toBeLessThanOrEqual(300_000);
  });

  test('opens a session and leads to the start page', async () => {
    const browser = portal.browser();
    const answer = await browser.postJson('/login/card', await proof(browser)).expect(200);
    expect(answer.body).toEqual({ next: '/' });
    const home = await browser.get('/').expect(200);
    expect(home.text).toContain('示範承辦員');
    const [succeeded] = await events('login.succeeded');
    expect(succeeded).toMatchObject({ accountId: portal.account.id, clientAddress: '127.0.0.1' });
  });

  test('leads into the system of the trip by a one-time code, each tab to its own', async () => {
    const browser = portal.browser();
    const [company, factory] = [await trip('company'), await trip('factory')];
    const first = await browser.postJson('/login/card', { ...(await proof(browser)), trip: company }).expect(200);
    const { next } = first.body as { next: string };
    expect(next).toMatch(/^https:\/\/company\.gateway\.test\/\.gateway\/enter\?code=[\w-]{43}$/);
    const second = await browser.get(`/login?trip=${factory}`).expect(303);
    expect(second.headers['location']).toMatch(/^https:\/\/factory\.gateway\.test\/\.gateway\/enter\?code=[\w-]{43}$/);
  });

  test('of a trip that is over leads to the start page', async () => {
    const browser = portal.browser();
    const answer = await browser
      .postJson('/login/card', { ...(await proof(browser)), trip: 'x'.repeat(43) })
      .expect(200);
    expect(answer.body).toEqual({ next: '/' });
  });

  test('gives the browser a new cookie of the required kind; the old one is worth nothing (session fixation)', async () => {
    const browser = portal.browser();
    const opened = await browser.postJson('/login/card/challenge', {}).expect(200);
    const before = portalCookie(opened);
    const { challengeId, tbs } = opened.body as Challenge;
    const answer = await browser.postJson('/login/card', { challengeId, ...signWithCard(card, tbs) }).expect(200);
    const after = portalCookie(answer);
    expect(before).toMatch(/^s%3A[\w-]{43}\./);
    expect(after).toMatch(/^s%3A[\w-]{43}\./);
    expect(after).not.toBe(before);
    const field = setCookies(answer).find(cookie => cookie.startsWith('__Host-gw-portal='))!;
    expect(field.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);

    await portal
      .browser()
      .get('/')
      .set('Cookie', `__Host-gw-portal=${before!}`)
      .expect(303)
      .expect('Location', '/login');
    await portal.browser().get('/').set('Cookie', `__Host-gw-portal=${after!}`).expect(200);
  });

  test('ends the session that the same browser had before, on every host', async () => {
    const ended: string[] = [];
    portal.context.sessions.onEnd(reference => ended.push(reference));
    const browser = portal.browser();
    await browser.postJson('/login/card', await proof(browser)).expect(200);
    const [first] = await events('login.succeeded');
    expect(ended).toEqual([]);
    await browser.postJson('/login/card', await proof(browser)).expect(200);
    expect(ended).toEqual([first!.sessionReference]);
    await browser.get('/').expect(200);
  });
});

describe('a card login is refused', () => {
  async function refused(browser: Browser, body: object, status: number, code: string) {
    const answer = await browser.postJson('/login/card', body).expect(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(answer.text) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, code, requestId: answer.headers['x-request-id'] });
    expect(problem['type']).toBe(`${portal.origin}/login/failed?code=${code}`);
    await browser.get('/').expect(303);
    return problem;
  }

  test('when the signature is posted a second time', async () => {
    const browser = portal.browser();
    const body = await proof(browser);
    await browser.postJson('/login/card', body).expect(200);
    const again = portal.browser();
    await refused(again, body, 409, 'challenge-unknown');
  });

  test('when it comes from another browser session, and the challenge is spent by that', async () => {
    const [mine, other] = [portal.browser(), portal.browser()];
    const body = await proof(mine);
    await challenge(other);
    await refused(other, body, 403, 'challenge-of-another-session');
    await refused(mine, body, 409, 'challenge-unknown');
  });

  test('when the browser sends no cookie at all', async () => {
    const body = await proof(portal.browser());
    await refused(portal.browser(), body, 403, 'challenge-of-another-session');
  });

  test('when the signature is over another text', async () => {
    const browser = portal.browser();
    const { challengeId, tbs } = await challenge(browser);
    await refused(browser, { challengeId, ...signWithCard(card, `${tbs}x`) }, 403, 'signature-invalid');
    const [event] = await events('login.refused');
    expect(event).toMatchObject({ facts: { code: 'signature-invalid' }, accountId: null });
  });

  test('when the certificate has expired, saying when and nothing else of it', async () => {
    const browser = portal.browser();
    const notAfter = new Date('2026-01-31T15:59:59Z');
    const expired = await world.issueCard({ notBefore: new Date('2021-01-31T16:00:00Z'), notAfter });
    const problem = await refused(browser, await proof(browser, expired), 403, 'certificate-expired');
    expect(problem['facts']).toEqual({ notAfter: '2026-01-31T15:59:59.000Z' });
    expect(Object.keys(problem).sort()).toEqual(['code', 'facts', 'requestId', 'status', 'title', 'type']);
  });

  test('when the certificate is revoked, saying since when', async () => {
    const browser = portal.browser();
    const revoked = await world.issueCard();
    world.revokeCard(revoked, new Date('2026-02-01T00:00:00Z'));
    const problem = await refused(browser, await proof(browser, revoked), 403, 'certificate-revoked');
    expect(problem['facts']).toEqual({ revokedAt: '2026-02-01T00:00:00.000Z' });
  });

  test('when the card is of another family', async () => {
    const browser = portal.browser();
    const business = await world.issueCard({ issuer: 'moeaca-g2' });
    await refused(browser, await proof(browser, business), 403, 'moeaca-certificate');
  });

  test('when the card is bound to no account', async () => {
    const browser = portal.browser();
    await refused(browser, await proof(browser, await world.issueCard()), 403, 'card-not-bound');
  });

  test.each(['suspended', 'deleted'] as const)('when the account is %s, without saying whose it is', async state => {
    const browser = portal.browser();
    const body = await proof(browser);
    await portal.setAccountState(state);
    try {
      const answer = await browser.postJson('/login/card', body).expect(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: `account-${state}` });
      expect(answer.text).not.toContain(portal.account.id);
    } finally {
      await portal.setAccountState('active');
    }
  });
});

describe('what is posted to the card routes is read strictly', () => {
  const challengeId = '00000000-0000-4000-8000-000000000000';
  const b64 = 'AAAA';

  test.each([
    ['an array', []],
    ['nothing', {}],
    ['an unknown field', { challengeId, signature: b64, certificate: b64, cardSN: 'x' }],
    ['both kinds of proof', { challengeId, signature: b64, certificate: b64, signedData: b64 }],
    ['a signature without its certificate', { challengeId, signature: b64 }],
    ['a challenge id that is none', { challengeId: 'x', signature: b64, certificate: b64 }],
    ['a number for a text', { challengeId, signature: 1, certificate: b64 }],
    ['base64url', { challengeId, signature: '-_-_', certificate: b64 }],
    ['base64 with a line break', { challengeId, signature: 'AA\nAA', certificate: b64 }],
    ['base64 without its padding', { challengeId, signature: 'AA', certificate: b64 }],
    ['base64 with bits to spare', { challengeId, signature: 'AB==', certificate: b64 }],
    ['an empty signature', { challengeId, signature: '', certificate: b64 }],
    ['a signature longer than any key', { challengeId, signature: 'A'.repeat(688), certificate: b64 }],
    ['a certificate longer than any', { challengeId, signature: b64, certificate: 'A'.repeat(12_000) }],
    ['10,000 characters for a trip', { challengeId, signedData: b64, trip: 'x'.repeat(10_000) }],
    ['markup for a trip', { challengeId, signedData: b64, trip: '<img src=x onerror=alert(1)>'.padEnd(43, 'x') }],
  ])('refuses %s', async (_name, body) => {
    const answer = await portal.browser().postJson('/login/card', body).expect(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'request-malformed' });
    expect(answer.text).not.toContain('onerror');
  });

  test('refuses a challenge request that says anything', async () => {
    await portal.browser().postJson('/login/card/challenge', { purpose: 'bind' }).expect(400);
    const polluted = portal.browser().agent.post('/login/card/challenge').set('Origin', portal.origin);
    await polluted.type('json').send('{"__proto__":{"isAdmin":true}}').expect(400);
  });

  test.each(['{', '"text"', 'null', '{"challengeId":'])('refuses a body that is no JSON object: %s', async body => {
    const answer = portal.browser().agent.post('/login/card').set('Origin', portal.origin).type('json').send(body);
    await answer.expect(400);
  });

  test('refuses a body beyond 64 KiB before reading it whole', async () => {
    const answer = await portal
      .browser()
      .postJson('/login/card', { signedData: 'A'.repeat(70_000) })
      .expect(413);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'body-too-large' });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/jsonp',
    undefined,
  ])('refuses the content type %s (DESIGN 4: JSON routes demand application/json)', async type => {
    for (const path of ['/login/card', '/login/card/challenge']) {
      const post = portal.browser().agent.post(path).set('Origin', portal.origin);
      const answer = await (type === undefined ? post : post.set('Content-Type', type).send('{}')).expect(415);
      expect(setCookies(answer)).toEqual([]);
    }
  });

  test('refuses a compressed body', async () => {
    const post = portal.browser().agent.post('/login/card/challenge').set('Origin', portal.origin);
    await post.type('json').set('Content-Encoding', 'gzip').send('{}').expect(400);
  });

  test('logs no body of any of these, and no fault', () => {
    expect(portal.log.join('')).not.toContain('AAAA');
    expect(portal.log.filter(line => line.includes('"level":50'))).toEqual([]);
  });
});
