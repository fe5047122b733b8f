import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign, openPopup, popupHeaders, send, signMessage } from './popup-client.ts';
import { PIN, SoftCardFolder, makeCard } from './soft-card-folder.ts';

const FORBIDDEN_DOMAIN = 0x7600000f;
const OTHER_PAGE = 'https://other.example';

let agent: AgentProcess;
let folder: SoftCardFolder;

beforeAll(async () => {
  folder = new SoftCardFolder();
  folder.issue('wang', await makeCard());
  folder.insert({ 'Test Reader 0': 'wang' });
  agent = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', PAGE, OTHER_PAGE]);
});

afterAll(async () => {
  await agent.stop();
});

const body = (message: unknown = signMessage()) =>
  new URLSearchParams({ tbsPackage: JSON.stringify(message) }).toString();

/** The popup's own request with some fields exchanged; `undefined` leaves a field out. */
async function post(path: string, changes: Readonly<Record<string, string | undefined>> = {}, text = body()) {
  const headers: Record<string, string | undefined> = { ...popupHeaders(agent, await openPopup(agent)), ...changes };
  const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return await send(agent.port, { method: 'POST', path, headers: kept, body: text });
}

describe('card endpoints answer only the agent’s own popup', () => {
  it('answers the popup, with either sign of its origin', async () => {
    expect((await post('/sign')).status).toBe(200);
    expect((await post('/sign', { 'sec-fetch-site': undefined })).status).toBe(200);
    expect((await post('/sign', { origin: undefined })).status).toBe(200);
  });

  const strangers: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
    ['a page of an allowed origin that fetches by itself', { origin: PAGE, 'sec-fetch-site': 'cross-site' }],
    ['a foreign Origin without fetch metadata', { origin: PAGE, 'sec-fetch-site': undefined }],
    ['our Origin with cross-site metadata', { 'sec-fetch-site': 'cross-site' }],
    ['our Origin with same-site metadata (another port of localhost)', { 'sec-fetch-site': 'same-site' }],
    ['a sandboxed page (Origin null)', { origin: 'null', 'sec-fetch-site': undefined }],
    ['the other loopback name than the Host field has', { origin: 'http://127.0.0.1' }],
    ['another port of localhost', { origin: 'http://localhost:1', 'sec-fetch-site': undefined }],
    ['neither Origin nor fetch metadata', { origin: undefined, 'sec-fetch-site': undefined }],
    ['no token', { 'popup-token': undefined }],
    ['a made-up token', { 'popup-token': 'AAAAAAAAAAAAAAAAAAAAAA.99999999999999.AAAA' }],
    ['a page origin that is not allowed', { 'page-origin': 'https://evil.example' }],
    ['a page origin that only begins like an allowed one', { 'page-origin': `${PAGE}.evil.example` }],
    ['an allowed page origin over plain http', { 'page-origin': PAGE.replace('https', 'http') }],
    ['an allowed page origin with a path', { 'page-origin': `${PAGE}/` }],
    ['no page origin', { 'page-origin': undefined }],
    ['a JSON body', { 'content-type': 'application/json' }],
    ['a text/plain form (sent without preflight)', { 'content-type': 'text/plain' }],
  ];
  it.each(strangers)('refuses %s', async (_who, changes) => {
    for (const path of ['/sign', '/pkcs11info?withcert=true', '/decrypt']) {
      const answer = await post(path, changes);
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ ret_code: FORBIDDEN_DOMAIN });
      expect(answer.text).not.toContain('certb64');
    }
  });

  it('takes a token once', async () => {
    const headers = popupHeaders(agent, await openPopup(agent));
    const again = () => send(agent.port, { method: 'POST', path: '/sign', headers, body: body() });
    expect((await again()).status).toBe(200);
    expect((await again()).status).toBe(403);
  });

  it('takes a token of this process only', async () => {
    const other = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', PAGE]);
    const token = await openPopup(other);
    await other.stop();
    expect((await post('/sign', { 'popup-token': token })).status).toBe(403);
  });

  it('a refused stranger does not use up the popup’s token', async () => {
    const headers = popupHeaders(agent, await openPopup(agent));
    const stranger = { ...headers, origin: PAGE, 'sec-fetch-site': 'cross-site' };
    expect((await send(agent.port, { method: 'POST', path: '/sign', headers: stranger, body: body() })).status).toBe(
      403,
    );
    expect((await send(agent.port, { method: 'POST', path: '/sign', headers, body: body() })).status).toBe(200);
  });

  it('answers GET only for the readers, with token and origin', async () => {
    const get = async (path: string, changes: Readonly<Record<string, string>> = {}) =>
      await send(agent.port, { path, headers: { ...popupHeaders(agent, await openPopup(agent)), ...changes } });
    expect((await get('/pkcs11info')).status).toBe(200);
    expect((await get('/pkcs11info', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await get('/sign')).status).toBe(403);
    expect((await send(agent.port, { path: '/pkcs11info' })).status).toBe(403);
  });

  it('never sends a CORS header', async () => {
    for (const path of ['/', '/popupForm', '/popup-bridge.js', '/sign', '/pkcs11info']) {
      const answers = [
        await send(agent.port, { path, headers: { origin: PAGE } }),
        await send(agent.port, {
          method: 'OPTIONS',
          path,
          headers: { origin: PAGE, 'access-control-request-method': 'POST' },
        }),
      ];
      for (const { headers } of answers) expect(Object.keys(headers).join()).not.toContain('access-control');
    }
  });
});

describe('the Host field (DNS rebinding)', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('%s is the agent', async name => {
    expect((await send(agent.port, { path: '/', headers: { host: `${name}:${String(agent.port)}` } })).status).toBe(
      200,
    );
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.2', 'localhost@evil.example', 'LOCALHOST'])(
    '%s is not',
    async name => {
      for (const path of ['/', '/popupForm', '/sign', '/popup-bridge.js']) {
        const host = `${name}:${String(agent.port)}`;
        expect((await send(agent.port, { path, headers: { host } })).status).toBe(421);
      }
    },
  );

  it('another port is not, and none is not', async () => {
    expect((await send(agent.port, { path: '/', headers: { host: 'localhost:61161' } })).status).toBe(421);
    expect((await send(agent.port, { path: '/', headers: { host: 'localhost' } })).status).toBe(421);
  });
});

describe('the gateway’s challenges are signed for their own site only', () => {
  const nonce = 'AAAAAAAAAAAAAAAAAAAAAA';
  const session = 'B'.repeat(43);
  const challenge = (service: string, purpose = 'login') =>
    `moica-gw.v1.${purpose}.${service}.${nonce}.1795358288.${session}`;

  it('signs for the page it names', async () => {
    expect(await askToSign(agent, { tbs: challenge('portal.gateway.example_443') })).toMatchObject({ ret_code: 0 });
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  it.each([
    ['another allowed page', { tbs: challenge('portal.gateway.example_443') }, OTHER_PAGE],
    ['another port', { tbs: challenge('portal.gateway.example_8443') }, PAGE],
    ['the other host', { tbs: challenge('other.example_443') }, PAGE],
    ['base64', { tbs: base64(challenge('other.example_443')), tbsEncoding: 'base64' }, PAGE],
    ['a CMS', { tbs: challenge('other.example_443'), signatureType: 'PKCS7' }, PAGE],
    ['an unknown purpose', { tbs: challenge('portal.gateway.example_443', 'transfer') }, PAGE],
    ['a later version', { tbs: challenge('portal.gateway.example_443').replace('.v1.', '.v2.') }, PAGE],
    ['a line break after it', { tbs: `${challenge('portal.gateway.example_443')}\n` }, PAGE],
    ['the prefix alone', { tbs: 'moica-gw.' }, PAGE],
  ])('refuses it for %s', async (_case, fields, page) => {
    const reply = await askToSign(agent, fields, page);
    expect(reply).toMatchObject({ func: 'sign', ret_code: FORBIDDEN_DOMAIN, message: '禁止存取的網域' });
    expect(reply.signature).toBeUndefined();
  });

  it('refuses a digest (RAW), whose text cannot be seen', async () => {
    const digest = { tbs: base64('0'.repeat(51)), tbsEncoding: 'base64', signatureType: 'RAW' };
    expect(await askToSign(agent, digest)).toMatchObject({ ret_code: 0x76300002 });
  });

  it('refuses bytes that are signed attributes of a CMS over something else (RFC 5652 5.4)', async () => {
    const attributes = Buffer.from(
      `3149301806092a864886f70d010903310b06092a864886f70d010701302d06092a864886f70d01090431220420${'ab'.repeat(32)}`,
      'hex',
    );
    const fields = { tbs: attributes.toString('base64'), tbsEncoding: 'base64' };
    expect(await askToSign(agent, fields)).toMatchObject({ ret_code: FORBIDDEN_DOMAIN });
    expect(await askToSign(agent, { tbs: '1 text that begins with the same octet' })).toMatchObject({ ret_code: 0 });
  });
});

describe('requests that are wrong', () => {
  const pad = 'A'.repeat(20_000);
  it.each([
    ['no JSON', '{"func":', 0x7600000b],
    ['a JSON array', '[]', 0x7600000c],
    ['no func', '{}', 0x7600000c],
    ['another func', '{"func":"changeUserPINCode"}', 0x7600000e],
    ['no tbs', signMessage({ tbs: undefined }), 0x76000003],
    ['an empty tbs', signMessage({ tbs: '' }), 0x76000003],
    ['no PIN', signMessage({ pin: undefined }), 0x76000998],
    ['an empty PIN', signMessage({ pin: '' }), 0x76000998],
    ['an escaped PIN: two readings, one of which costs a try', signMessage({ pin: '12%33456' }), 0x83000105],
    ['a PIN that is a number', signMessage({ pin: 246810 }), 0x7600000c],
    ['no hash algorithm', signMessage({ hashAlgorithm: undefined }), 0x7600000c],
    ['SHA-1', signMessage({ hashAlgorithm: 'SHA1' }), 0x7600000c],
    ['MD5', signMessage({ hashAlgorithm: 'MD5' }), 0x7600000c],
    ['another signature type', signMessage({ signatureType: 'XML' }), 0x76300002],
    ['another encoding', signMessage({ tbsEncoding: 'hex' }), 0x7600000c],
    ['base64 that is none', signMessage({ tbs: '*', tbsEncoding: 'base64' }), 0x76600002],
    ['a text longer than any sheet', signMessage({ tbs: pad }), 0x7600000c],
  ])('%s', async (_case, message, retCode) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    expect(await ask(agent, '/sign', text)).toMatchObject({ func: 'sign', ret_code: retCode });
  });

  it('no tbsPackage, or two', async () => {
    expect(JSON.parse((await post('/sign', {}, 'x=1')).text)).toMatchObject({ ret_code: 0x7600000c });
    expect(JSON.parse((await post('/sign', {}, `${body()}&${body()}`)).text)).toMatchObject({ ret_code: 0x7600000c });
  });

  it.each([70_000, 5_000_000])('a body of %s bytes is over the limit', async length => {
    const answer = await post('/sign', {}, `tbsPackage=${'A'.repeat(length)}`);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ ret_code: 0x7600000a });
  });

  it('other operations of the component are answered "unsupported" under their own names', async () => {
    const unsupported = 0x7600000e;
    expect(await ask(agent, '/decrypt', '{"func":"DecryptData"}')).toMatchObject({
      func: 'decrypt',
      ret_code: unsupported,
    });
    expect(await ask(agent, '/umakeSig', '{}')).toMatchObject({ func: 'sign', ret_code: unsupported });
    const changePin = await ask(agent, '/CardManagement/sendCardCommand', '{"func":"changeUserPINCode"}');
    expect(changePin).toMatchObject({ func: 'changeUserPINCode', ret_code: unsupported });
  });

  it.each([
    ['GET', '/nothing-here', 404],
    ['GET', '/constructor', 404],
    ['GET', '/../sign', 403],
    ['POST', '/popupForm', 405],
    ['DELETE', '/', 405],
    ['GET', '//', 400],
  ])('%s %s is %s', async (method, path, status) => {
    expect((await send(agent.port, { method, path })).status).toBe(status);
  });

  it('a client that never finishes its request is cut off while others are served', async () => {
    const slow = connect(agent.port, '127.0.0.1');
    slow.write(`GET / HTTP/1.1\r\nHost: localhost:${String(agent.port)}\r\nX: `);
    const answer = await new Promise<string>(resolve => {
      let text = '';
      slow.setEncoding('utf8').on('data', (part: string) => (text += part));
      slow.once('close', () => resolve(text));
      void send(agent.port, { path: '/' }).then(({ status }) => expect(status).toBe(200));
    });
    expect(answer).toContain('408');
  });

  it('nothing of a request is printed, its PIN least of all', async () => {
    await askToSign(agent, { tbs: 'moica-gw.secret-marker' });
    expect(agent.printed()).not.toContain(PIN);
    expect(agent.printed()).not.toContain('secret-marker');
  });
});
