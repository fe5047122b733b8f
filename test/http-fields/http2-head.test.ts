import { describe, expect, test } from 'vitest';
import { readHttp2Head } from '../../src/http-fields/http2-head.ts';

const HEAD = [':method', 'GET', ':scheme', 'https', ':authority', 'a.test', ':path', '/x?y'];

function read(fields: readonly string[], endsWithHead = true) {
  const reading = readHttp2Head(fields, endsWithHead, 1_000);
  return reading.ok ? reading.line : reading.failure.code;
}

describe('a request of HTTP/2 said in HTTP/1.1 (RFC 9113 section 8.3.1)', () => {
  test('has the authority as its one Host, its cookies in one field, the rest as it came', () => {
    expect(read([...HEAD, 'cookie', 'a=1', 'x-b', 'c', 'host', 'a.test', 'cookie', 'd=2', 'te', 'trailers'])).toEqual({
      method: 'GET',
      url: '/x?y',
      httpVersion: '1.1',
      rawHeaders: ['host', 'a.test', 'x-b', 'c', 'te', 'trailers', 'cookie', 'a=1; d=2'],
    });
  });

  test.each([
    ['ends with its head', true, [], []],
    ['ends with its head, and says so', true, ['content-length', '0'], ['content-length', '0']],
    ['has content of a length', false, ['content-length', '5'], ['content-length', '5']],
    ['has content', false, [], ['transfer-encoding', 'chunked']],
  ])('where it %s', (_name, endsWithHead, fields, framing) => {
    expect(read([...HEAD, ...fields], endsWithHead)).toMatchObject({ rawHeaders: ['host', 'a.test', ...framing] });
  });

  // What the library in front refuses as well, for the day on which it does not.
  test.each<[string, readonly string[], string]>([
    ['a coding', [...HEAD, 'transfer-encoding', 'chunked'], 'field-of-http1'],
    ['Connection', [...HEAD, 'connection', 'close'], 'field-of-http1'],
    ['Upgrade', [...HEAD, 'upgrade', 'h2c'], 'field-of-http1'],
    ['TE of another kind', [...HEAD, 'te', 'gzip'], 'field-of-http1'],
    ['a name in capitals', [...HEAD, 'X-B', 'c'], 'field-invalid'],
    ['a line end in a name', [...HEAD, 'x\r\nb', 'c'], 'field-invalid'],
    ['an empty name', [...HEAD, '', 'c'], 'field-invalid'],
    ['CR in a value', [...HEAD, 'x-b', 'c\rd'], 'field-invalid'],
    ['LF in a value', [...HEAD, 'x-b', 'c\nd'], 'field-invalid'],
    ['NUL in a value', [...HEAD, 'x-b', 'c\0'], 'field-invalid'],
    ['a pseudo field after another field', [...HEAD.slice(2), 'x-b', 'c', ':method', 'GET'], 'pseudo-fields-invalid'],
    ['a pseudo field twice', [...HEAD, ':path', '/admin'], 'pseudo-fields-invalid'],
    ['one that does not exist', [':protocol', 'websocket', ...HEAD], 'pseudo-fields-invalid'],
    ['no method', HEAD.slice(2), 'pseudo-fields-invalid'],
    ['no path', HEAD.slice(0, 6), 'target-form'],
    ['no scheme', [...HEAD.slice(0, 2), ...HEAD.slice(4)], 'target-form'],
    ['an absolute path', [...HEAD.slice(0, 6), ':path', 'https://a.test/'], 'target-form'],
    ['no authority', [...HEAD.slice(0, 4), ...HEAD.slice(6), 'host', 'a.test'], 'host-missing'],
    ['another Host', [...HEAD, 'host', 'b.test'], 'host-differs'],
    ['two Hosts', [...HEAD, 'host', 'a.test', 'host', 'a.test'], 'host-differs'],
    ['CONNECT', [':method', 'CONNECT', ':authority', 'a.test'], 'method-refused'],
    ['a length without content', [...HEAD, 'content-length', '5'], 'content-length-invalid'],
    ['more than its limit', [...HEAD, 'x-b', 'c'.repeat(1_000)], 'fields-too-long'],
  ])('is none with %s', (_name, fields, code) => {
    expect(read(fields)).toBe(code);
  });
});
