import { describe, expect, test } from 'vitest';
import { canonicalAuthority, parseAuthority } from '../../src/http-fields/authority.ts';
import { readRequestHead, type RequestHead } from '../../src/http-fields/request-head.ts';
import { isFromAllowedOrigin, isFromOwnPage, isTopLevelNavigation } from '../../src/http-fields/request-origin.ts';
import { composeUpstreamFields } from '../../src/http-fields/upstream-request.ts';

/** Fields given as lines. */
function fields(...lines: string[]): string[] {
  return lines.flatMap(line => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
}

function read(lines: readonly string[], options: { version?: string; isUpgrade?: boolean; method?: string } = {}) {
  return readRequestHead(
    options.method ?? 'POST',
    fields('Host: a.test', ...lines),
    options.version ?? '1.1',
    options.isUpgrade ?? false,
  );
}

function headOf(lines: readonly string[], options: Parameters<typeof read>[1] = {}): RequestHead {
  const result = read(lines, options);
  if (!result.ok) throw new Error(result.failure.code);
  return result.head;
}

describe('framing (RFC 9112 section 6)', () => {
  test.each([
    [[], null, false],
    [['Content-Length: 0'], 0, false],
    [['Content-Length: 007'], 7, false],
    [['Transfer-Encoding: chunked'], null, true],
    [['Transfer-Encoding: Chunked'], null, true],
  ])('%j', (lines, contentLength, isChunked) => {
    expect(headOf(lines)).toMatchObject({ contentLength, isChunked });
  });

  test.each<[string, string[], object?]>([
    ['framing-ambiguous', ['Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['framing-ambiguous', ['Transfer-Encoding: chunked'], { version: '1.0' }],
    ['framing-ambiguous', ['Transfer-Encoding: chunked'], { isUpgrade: true }],
    ['framing-ambiguous', ['Content-Length: 1'], { isUpgrade: true }],
    ['field-repeated', ['Content-Length: 1', 'content-length: 1']],
    ['field-repeated', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    ['field-repeated', ['host: b.test']],
    ['field-repeated', ['Origin: https://a.test', 'Origin: https://b.test']],
    ['field-repeated', ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']],
    ['content-length-invalid', ['Content-Length: 1,1']],
    ['content-length-invalid', ['Content-Length: 1e3']],
    ['content-length-invalid', ['Content-Length: ']],
    ['content-length-invalid', ['Content-Length: 1234567890123456']],
    ['transfer-coding-refused', ['Transfer-Encoding: gzip, chunked']],
    ['transfer-coding-refused', ['Transfer-Encoding: chunked;a=b']],
    ['transfer-coding-refused', ['Transfer-Encoding: ']],
    ['version-unknown', [], { version: '2.0' }],
    ['version-unknown', [], { version: '0.9' }],
    ['too-many-fields', Array.from({ length: 100 }, () => 'X-A: 1')],
  ])('refuses %s: %j', (code, lines, options = {}) => {
    expect(read(lines, options)).toMatchObject({ ok: false, failure: { code } });
  });

  test('refuses a request without Host, and one with an empty one', () => {
    expect(readRequestHead('GET', [], '1.1', false)).toMatchObject({ failure: { code: 'host-missing' } });
    expect(readRequestHead('GET', ['Host', ''], '1.1', false)).toMatchObject({ failure: { code: 'host-missing' } });
  });
});

describe('authorities', () => {
  test.each([
    ['a.test', 'a.test'],
    ['A.Test:443', 'a.test'],
    ['a.test:0443', 'a.test'],
    ['a.test:8443', 'a.test:8443'],
    ['a.test.', 'a.test.'],
    ['localhost', 'localhost'],
    ['a.test:', undefined],
    ['a.test:0', undefined],
    ['a.test:65536', undefined],
    ['a.test:80:80', undefined],
    ['a@a.test', undefined],
    ['a.test/', undefined],
    ['a..test', undefined],
    ['.a.test', undefined],
    ['-a.test', undefined],
    ['a_b.test', undefined],
    ['[::1]', undefined],
    ['a.test b.test', undefined],
    ['a.test\t', undefined],
    ['ａ.test', undefined],
    ['\u212a.test', undefined],
    ['', undefined],
    ['a'.repeat(260), undefined],
  ])('%s → %s', (text, canonical) => {
    expect(canonicalAuthority(text)).toBe(canonical);
  });

  test('take the default port of their scheme', () => {
    expect(parseAuthority('a.test', 80)).toEqual({ host: 'a.test', port: 80 });
  });
});

describe('where a request comes from', () => {
  const OWN = 'https://a.test';
  test.each<[string, string[], object, boolean, boolean]>([
    ['own origin', ['Origin: https://a.test'], {}, true, true],
    ['own origin, whatever the metadata', ['Origin: https://a.test', 'Sec-Fetch-Site: cross-site'], {}, true, true],
    ['a listed origin', ['Origin: https://listed.test'], {}, true, false],
    [
      'a foreign origin, whatever the metadata',
      ['Origin: https://b.test', 'Sec-Fetch-Site: same-origin'],
      {},
      false,
      false,
    ],
    ['a prefix of the own', ['Origin: https://a.test.evil'], {}, false, false],
    ['the own in capitals', ['Origin: HTTPS://A.TEST'], {}, false, false],
    ['null', ['Origin: null'], {}, false, false],
    ['an empty origin', ['Origin: '], {}, false, false],
    ['same-origin metadata', ['Sec-Fetch-Site: same-origin'], {}, true, true],
    ['same-site metadata', ['Sec-Fetch-Site: same-site'], {}, false, false],
    ['metadata "none"', ['Sec-Fetch-Site: none'], {}, false, false],
    ['nothing', [], {}, true, false],
    ['a foreign origin, reading', ['Origin: https://b.test'], { method: 'GET' }, true, false],
    ['a foreign origin, upgrading', ['Origin: https://b.test'], { method: 'GET', isUpgrade: true }, false, false],
    ['an unknown method', ['Origin: https://b.test'], { method: 'PURGE' }, false, false],
  ])('%s', (_name, lines, options, allowed, own) => {
    const head = headOf(lines, options);
    expect(isFromAllowedOrigin(head, OWN, ['https://listed.test'])).toBe(allowed);
    expect(isFromOwnPage(head, OWN)).toBe(own);
  });

  test.each<[string, string[], boolean]>([
    ['a navigation', ['Sec-Fetch-Dest: document', 'Sec-Fetch-Mode: navigate', 'Accept: */*'], true],
    ['a frame', ['Sec-Fetch-Dest: iframe', 'Sec-Fetch-Mode: navigate', 'Accept: text/html'], false],
    ['a script that fetches HTML', ['Sec-Fetch-Dest: empty', 'Sec-Fetch-Mode: cors', 'Accept: text/html'], false],
    ['metadata without a destination', ['Sec-Fetch-Site: same-origin', 'Accept: text/html'], false],
    ['an old browser', ['Accept: text/html,application/xhtml+xml'], true],
    ['a program', ['Accept: */*'], false],
    ['nothing said', [], false],
  ])('a page in a window of its own: %s', (_name, lines, isPage) => {
    expect(isTopLevelNavigation(headOf(lines, { method: 'GET' }))).toBe(isPage);
  });
});

describe('what goes upstream', () => {
  const additions = {
    authority: 'a.test',
    clientAddress: '192.0.2.1',
    cookies: '',
    identity: ['X-Gateway-User', 'demo'],
    requestId: 'of-ours',
  };

  test('is in the order in which it came, ours last, and framed anew', () => {
    const head = headOf(['B: 2', 'A: 1', 'B: 3', 'Content-Length: 05', 'Connection: close', 'X-Gateway-User: x']);
    expect(composeUpstreamFields(head, additions)).toEqual(
      fields(
        'Host: a.test',
        'B: 2',
        'A: 1',
        'B: 3',
        'Content-Length: 5',
        'X-Forwarded-For: 192.0.2.1',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: a.test',
        'X-Gateway-User: demo',
        'X-Gateway-Request-Id: of-ours',
      ),
    );
  });

  test('lacks what Connection names, in any spelling, but nothing that a request is judged by', () => {
    const head = headOf([
      'Connection: x_mine, content-type,Origin',
      'X-Mine: 1',
      'Content-Type: a/b',
      'Origin: https://a.test',
    ]);
    const sent = composeUpstreamFields(head, additions);
    expect(sent).not.toContain('X-Mine');
    expect(sent).toContain('Content-Type');
    expect(sent).toContain('Origin');
  });

  test('asks for trailers only if the client takes them', () => {
    expect(composeUpstreamFields(headOf(['TE: trailers, deflate;q=0.5']), additions)).toEqual(
      expect.arrayContaining(['TE', 'trailers']),
    );
    expect(composeUpstreamFields(headOf(['TE: gzip']), additions)).not.toContain('TE');
  });
});
