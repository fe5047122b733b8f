import { describe, expect, it } from 'vitest';
import { failureOfCodes, normaliseCode, quoteWideCodes } from '../../../src/web/islands/component-codes.ts';
import { lastErrorRows, retCodeRows } from './code-rows.ts';

describe('major codes of the component (ret_code)', () => {
  const rows = retCodeRows.flatMap(([codes, meaning]) =>
    codes.map(code => [code.toString(16), code, meaning] as const),
  );
  it.each(rows)('0x%s', (_hex, code, meaning) => {
    expect(failureOfCodes(code, 0)).toEqual(meaning);
  });
});

describe('minor codes of a refused PIN (last_error)', () => {
  it.each(lastErrorRows)('%s', (_name, lastError, meaning) => {
    expect(failureOfCodes(0x76100006, normaliseCode(lastError)!)).toEqual(meaning);
  });

  it('count only with the major code that says so', () => {
    expect(failureOfCodes(0x76100008, 0xa4)).toEqual({ state: 'component-error', trouble: 'card' });
    expect(failureOfCodes(0x76000006, 0xa0)).toEqual({ state: 'no-card' });
  });
});

describe('forms of a code', () => {
  it.each([
    [0, 0],
    [1979711494, 0x76000006],
    [-536870894, 0xe0000012],
    [-1, 0xffffffff],
    ['1979711494', 0x76000006],
    [' -2147483646 ', 0x80000002],
    ['0x76100006', 0x76100006],
    ['0XFFFFFFFF80000001', 0x80000001],
    ['18446744071562067970', 0x80000002],
  ])('%s', (code, number) => {
    expect(normaliseCode(code)).toBe(number);
  });

  it.each([
    [''],
    ['ok'],
    ['0x'],
    ['1.5'],
    [1.5],
    [Number.NaN],
    [Infinity],
    [null],
    [undefined],
    [true],
    [{}],
    [[0]],
    ['9'.repeat(21)],
  ])('%s is none', code => {
    expect(normaliseCode(code)).toBeUndefined();
  });

  it('64-bit numbers in JSON keep their last digits', () => {
    const codes = (json: string) => {
      const parsed = JSON.parse(quoteWideCodes(json)) as { last_error: unknown };
      return normaliseCode(parsed.last_error);
    };
    expect(codes('{"ret_code":1980760070,"last_error":18446744071562067970}')).toBe(0x80000002);
    expect(codes('{"last_error": 18446744071562067969 ,"x":1}')).toBe(0x80000001);
    expect(codes('{"last_error":-2147483646}')).toBe(0x80000002);
  });

  it('other numbers and texts of a reply are left as they are', () => {
    const reply = '{"message":"\\"ret_code\\":123","sn":"12345678901234567890","notAfterT":2110718288}';
    expect(quoteWideCodes(reply)).toBe(reply);
  });
});
