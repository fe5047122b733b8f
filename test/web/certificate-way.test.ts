import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showClientCertificate } from '../../src/flows/login/tls-login.ts';
import { openCardWorld, type CardWorld } from './support/cards.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

const CARD_HOST = { host: 'card.gateway.test', origin: 'https://card.gateway.test' };

let world: CardWorld;
let without: TestPortal;
let withHost: TestPortal;
beforeAll(async () => {
  world = await openCardWorld();
  [without, withHost] = await Promise.all([
    openTestPortal(),
    openTestPortal({ cardHost: CARD_HOST, trust: world.trust }),
  ]);
});
afterAll(async () => {
  await without.close();
  await withHost.close();
});

describe('the way in by the certificate in the browser', () => {
  test('is offered where there is a card host, and may lead there', async () => {
    const page = await withHost.browser().get('/login').expect(200);
    expect(page.text).toContain('action="/login/tls"');
    expect(page.text).toContain('以瀏覽器憑證登入');
    expect(page.headers['content-security-policy']).toMatch(/form-action [^;]*https:\/\/card\.gateway\.test/);
    const begun = await withHost.browser().postForm('/login/tls', {}).expect(303);
    expect(begun.headers['location']).toMatch(/^https:\/\/card\.gateway\.test\/login\/tls\?ticket=/);
  });

  test('does not exist without one', async () => {
    const page = await without.browser().get('/login').expect(200);
    expect(page.text).not.toContain('/login/tls');
    expect(page.headers['content-security-policy']).not.toContain('card.');
    await without.browser().postForm('/login/tls', {}).expect(404);
    await without.browser().get('/login/tls/return?code=x').expect(409);
  });

  test('is not spent by a program that looks at the link (HEAD)', async () => {
    const { context, account } = withHost;
    const card = await world.issueCard();
    await world.bindCard(context, account, card);
    const browser = withHost.browser();
    const begun = await browser.postForm('/login/tls', {}).expect(303);
    const shown = await showClientCertificate(context, {
      ticket: new URL(begun.headers['location'] ?? '').searchParams.get('ticket') ?? '',
      presented: { kind: 'certificate', der: card.certificate.der },
      origin: { requestId: 'test', clientAddress: '127.0.0.1' },
      viaProxy: false,
    });
    if (!shown.ok) expect.fail(shown.failure.code);
    const { pathname, search } = new URL(shown.location);
    const looked = await browser.agent.head(pathname + search).expect(405);
    expect(looked.headers['allow']).toBe('GET');
    expect(looked.headers['set-cookie']).toBeUndefined();
    await browser
      .get(pathname + search)
      .expect(303)
      .expect('Location', '/');
    await browser.get('/').expect(200);
    // Elsewhere HEAD goes with GET.
    await browser.agent.head('/login/failed').expect(200);
  });

  test('is held back where an address asks too often, and the browser is told how long', async () => {
    const browser = withHost.browser();
    await browser.postForm('/login/tls', {}).expect(303);
    for (let at = 0; at < 700; at += 1)
      await withHost.context.limits.count('challenge', { clientAddress: '127.0.0.1' });
    const answer = await browser.postForm('/login/tls', {});
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
