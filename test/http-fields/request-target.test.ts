import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRequestTarget } from '../../src/http-fields/request-target.ts';

const HOST = 'company.gateway.test';
const parse = (text: string) => parseRequestTarget(text, HOST);

describe('accepts and normalises once (RFC 3986 section 6.2.2)', () => {
  test.each([
    ['/', '/', ''],
    ['/?', '/', '?'],
    ['/a/b/', '/a/b/', ''],
    ['/a.b/..c/c..', '/a.b/..c/c..', ''],
    ['/.well-known/x', '/.well-known/x', ''],
    ['/%2egateway/enter', '/.gateway/enter', ''],
    ['/%7euser', '/~user', ''],
    ['/%e4%b8%ad', '/%E4%B8%AD', ''],
    ['/a%20b', '/a%20b', ''],
    ['/a;v=1/b', '/a;v=1/b', ''],
    ['/a|b^c{d}', '/a|b^c{d}', ''],
    ['/a%25b', '/a%25b', ''],
    ['/a?b=../../c&d=%2e%2e%2f&e=//x', '/a', '?b=../../c&d=%2e%2e%2f&e=//x'],
    ['/a?b=\\"{}|', '/a', '?b=\\"{}|'],
    ['/a??b', '/a', '??b'],
    ['https://company.gateway.test', '/', ''],
    ['https://company.gateway.test?x', '/', '?x'],
    ['HTTPS://Company.Gateway.Test:443/a', '/a', ''],
  ])('%s', (text, path, query) => {
    expect(parse(text)).toEqual({ ok: true, target: { path, query } });
  });
});

describe('refuses', () => {
  test.each([
    ['target-form', ''],
    ['target-form', '*'],
    ['target-form', 'a'],
    ['target-form', '?a'],
    ['target-form', '\\a'],
    ['target-form', 'company.gateway.test:443'],
    ['target-form', 'http://company.gateway.test/'],
    ['target-form', 'ftp://company.gateway.test/'],
    ['target-form', 'javascript:alert(1)'],
    ['target-of-another-host', 'https://factory.gateway.test/'],
    ['target-of-another-host', 'https://company.gateway.test:8443/'],
    ['target-of-another-host', 'https://a@company.gateway.test/'],
    ['target-of-another-host', 'https:///a'],
    ['target-malformed', '/a b'],
    ['target-malformed', '/a#b'],
    ['target-malformed', '/a?b#c'],
    ['target-malformed', '/a\\b'],
    ['target-malformed', '/a"b'],
    ['target-malformed', '/a<b>'],
    ['target-malformed', '/a\tb'],
    ['target-malformed', '/a\0b'],
    ['target-malformed', '/中'],
    ['target-malformed', '/a?中'],
    ['target-malformed', '/\xff'],
    ['target-malformed', '/a%'],
    ['target-malformed', '/a%2'],
    ['target-malformed', '/a%u002e'],
    ['target-ambiguous', '/.'],
    ['target-ambiguous', '/..'],
    ['target-ambiguous', '/a/.'],
    ['target-ambiguous', '/a/./b'],
    ['target-ambiguous', '/a/../b'],
    ['target-ambiguous', '/%2e%2E/b'],
    ['target-ambiguous', '/.%2e/b'],
    ['target-ambiguous', '/a/..;x=1/b'],
    ['target-ambiguous', '/a/..%3bx/b'],
    ['target-ambiguous', '/a/.;/b'],
    ['target-ambiguous', '//'],
    ['target-ambiguous', '//a'],
    ['target-ambiguous', '/a//b'],
    ['target-ambiguous', '/a%2fb'],
    ['target-ambiguous', '/a%2Fb'],
    ['target-ambiguous', '/a%5cb'],
    ['target-ambiguous', '/a%00b'],
    ['target-ambiguous', '/a%0d%0ab'],
    ['target-ambiguous', '/a%7f'],
    ['target-ambiguous', '/%252e%252e/b'],
    ['target-ambiguous', '/%252f'],
    ['target-ambiguous', '/%255c'],
    ['target-ambiguous', '/%2500'],
    ['target-ambiguous', '/%25252e'],
    ['target-ambiguous', '/%c0%ae%c0%ae/b'],
    ['target-ambiguous', '/%c0%af'],
    ['target-ambiguous', '/%e0%80%af'],
    ['target-too-long', `/${'a'.repeat(8192)}`],
  ])('%s: %s', (code, text) => {
    const result = parse(text);
    expect(result).toMatchObject({ ok: false, failure: { code } });
  });
});

describe('properties', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '%25',
    ';',
    'a',
    'B',
    '~',
    '%41',
    '%e4',
    '?',
    '\\',
    '#',
  );
  const target = fc.array(piece, { maxLength: 12 }).map(pieces => `/${pieces.join('')}`);

  test('what was accepted is accepted again, unchanged: rules and systems see the same bytes', () => {
    fc.assert(
      fc.property(target, text => {
        const once = parse(text);
        if (!once.ok) return;
        const { path, query } = once.target;
        expect(parse(path + query)).toEqual(once);
      }),
    );
  });

  test('a URL parser as browsers have it sees the same path: nothing is left to resolve', () => {
    fc.assert(
      fc.property(target, text => {
        const once = parse(text);
        if (!once.ok) return;
        const seen = new URL(`https://company.gateway.test${once.target.path}${once.target.query}`);
        expect(decodeURIComponentSafely(seen.pathname)).toBe(decodeURIComponentSafely(once.target.path));
        expect(seen.host).toBe(HOST);
      }),
    );
  });

  test('any text is accepted or refused, in time that grows with its length only', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => typeof parse(text).ok === 'boolean'));
    expect(parse(`/${'a/'.repeat(4000)}\x80`).ok).toBe(false);
    expect(parse(`/${'.a'.repeat(4000)}"`).ok).toBe(false);
  });
});

function decodeURIComponentSafely(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, encoded => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}
