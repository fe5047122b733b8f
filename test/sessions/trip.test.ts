import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReturnPath, judgeEntryCode, type EntryCode } from '../../src/sessions/trip.ts';

describe('an entry code that comes back', () => {
  const entry: EntryCode = {
    systemId: 'company',
    returnPath: '/',
    tripCookieHash: 'mine',
    sessionReference: 'session',
  };
  const presented = { systemId: 'company', tripCookieHash: 'mine' };

  test('lets in the browser that began the trip, into its system', () => {
    expect(judgeEntryCode(entry, presented)).toBeNull();
  });

  test.each([
    ['unknown, spent or expired', undefined, presented, 'entry-code-unknown'],
    ['of another system', entry, { ...presented, systemId: 'business' }, 'entry-of-another-system'],
    ['of another browser', entry, { ...presented, tripCookieHash: 'another' }, 'entry-of-another-browser'],
    ['in a browser without cookies', entry, { ...presented, tripCookieHash: undefined }, 'entry-cookies-off'],
    [
      'unknown in a browser without cookies',
      undefined,
      { ...presented, tripCookieHash: undefined },
      'entry-cookies-off',
    ],
  ])('one %s is refused', (_defect, given, with_, code) => {
    expect(judgeEntryCode(given, with_)).toEqual({ code });
  });
});

describe('a return path', () => {
  test.each(['/', '/a/b?c=d&e=%E5%85%AC', '/?', `/${'x'.repeat(2_047)}`, '/a//b', "/~!$&'()*+,;=:@"])(
    '%.40s is kept',
    path => {
      expect(isReturnPath(path)).toBe(true);
    },
  );

  test.each([
    ['nothing', ''],
    ['another origin', 'https://evil.example/'],
    ['another host', '//evil.example/'],
    ['another host, as browsers read it', '/\\evil.example/'],
    ['a backslash further on', '/a\\b'],
    ['a relative one', 'a/b'],
    ['a line break', '/a\r\nSet-Cookie: x'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a space', '/a b'],
    ['Chinese that was not encoded', '/公司'],
    ['one octet too many', `/${'x'.repeat(2_048)}`],
    ['asterisk-form', '*'],
  ])('%s is not', (_defect, path) => {
    expect(isReturnPath(path)).toBe(false);
  });

  test('never leads off the host, whatever it is', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      ':',
      '@',
      '\t',
      '\n',
      'evil.example',
      'javascript:',
      '//',
      '%2f',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), pieces => {
        const path = pieces.join('');
        if (!isReturnPath(path)) return;
        expect(new URL(path, 'https://company.gateway.test:8443').origin).toBe('https://company.gateway.test:8443');
      }),
    );
  });
});
