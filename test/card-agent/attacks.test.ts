import { verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign, openPopup, popupHeaders, send, signMessage } from './popup-client.ts';
import { SoftCardFolder, makeCard } from './soft-card-folder.ts';

const FORBIDDEN_DOMAIN = 0x7600000f;
const HERE = 'portal.gateway.example_443';

let agent: AgentProcess;

beforeAll(async () => {
  const folder = new SoftCardFolder();
  folder.issue('wang', await makeCard());
  folder.insert({ 'Test Reader 0': 'wang' });
  agent = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', PAGE]);
});
afterAll(async () => {
  await agent.stop();
});

const challenge = (service: string) => `moica-gw.v1.login.${service}.${'A'.repeat(22)}.1795358288.${'B'.repeat(43)}`;

const form = (json: string) => new URLSearchParams({ tbsPackage: json }).toString();

async function signAs(pageOrigin: string, json = JSON.stringify(signMessage())) {
  const headers = popupHeaders(agent, await openPopup(agent), pageOrigin);
  return await send(agent.port, { method: 'POST', path: '/sign', headers, body: form(json) });
}

describe('origins that look like the allowed one', () => {
  it.each([
    ['a longer domain', `${PAGE}.evil.example`],
    ['another scheme', PAGE.replace('https', 'http')],
    ['upper case', PAGE.toUpperCase()],
    ['an upper-case host', PAGE.replace('portal', 'Portal')],
    ['a dot at the end', `${PAGE}.`],
    ['a user name before it', PAGE.replace('https://', 'https://user@')],
    ['the host as a user name', `${PAGE}@evil.example`],
    ['its default port written out', `${PAGE}:443`],
    ['another port', `${PAGE}:8443`],
    ['blanks around it', ` ${PAGE} .`],
    ['two of them', `${PAGE}, ${PAGE}`],
    ['nothing', ''],
    ['null', 'null'],
    ['a name of every object', '__proto__'],
  ])('%s', async (_case, origin) => {
    const answer = await signAs(origin);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ ret_code: FORBIDDEN_DOMAIN });
  });

  it('a page origin that is sent twice is none', async () => {
    const { 'page-origin': origin, ...headers } = popupHeaders(agent, await openPopup(agent));
    const twice = { ...headers, 'page-origin': [origin, 'https://evil.example'] };
    const answer = await send(agent.port, { method: 'POST', path: '/sign', headers: twice, body: form('{}') });
    expect(answer.status).toBe(403);
  });
});

describe('texts around a challenge', () => {
  const base64 = (text: string, encoding: BufferEncoding = 'utf8') => ({
    tbs: Buffer.from(text, encoding).toString('base64'),
    tbsEncoding: 'base64',
  });
  const foreign = challenge('other.example_443');

  it.each([
    ['a host in upper case', { tbs: challenge('PORTAL.gateway.example_443') }],
    ['a host with a dot at the end', { tbs: challenge('portal.gateway.example._443') }],
    ['a port with a zero before it', { tbs: challenge('portal.gateway.example_0443') }],
    ['two services', { tbs: challenge(`${HERE}.other.example_443`) }],
    ['this service inside another', { tbs: challenge(`portal.gateway.example_443.other.example_443`) }],
    ['a longer text that begins with it', { tbs: `${challenge(HERE)} and more` }],
    ['another one in CMS, as base64', { ...base64(foreign), signatureType: 'PKCS7' }],
    ['base64 with plus signs eaten', base64(`${foreign}\u{3ffff}`)],
    ['an octet that is no text behind it', base64(`${foreign}\u00ff`, 'latin1')],
  ])('is not signed: %s', async (_case, fields) => {
    expect(await askToSign(agent, fields)).toMatchObject({ ret_code: FORBIDDEN_DOMAIN });
  });
});

describe('JSON that says two things', () => {
  it('what is judged is what is signed', async () => {
    const fields = JSON.stringify(signMessage()).slice(1, -1);
    const second = `{"tbs":"harmless",${fields.replace('a-text-to-be-signed', challenge('other.example_443'))}}`;
    expect(JSON.parse((await signAs(PAGE, second)).text)).toMatchObject({ ret_code: FORBIDDEN_DOMAIN });
    const first = `{"tbs":"${challenge('other.example_443')}",${fields}}`;
    const reply = JSON.parse((await signAs(PAGE, first)).text) as { signature: string; certb64: string };
    const { publicKey } = new X509Certificate(Buffer.from(reply.certb64, 'base64'));
    const signature = Buffer.from(reply.signature, 'base64');
    expect(verify('sha256', Buffer.from('a-text-to-be-signed'), publicKey, signature)).toBe(true);
  });

  it.each([
    [
      'a PIN in the prototype',
      '{"func":"MakeSignature","tbs":"x","hashAlgorithm":"SHA256","__proto__":{"pin":"246810"}}',
      0x76000998,
    ],
    ['a prototype alone', '{"__proto__":{"func":"MakeSignature"}}', 0x7600000c],
    ['a constructor for a func', '{"func":{"constructor":"MakeSignature"}}', 0x7600000c],
    ['a deep nest', `{"func":"MakeSignature","tbs":${'['.repeat(9000)}${']'.repeat(9000)}}`, 0x7600000c],
    ['a broken character', '{"func":"MakeSignature","tbs":"\\ud800","hashAlgorithm":"SHA256"}', 0x76000998],
  ])('%s', async (_case, json, retCode) => {
    expect(await ask(agent, '/sign', json)).toMatchObject({ ret_code: retCode });
  });
});

describe('requests that take their time or their liberties', () => {
  const head = async (length: number) => {
    const fields = Object.entries(popupHeaders(agent, await openPopup(agent))).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return [
      'POST /sign HTTP/1.1',
      `host: localhost:${String(agent.port)}`,
      ...fields,
      `content-length: ${String(length)}`,
      '',
      '',
    ].join('\r\n');
  };

  function exchange(text: string): Promise<string> {
    return new Promise(resolve => {
      const socket = connect(agent.port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(answer));
      socket.write(text);
    });
  }

  it('many connections that say nothing do not keep anybody out', async () => {
    const silent = Array.from({ length: 300 }, () => connect(agent.port, '127.0.0.1').on('error', () => undefined));
    await Promise.all(silent.map(socket => once(socket, 'connect')));
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    for (const socket of silent) socket.destroy();
  });

  it('a body that never comes is cut off, and meanwhile the card works', async () => {
    const slow = exchange(`${await head(500)}tbsPackage=`);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect(await slow).not.toContain('200 OK');
  });

  it.each([
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two hosts', 'host: evil.example\r\ncontent-length: 0\r\n\r\n'],
  ])('%s', async (_case, rest) => {
    const start = `POST /sign HTTP/1.1\r\nhost: localhost:${String(agent.port)}\r\nconnection: close\r\n`;
    expect(await exchange(start + rest)).toMatch(/^HTTP\/1\.1 4(?:00|03|21) /);
  });

  it('an absolute target names no other host', async () => {
    const start = `GET http://evil.example/popupForm HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`;
    expect(await exchange(start)).toMatch(/^HTTP\/1\.1 421 /);
  });
});
