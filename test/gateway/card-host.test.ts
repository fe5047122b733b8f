import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BlockList } from '../../src/pki/revocation/block-list.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { issueCitizenCertificate } from '../authority/end-entity.ts';
import { openCardWorld } from '../web/support/cards.ts';
import { portalCookie, type Browser } from '../web/support/portal.ts';
import { CARD_HOST, startCardHost, type CardHostUnderTest } from './card-host-under-test.ts';

let gateway: CardHostUnderTest;
let card: IssuedCertificate;
beforeAll(async () => {
  gateway = await startCardHost();
  const { world, portal } = gateway;
  card = await world.issueCard();
  await world.bindCard(portal.context, portal.account, card);
});
afterEach(async () => {
  const { portal } = gateway;
  await portal.context.sessions.endAllOf(portal.account.id, 'administrator');
});
afterAll(() => gateway.close());

/** From the login page to the return address; @throws where the card host gives none */
async function arrive(browser: Browser, by = card): Promise<string> {
  const answer = await gateway.show(await gateway.begin(browser), by);
  if (answer.status !== 303) throw new Error(`The card host answers ${answer.status} ${answer.code ?? ''}.`);
  const { pathname, search } = new URL(String(answer.headers['location']));
  return pathname + search;
}

async function codeAt(browser: Browser, path: string): Promise<string> {
  const answer = await browser.get(path);
  return /<dd class="code">([a-z0-9-]+)<\/dd>/.exec(answer.text)?.[1] ?? String(answer.status);
}

const sessions = () => gateway.portal.context.sessions.listLiveOf(gateway.portal.account.id);
const events = (code: string) => gateway.portal.context.database.events.listEvents({ code, limit: 100 });
const lastRefusal = async () => (await events('login.refused'))[0];

describe('login by TLS client certificate', () => {
  test('D3-02 login page → handshake with the card → one-time code → session, recorded as card-tls', async () => {
    const browser = gateway.portal.browser();
    const url = await gateway.begin(browser);
    expect(url).toMatch(/^https:\/\/card\.gateway\.test\/login\/tls\?ticket=[\w-]{43}&language=(zh|en)$/);
    const shown = await gateway.show(url, card);
    expect(shown.status).toBe(303);
    expect(shown.headers['location']).toMatch(/^https:\/\/portal\.gateway\.test\/login\/tls\/return\?code=[\w-]{43}$/);
    expect(shown.headers['set-cookie']).toBeUndefined();
    const { pathname, search } = new URL(String(shown.headers['location']));
    const returned = await browser.get(pathname + search).expect(303);
    expect(returned.headers['location']).toBe('/');
    await browser.get('/').expect(200);
    const [session] = await sessions();
    const sha256 = new X509Certificate(card.certificate.pem).fingerprint256.replaceAll(':', '').toLowerCase();
    expect(session).toMatchObject({ method: 'card-tls', certificateSha256: sha256 });
    expect((await events('login.succeeded'))[0]).toMatchObject({
      sessionReference: session?.reference,
      facts: { method: 'card-tls', certificateSha256: sha256 },
    });
  });

  test('the browser gets a new cookie with the login (session fixation)', async () => {
    const browser = gateway.portal.browser();
    const before = portalCookie(await browser.postForm('/login/tls', {}));
    const path = await arrive(browser);
    const after = portalCookie(await browser.get(path).expect(303));
    expect(before).toBeDefined();
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  test('it goes on without a form token, even where the page had none to give, but not from elsewhere', async () => {
    const { portal } = gateway;
    const browser = portal.browser();
    await browser.postJson('/login/card/challenge', {}).expect(200);
    await browser.postForm('/login/tls', {}).expect(303);
    for (const origin of ['https://company.gateway.test', 'null', `https://${CARD_HOST}`]) {
      const post = browser.agent.post('/login/tls').set('Accept', 'text/html').type('form').send({});
      expect((await post.set('Origin', origin)).status).toBe(403);
    }
    await browser.agent.post('/login/tls').set('Sec-Fetch-Site', 'same-site').type('form').send({}).expect(403);
    await browser.get('/login/tls').expect(405);
  });

  test('ten returns at once open one session', async () => {
    const browser = gateway.portal.browser();
    const path = await arrive(browser);
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.get(path)));
    expect(answers.filter(answer => answer.status === 303)).toHaveLength(1);
    expect(await sessions()).toHaveLength(1);
  });

  test('ten handshakes with one ticket bring one code', async () => {
    const url = await gateway.begin(gateway.portal.browser());
    const answers = await Promise.all(Array.from({ length: 10 }, () => gateway.show(url, card)));
    expect(answers.filter(answer => answer.status === 303)).toHaveLength(1);
    expect(new Set(answers.map(answer => answer.code))).toEqual(new Set([undefined, 'challenge-unknown']));
  });
});

describe('what is not a login', () => {
  test('a code twice', async () => {
    const browser = gateway.portal.browser();
    const path = await arrive(browser);
    await browser.get(path).expect(303);
    expect(await codeAt(browser, path)).toBe('challenge-unknown');
    expect(await sessions()).toHaveLength(1);
  });

  test('a code in another browser: refused, recorded, and spent for the right one too', async () => {
    const { portal } = gateway;
    const browser = portal.browser();
    const path = await arrive(browser);
    const other = portal.browser();
    await gateway.begin(other);
    expect(await codeAt(other, path)).toBe('challenge-of-another-session');
    expect((await lastRefusal())?.facts).toMatchObject({ code: 'challenge-of-another-session', method: 'card-tls' });
    expect(await codeAt(browser, path)).toBe('challenge-unknown');
    const path2 = await arrive(browser);
    expect(await codeAt(portal.browser(), path2)).toBe('challenge-of-another-session');
    expect(await sessions()).toEqual([]);
  });

  test('a code after a minute, a ticket after five', async () => {
    const { portal } = gateway;
    const browser = portal.browser();
    const path = await arrive(browser);
    portal.advance(60_001);
    expect(await codeAt(browser, path)).toBe('challenge-unknown');
    const url = await gateway.begin(browser);
    portal.advance(300_001);
    expect(await gateway.show(url, card)).toMatchObject({ status: 409, code: 'challenge-unknown' });
    expect(await sessions()).toEqual([]);
  });

  test.each([
    '',
    '?ticket=',
    `?ticket=${'A'.repeat(43)}`,
    `?ticket=${'A'.repeat(5000)}`,
    '?ticket=a&ticket=b',
    '?code=x',
  ])('no ticket of ours (%#): a page, and no record that strangers could fill', async query => {
    const before = (await events('login.refused')).length;
    const answer = await gateway.show(`https://${CARD_HOST}/login/tls${query}`, card);
    expect(answer).toMatchObject({ status: 409, code: 'challenge-unknown' });
    expect(await events('login.refused')).toHaveLength(before);
  });

  test.each(['', '?code=', '?code=a&code=b', `?code=${'A'.repeat(43)}`])('no code of ours (%#)', async query => {
    expect(await codeAt(gateway.portal.browser(), `/login/tls/return${query}`)).toBe('challenge-unknown');
  });

  test.each<[string, string, (gateway: CardHostUnderTest) => Promise<IssuedCertificate | null>]>([
    ['none', 'client-certificate-missing', () => Promise.resolve(null)],
    ['another CA of the same names', 'no-path-to-anchor', async () => (await openCardWorld()).issueCard()],
    [
      'one that is over',
      'certificate-expired',
      ({ world }) => world.issueCard({ notBefore: new Date('2021-01-01'), notAfter: new Date('2024-01-01') }),
    ],
    [
      'the one for encryption',
      'encryption-certificate',
      ({ world }) =>
        issueCitizenCertificate(
          world.authority.cas['moica-g2'],
          { name: '示範承辦員', serialNumber: '0000000123456789', idLastFour: '6789' },
          'encrypt',
        ),
    ],
    ['a company’s', 'moeaca-certificate', ({ world }) => world.issueCard({ issuer: 'moeaca-g2' })],
  ])('with the certificate %s: a page in both languages that says what to do', async (_name, code, issue) => {
    const browser = gateway.portal.browser();
    const answer = await gateway.show(await gateway.begin(browser), await issue(gateway), { 'accept-language': 'zh' });
    expect(answer).toMatchObject({ status: 403, code });
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.text).toContain('關閉所有瀏覽器視窗');
    expect(answer.text).toMatch(/lang="en">[A-Z][^<]+</);
    expect(answer.text).toContain('https://portal.gateway.test/login');
    expect(answer.text).not.toContain('<script');
    expect((await lastRefusal())?.facts).toMatchObject({ code, method: 'card-tls' });
    const english = await gateway.begin(browser);
    expect((await gateway.show(english.replace(/language=zh/, 'language=en'), null)).text).toContain(
      'The browser showed no certificate',
    );
  });

  test('a card that is revoked: at the card host, and when it happens on the way back', async () => {
    const { world, portal } = gateway;
    const browser = portal.browser();
    const lost = await world.issueCard();
    await world.bindCard(portal.context, portal.account, lost);
    const path = await arrive(browser, lost);
    world.revokeCard(lost, new Date(Date.now() - 1000));
    expect(await codeAt(browser, path)).toBe('certificate-revoked');
    expect(await gateway.show(await gateway.begin(browser), lost)).toMatchObject({
      status: 403,
      code: 'certificate-revoked',
    });
    expect(await sessions()).toEqual([]);
  });

  test('a card that this gateway has blocked, on the way as well', async () => {
    const { world, portal } = gateway;
    const browser = portal.browser();
    const path = await arrive(browser);
    const sha256 = new X509Certificate(card.certificate.pem).fingerprint256.replaceAll(':', '').toLowerCase();
    Object.assign(world.trust, { blockList: () => new BlockList([sha256]) });
    try {
      expect(await codeAt(browser, path)).toBe('card-blocked');
      expect((await gateway.show(await gateway.begin(browser), card)).code).toBe('card-blocked');
    } finally {
      Object.assign(world.trust, { blockList: () => new BlockList() });
    }
    expect(await sessions()).toEqual([]);
  });

  test('a card that no account is bound to', async () => {
    const browser = gateway.portal.browser();
    expect(await codeAt(browser, await arrive(browser, await gateway.world.issueCard()))).toBe('card-not-bound');
  });

  test.each([
    ['suspended', 'account-suspended'],
    ['pending-activation', 'account-pending-activation'],
    ['deleted', 'account-deleted'],
  ] as const)('an account that is %s', async (state, code) => {
    const { portal } = gateway;
    const browser = portal.browser();
    const path = await arrive(browser);
    await portal.setAccountState(state);
    expect(await codeAt(browser, path)).toBe(code);
    expect((await lastRefusal())?.facts).toMatchObject({ code, method: 'card-tls' });
    await portal.setAccountState('active');
  });

  test('a field that names a certificate, from whoever connects', async () => {
    const pem = card.certificate.pem;
    const base64 = card.certificate.der.toString('base64');
    const forged = {
      'client-cert': `:${base64}:`,
      'client-cert-chain': `:${base64}:`,
      'x-ssl-client-cert': encodeURIComponent(pem),
      'x-ssl-client-verify': 'SUCCESS',
      'x-forwarded-client-cert': `Cert="${encodeURIComponent(pem)}"`,
      'x-forwarded-for': '127.0.0.1',
    };
    const answer = await gateway.show(await gateway.begin(gateway.portal.browser()), null, forged);
    expect(answer).toMatchObject({ status: 403, code: 'client-certificate-missing' });
  });
});

describe('the card host itself', () => {
  test.each(['/', '/login', '/login/tls/return?code=x', '/assets/look.css', '/.well-known/jwks.json', '/livez'])(
    'has nothing at %s',
    async path => {
      const answer = await gateway.show(`https://${CARD_HOST}${path}`, null);
      expect(answer).toMatchObject({ status: 404, code: 'not-found' });
    },
  );

  test('reads and sets no cookie, runs nothing, is kept nowhere', async () => {
    const answer = await gateway.show(await gateway.begin(gateway.portal.browser()), null, {
      cookie: '__Host-gw-lang=en; __Host-gw-portal=x',
      'accept-language': 'zh-TW',
    });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      connection: 'close',
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(answer.text).toContain('<html lang="zh-Hant-TW"');
    const sheet = /href="(https:\/\/portal\.gateway\.test)([^"]+look\.css)"/.exec(answer.text)?.[2] ?? '';
    const css = await gateway.portal.browser().agent.get(sheet).expect(200);
    expect(css.headers['cross-origin-resource-policy']).toBe('cross-origin');
  });

  test('counts an address that comes with certificates of no card; others go on', async () => {
    const { portal } = gateway;
    const stranger = await (await openCardWorld()).issueCard();
    const browser = portal.browser();
    const codes: (string | undefined)[] = [];
    for (let at = 0; at < 65 && codes.at(-1) !== 'too-many-attempts'; at += 1) {
      codes.push((await gateway.show(await gateway.begin(browser), stranger)).code);
    }
    expect(codes.at(-1)).toBe('too-many-attempts');
    expect(await gateway.show(await gateway.begin(browser), card)).toMatchObject({
      status: 429,
      code: 'too-many-attempts',
    });
    expect((await gateway.show(await gateway.begin(browser), card, {}, '127.0.0.2')).status).toBe(303);
  });
});
