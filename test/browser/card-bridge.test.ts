import { X509Certificate, verify } from 'node:crypto';
import type { Server } from 'node:http';
import { chromium } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openssl } from '../authority/openssl.ts';
import type { Card } from '../authority/soft-card.ts';
import { startAgentProcess } from '../card-agent/agent-process.ts';
import type { AgentProcess } from '../card-agent/agent-process.ts';
import { serveBridgePage } from '../card-agent/bridge-page.ts';
import { ComponentDouble } from '../card-agent/component-double.ts';
import { PIN, SoftCardFolder, WRONG_PIN, makeCard } from '../card-agent/soft-card-folder.ts';
import { lastErrorRows, retCodeRows } from '../web/islands/code-rows.ts';

const TBS = 'a-text-to-be-signed';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let site: { readonly origin: string; readonly server: Server };

beforeAll(async () => {
  site = await serveBridgePage();
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    // the popup blocker is part of what is tested; playwright switches it off
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      // the page counts as one on the internet: a fetch to localhost would be blocked, the popup must not be
      `--ip-address-space-overrides=${new URL(site.origin).host}=public`,
    ],
  });
});

afterAll(async () => {
  await browser.close();
  site.server.close();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(site.origin);
});

afterEach(async () => {
  await context.close();
});

/** Clicks the page's button, which calls `expression`; what the promise became. */
async function click(expression: string): Promise<unknown> {
  await page.waitForFunction('window.bridge !== undefined');
  await page.evaluate(`window.job = () => ${expression}`);
  await page.click('#go');
  return await page.evaluate('window.outcome');
}

const sign = (componentOrigin: string, request: string, timeouts = '{}') =>
  click(
    `bridge.signWithComponent({ componentOrigin: '${componentOrigin}', request: ${request}, timeouts: ${timeouts} })`,
  );

const request = (pin = PIN, more = '') => `{ tbs: Promise.resolve('${TBS}'), pin: '${pin}' ${more} }`;

/** Everything closed again: the popup must not stay on the desk. */
async function expectNoPopup(): Promise<void> {
  await expect.poll(() => context.pages().length, { timeout: 10_000 }).toBe(1);
}

describe('with the card agent', () => {
  let folder: SoftCardFolder;
  let agent: AgentProcess;
  let card: Required<Card>;

  beforeAll(async () => {
    card = await makeCard();
    folder = new SoftCardFolder();
    agent = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', site.origin]);
  });

  afterAll(async () => {
    await agent.stop();
  });

  beforeEach(() => {
    folder.issue('wang', card);
    folder.insert({ 'Test Reader 0': 'wang' });
  });

  it('signs through the popup, from a page on the public internet, and the popup closes', async () => {
    const outcome = (await sign(agent.origin, request())) as { state: string; proof: Record<string, string> };
    expect(outcome).toMatchObject({ state: 'signed' });
    const certificate = Buffer.from(outcome.proof['certificate']!, 'base64');
    expect(certificate.equals(card.sign.certificate.der)).toBe(true);
    const signature = Buffer.from(outcome.proof['signature']!, 'base64');
    expect(verify('sha256', Buffer.from(TBS), new X509Certificate(certificate).publicKey, signature)).toBe(true);
    await expectNoPopup();
  });

  it('brings a SignedData that openssl accepts', async () => {
    const outcome = (await sign(agent.origin, request(PIN, ", signatureType: 'PKCS7'"))) as {
      proof: { signedData: string };
    };
    const files = {
      'signed.der': Buffer.from(outcome.proof.signedData, 'base64'),
      'chain.pem': card.chain.map(({ pem }) => pem).join(''),
    };
    const options = ['-inform', 'DER', '-in', '{signed.der}', '-CAfile', '{chain.pem}', '-purpose', 'any'];
    expect((await openssl(['cms', '-verify', ...options], files)).output).toContain(TBS);
  });

  it('counts the tries down and says when the card is locked (D1-130)', async () => {
    expect(await sign(agent.origin, request(WRONG_PIN))).toMatchObject({ state: 'pin-wrong', triesLeft: 2 });
    expect(await sign(agent.origin, request(WRONG_PIN))).toMatchObject({ state: 'pin-wrong', triesLeft: 1 });
    expect(await sign(agent.origin, request(WRONG_PIN))).toMatchObject({ state: 'pin-locked' });
    expect(await sign(agent.origin, request())).toMatchObject({ state: 'pin-locked' });
  });

  it('tells an empty reader from no reader', async () => {
    folder.insert({ 'Test Reader 0': null });
    expect(await sign(agent.origin, request())).toMatchObject({ state: 'no-card' });
    folder.insert({});
    expect(await sign(agent.origin, request())).toMatchObject({ state: 'no-reader' });
    expect(await click(`bridge.readEnvironment({ componentOrigin: '${agent.origin}' })`)).toMatchObject({
      state: 'no-reader',
    });
  });

  it('reads readers, cards and sign certificates, and signs with the chosen reader', async () => {
    folder.insert({ 'Test Reader 0': null, 'Test Reader 1': 'wang' });
    const ask = `bridge.readEnvironment({ componentOrigin: '${agent.origin}', withCertificates: true })`;
    const certificate = { maySign: true, holder: '示範王小明', family: 'MOICA' };
    expect(await click(ask)).toMatchObject({
      state: 'environment',
      readers: [
        { name: 'Test Reader 0', card: 'absent' },
        { name: 'Test Reader 1', card: { cardNumber: 'MT00000000000001', signCertificates: [certificate] } },
      ],
    });
    expect(await sign(agent.origin, request(PIN, ", slotDescription: 'Test Reader 0'"))).toMatchObject({
      state: 'no-card',
    });
    expect(await sign(agent.origin, request(PIN, ", slotDescription: 'Test Reader 1'"))).toMatchObject({
      state: 'signed',
    });
  });

  it('a site that is not allowed is told so, and its request never leaves the popup', async () => {
    const strict = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', 'https://other.example']);
    const posted: string[] = [];
    context.on('request', sent => posted.push(`${sent.method()} ${sent.url()}`));
    expect(await sign(strict.origin, request())).toMatchObject({ state: 'untrusted-site' });
    expect(posted).not.toEqual([]);
    expect(posted.filter(line => line.startsWith('POST'))).toEqual([]);
    await strict.stop();
  });

  it('a challenge for another host is refused as foreign, though the site is allowed', async () => {
    const tbs = `moica-gw.v1.login.portal.gateway.example_443.${'A'.repeat(22)}.1795358288.${'B'.repeat(43)}`;
    const foreign = `{ tbs: Promise.resolve('${tbs}'), pin: '${PIN}' }`;
    expect(await sign(agent.origin, foreign)).toMatchObject({ state: 'untrusted-site' });
    const { hostname, port } = new URL(site.origin);
    const own = foreign.replace('portal.gateway.example_443', `${hostname}_${port}`);
    expect(await sign(agent.origin, own)).toMatchObject({ state: 'signed' });
  });

  it('waits for a challenge that arrives after the popup', async () => {
    const late = `{ tbs: new Promise(resolve => setTimeout(() => resolve('${TBS}'), 1500)), pin: '${PIN}' }`;
    expect(await sign(agent.origin, late)).toMatchObject({ state: 'signed' });
  });

  it('passes on why there is no challenge, and closes the popup', async () => {
    const failing = `{ tbs: new Promise((_, reject) => setTimeout(() => reject(new Error('no session')), 700)), pin: '${PIN}' }`;
    expect(await sign(agent.origin, failing)).toEqual({ threw: 'no session' });
    await expectNoPopup();
  });

  it('no page of another origin gets at the endpoints by itself, with or without a preflight', async () => {
    const attempt = (init: string) =>
      page.evaluate(`fetch('${agent.origin}/sign', ${init}).then(answer => answer.type, () => 'blocked')`);
    expect(await attempt(`{ method: 'POST', body: new URLSearchParams({ tbsPackage: '{}' }) }`)).toBe('blocked');
    expect(await attempt(`{ method: 'POST', headers: { 'popup-token': 'x' }, body: '' }`)).toBe('blocked');
  });

  it('the popup answers only its opener: a window that was opened by nobody asks for nothing', async () => {
    await page.goto(`${agent.origin}/popupForm`);
    expect(await page.locator('#no-opener').isVisible()).toBe(true);
  });

  it('the PIN goes to the component and nowhere else', async () => {
    const requests: string[] = [];
    context.on('request', sent => requests.push(`${sent.url()} ${sent.postData() ?? ''}`));
    await sign(agent.origin, request());
    const withPin = requests.filter(text => text.includes(PIN));
    expect(withPin).toHaveLength(1);
    expect(withPin[0]).toContain(`${agent.origin}/sign `);
    expect(agent.printed()).not.toContain(PIN);
  });
});

describe('with a double of the component', () => {
  let double: ComponentDouble;
  const signed = { func: 'sign', ret_code: 0, last_error: 0, signature: 'AAAA', certb64: 'BBBB' };

  beforeAll(async () => {
    double = await ComponentDouble.start();
  });
  afterAll(async () => {
    await double.stop();
  });

  it('is sent the request as the protocol wants it, from the page’s origin, once', async () => {
    const twice = `opener.postMessage('{"func":"getTbs"}', '*');`.repeat(2);
    const answer = `setTimeout(() => { opener.postMessage('${JSON.stringify(signed)}', event.origin); close(); }, 300);`;
    double.play({ onLoad: twice, onMessage: answer });
    expect(await sign(double.origin, request(PIN, ", slotDescription: 'R 0'"))).toMatchObject({ state: 'signed' });
    expect(double.received()).toHaveLength(1);
    expect(double.received()[0]!.origin).toBe(site.origin);
    expect(JSON.parse(String(double.received()[0]!.data))).toEqual({
      ...{ func: 'MakeSignature', tbs: TBS, tbsEncoding: 'NONE', hashAlgorithm: 'SHA256', signatureType: 'PKCS1' },
      ...{ pin: PIN, withCardSN: 'true', nonce: '', slotDescription: 'R 0' },
    });
  });

  it.each([
    ['CheckEnvir', ''],
    ['GetUserCert', ', withCertificates: true'],
  ])('is asked %s for its environment', async (func, more) => {
    double.reply({ func: 'pkcs11info', ret_code: 0, serverVersion: '1.3.4.2', slots: [{ slotDescription: 'R 0' }] });
    const outcome = await click(`bridge.readEnvironment({ componentOrigin: '${double.origin}' ${more} })`);
    const readers = [{ name: 'R 0', card: 'absent' }];
    expect(outcome).toEqual({ state: 'environment', readers, serverVersion: '1.3.4.2' });
    expect(double.received().map(({ data }) => data)).toEqual([JSON.stringify({ func })]);
  });

  it('every row of major codes has its state, in the negative form', async () => {
    for (const [codes, meaning] of retCodeRows) {
      double.reply({ func: 'sign', ret_code: codes.at(-1)! - 2 ** 32, last_error: 0 });
      expect(await sign(double.origin, request())).toMatchObject(meaning);
    }
  });

  it('every minor code of a refused PIN has its state, as number and as text', async () => {
    for (const [, lastError, meaning] of lastErrorRows) {
      double.reply({ func: 'sign', ret_code: 0x76100006, last_error: lastError });
      expect(await sign(double.origin, request())).toMatchObject(meaning);
      double.reply({ func: 'sign', ret_code: '1980760070', last_error: String(lastError) });
      expect(await sign(double.origin, request())).toMatchObject(meaning);
    }
    double.reply('{"func":"sign","ret_code":1980760070,"last_error":18446744071562067969}');
    expect(await sign(double.origin, request())).toMatchObject({ state: 'pin-wrong', triesLeft: 1 });
  });

  it.each([
    ['a success without a signature', { func: 'sign', ret_code: 0, certb64: 'BBBB' }],
    ['a signature that is no text', { ...signed, signature: 5 }],
    ['a code that is no number', { ...signed, ret_code: 'ok' }],
    ['a reply without a code', { func: 'sign' }],
    ['a page of a proxy', '<html>502 Bad Gateway</html>'],
    ['an empty text', ''],
  ])('%s is a malformed reply, never a success', async (_case, reply) => {
    double.reply(reply);
    expect(await sign(double.origin, request())).toMatchObject({
      state: 'component-error',
      trouble: 'malformed-reply',
    });
  });

  it('ignores objects, other texts and a reply before the request', async () => {
    const noise = [
      `opener.postMessage(${JSON.stringify(JSON.stringify(signed))}, '*');`,
      `opener.postMessage({ func: 'sign', ret_code: 0 }, '*');`,
      `opener.postMessage('not json', '*'); opener.postMessage('null', '*'); opener.postMessage('7', '*');`,
      `setTimeout(() => opener.postMessage('{"func":"getTbs"}', '*'), 200);`,
    ];
    const late = JSON.stringify({ func: 'sign', ret_code: 0x76000006 });
    double.play({ onLoad: noise.join('\n'), onMessage: `opener.postMessage('${late}', event.origin); close();` });
    expect(await sign(double.origin, request())).toMatchObject({ state: 'no-card' });
  });

  it('ignores another window of the component’s origin', async () => {
    const forge = `setInterval(() => opener.postMessage(${JSON.stringify(JSON.stringify(signed))}, '*'), 50)`;
    const url = JSON.stringify(`${double.origin}/other?${encodeURIComponent(forge)}`);
    await page.evaluate(`
      window.forged = new Promise(resolve => addEventListener('message', resolve, { once: true })).then(() => true);
      void open(${url}, '', 'width=100,height=100');`);
    expect(await page.evaluate('window.forged')).toBe(true);
    const noCard = `opener.postMessage('{"func":"sign","ret_code":1979711494}', '*'); close();`;
    double.play({ onMessage: `setTimeout(() => { ${noCard} }, 500);` });
    expect(await sign(double.origin, request())).toMatchObject({ state: 'no-card' });
  });

  it('ignores the popup when it has gone to another origin, and sends it nothing', async () => {
    const stranger = await ComponentDouble.start();
    stranger.play({});
    double.play({ onLoad: `location = '${stranger.origin}/popupForm'` });
    expect(await sign(double.origin, request(), '{ readyMs: 1500 }')).toEqual({ state: 'component-absent' });
    expect(stranger.received()).toEqual([]);
    await stranger.stop();
    await expectNoPopup();
  });

  it('sends the PIN to no page that has taken the component’s place while the challenge was on its way', async () => {
    const stranger = await ComponentDouble.start();
    stranger.play({});
    double.play({ onLoad: `opener.postMessage('{"func":"getTbs"}', '*'); location = '${stranger.origin}/popupForm';` });
    const opened = context.waitForEvent('page');
    const late = `{ tbs: new Promise(resolve => (window.arrive = () => resolve('${TBS}'))), pin: '${PIN}' }`;
    const outcome = sign(double.origin, late, '{ replyMs: 1000 }');
    await (await opened).waitForURL(`${stranger.origin}/popupForm`);
    await page.evaluate('window.arrive()');
    expect(await outcome).toMatchObject({ state: 'component-silent' });
    expect([...stranger.received(), ...double.received()]).toEqual([]);
    await stranger.stop();
  });

  it('names a component that reports itself and then says nothing', async () => {
    double.play({});
    const silent = { state: 'component-silent', pinInDoubt: true };
    expect(await sign(double.origin, request(), '{ replyMs: 600 }')).toEqual(silent);
    await expectNoPopup();
  });

  it('does not wait for ever for a challenge, once the component is ready', async () => {
    double.play({});
    const never = `{ tbs: new Promise(() => undefined), pin: '${PIN}' }`;
    expect(await sign(double.origin, never, '{ requestMs: 600 }')).toEqual({ threw: 'There is no request to send.' });
    await expectNoPopup();
  });

  it('gives a component time to read every certificate, and no PIN was in it', async () => {
    await page.clock.install();
    double.play({});
    const ask = click(`bridge.readEnvironment({ componentOrigin: '${double.origin}', withCertificates: true })`);
    await expect.poll(() => double.received().length).toBe(1);
    await page.clock.runFor(59_000);
    expect(context.pages()).toHaveLength(2);
    await page.clock.runFor(2_000);
    expect(await ask).toEqual({ state: 'component-silent' });
  });

  it('names a popup that the person closed, before and after the request', async () => {
    double.play({ onLoad: 'setTimeout(close, 300)' });
    expect(await sign(double.origin, request())).toEqual({ state: 'cancelled' });
    double.play({ onMessage: 'close();' });
    expect(await sign(double.origin, request())).toEqual({ state: 'cancelled', pinInDoubt: true });
  });

  it('names a component that is not there', async () => {
    expect(await sign('http://localhost:1', request(), '{ readyMs: 800 }')).toEqual({ state: 'component-absent' });
    await expectNoPopup();
  });

  it('names a blocked popup', async () => {
    await page.goto(`${site.origin}/blocked`);
    expect(await page.evaluate('window.outcome')).toEqual({ state: 'popup-blocked' });
  });

  it.each(['12345', '123456789', '12 456', '中文密碼中文', '123%41', ''])(
    'a PIN "%s" that a form post could change is not sent',
    async pin => {
      double.reply(signed);
      expect(await sign(double.origin, request(pin))).toEqual({ state: 'pin-length' });
      expect(double.received()).toEqual([]);
      expect(context.pages()).toHaveLength(1);
    },
  );

  it('a challenge with characters that a form post could change is not sent', async () => {
    double.reply(signed);
    const outcome = await sign(double.origin, `{ tbs: Promise.resolve('a+b'), pin: '${PIN}' }`);
    expect(outcome).toEqual({ threw: 'The challenge has characters that the component may change.' });
    expect(double.received()).toEqual([]);
  });
});
