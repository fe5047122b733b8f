import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeSigned } from '../../../src/card-agent/hipki/gateway-challenge.ts';
import { parsePageOrigin } from '../../../src/card-agent/hipki/page-origin.ts';

const page = (text: string) => {
  const origin = parsePageOrigin(text);
  if (origin === undefined) throw new Error(`${text} is no origin`);
  return origin;
};
const PORTAL = page('https://portal.gateway.example');

const SHEET = 'a'.repeat(64);
const NONCE = 'AAAAAAAAAAAAAAAAAAAA-_';
const SESSION = `${'B'.repeat(41)}-_`;
const judge = (tbs: string, origin = PORTAL) => mayBeSigned(Buffer.from(tbs, 'utf8'), origin);

describe('a challenge of this gateway', () => {
  const form = (service: string, purpose = 'login') =>
    `moica-gw.v1.${purpose}.${service}.${NONCE}.1795358288.${SESSION}`;

  it.each(['login', 'bind', 'apply', 'confirm', `sign.${SHEET}`])('for %s is signed for its host and port', purpose => {
    expect(judge(form('portal.gateway.example_443', purpose))).toBe(true);
    expect(judge(form('portal.gateway.example_8443', purpose), page('https://portal.gateway.example:8443'))).toBe(true);
  });

  it('for a host without dots, on loopback', () => {
    expect(judge(form('localhost_8443'), page('https://localhost:8443'))).toBe(true);
    expect(judge(form('localhost_80'), page('http://localhost'))).toBe(true);
  });

  it('made as the gateway makes it, with every nonce length', () => {
    for (const bytes of [16, 24, 32]) {
      const nonce = randomBytes(bytes).toString('base64url');
      const session = createHash('sha256').update(nonce).digest('base64url');
      expect(judge(`moica-gw.v1.login.portal.gateway.example_443.${nonce}.1795358288.${session}`)).toBe(true);
    }
  });

  const good = form('portal.gateway.example_443');
  it.each([
    ['another host', form('company.gateway.example_443')],
    ['a parent of the host', form('gateway.example_443')],
    ['a child of the host', form('evil.portal.gateway.example_443')],
    ['another port', form('portal.gateway.example_8443')],
    ['a port with a leading zero', form('portal.gateway.example_0443')],
    ['no port', form('portal.gateway.example')],
    ['the host in capitals', form('Portal.gateway.example_443')],
    ['two services', form('evil.example_443.portal.gateway.example_443')],
    [
      'the service of a page hidden in the nonce',
      `moica-gw.v1.login.evil.example_443.portal_443.1795358288.${SESSION}`,
    ],
    ['no purpose', good.replace('.login.', '.')],
    ['an unknown purpose', form('portal.gateway.example_443', 'pay')],
    ['sign without a sheet', form('portal.gateway.example_443', 'sign')],
    ['sign with a short hash', form('portal.gateway.example_443', `sign.${SHEET.slice(1)}`)],
    ['login with a sheet', form('portal.gateway.example_443', `login.${SHEET}`)],
    ['a short nonce', good.replace(NONCE, NONCE.slice(1))],
    ['an expiry that is no time', good.replace('1795358288', '179535828x')],
    ['a short session hash', good.slice(0, -1)],
    ['something behind it', `${good}.x`],
    ['a line break behind it', `${good}\n`],
    ['another version', good.replace('v1', 'v2')],
    ['no version', 'moica-gw.'],
  ])('is refused with %s', (_defect, tbs) => {
    expect(judge(tbs)).toBe(false);
  });
});

describe('a text that is no challenge of this gateway', () => {
  it.each(['hello', 'moica-gateway', 'Moica-gw.v1', ' moica-gw.v1', '示範', '1'])('%s is signed', tbs => {
    expect(judge(tbs)).toBe(true);
  });

  it('no text that begins like a challenge is signed unless it names the page (property)', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), rest => {
        const tbs = `moica-gw.${rest}`;
        return !judge(tbs) || tbs.includes('.portal.gateway.example_443.');
      }),
    );
  });
});

describe('origins of pages', () => {
  it.each([
    ['https://portal.example', 'portal.example', 443],
    ['https://portal.example:8443', 'portal.example', 8443],
    ['https://xn--fiq228c.example', 'xn--fiq228c.example', 443],
    ['http://localhost:3000', 'localhost', 3000],
    ['http://portal.gateway.localhost', 'portal.gateway.localhost', 80],
    ['http://127.0.0.1:8080', '127.0.0.1', 8080],
  ])('%s', (text, host, port) => {
    expect(parsePageOrigin(text)).toEqual({ text, host, port });
  });

  it.each([
    'http://portal.example',
    'https://portal.example/',
    'https://portal.example:443',
    'https://PORTAL.example',
    'https://中文.example',
    'https://user@portal.example',
    'https://portal.example#',
    'ftp://portal.example',
    'file:///etc',
    'null',
    '*',
    '',
    `https://${'a'.repeat(300)}.example`,
  ])('%s is none', text => {
    expect(parsePageOrigin(text)).toBeUndefined();
  });
});
