import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskValue } from '../../src/audit/mask.ts';
import {
  composeNamedParameters,
  markForSearch,
  NO_NAMED_PARAMETERS,
  readNamedValues,
  type MarkKey,
} from '../../src/audit/named-values.ts';

const KEY: MarkKey = { id: '0badc0de', key: new Uint8Array(32).fill(7) };
const PARAMETERS = composeNamedParameters(['idNo', 'name'], ['caseNo']);
const read = (query: string) => readNamedValues(query, PARAMETERS, KEY);
const markOfId = markForSearch('subject', 'A123456789', KEY);

describe('the parameters of a query that a system names', () => {
  test('are kept masked and with a keyed mark, and nothing else of the query', () => {
    const values = read('?token=secret&idNo=A123456789&caseNo=1140001234&note=A987654321');
    expect(values).toEqual([
      { as: 'subject', parameter: 'idNo', masked: 'A1••••••89', mark: markOfId },
      { as: 'case', parameter: 'caseNo', masked: '11••••••34', mark: markForSearch('case', '1140001234', KEY) },
    ]);
    expect(JSON.stringify(values)).not.toMatch(/secret|123456|987654/);
  });

  test.each([
    ['another case of the name', '?IDNO=A123456789'],
    ['an encoded name', '?%69d%4eo=A123456789'],
    ['an encoded value', '?idNo=%41%31%32%33456789'],
    ['small letters', '?idNo=a123456789'],
    ['spaces', '?idNo=+A12345+6789%20'],
    ['full-width letters', `?idNo=${encodeURIComponent('Ａ１２３４５６７８９')}`],
    ['invisible characters', '?idNo=A123%E2%80%8B456789%00'],
    ['a semicolon between parameters', '?page=1;idNo=A123456789'],
    ['the second of two', '?idNo=&idNo=A123456789'],
    ['the same twice', '?idNo=A123456789&idNo=a123456789'],
    ['an empty part before it', '?&&=x&idNo=A123456789'],
  ])('are found with %s', (_, query) => {
    expect(read(query)).toEqual([{ as: 'subject', parameter: 'idNo', masked: 'A1••••••89', mark: markOfId }]);
  });

  test.each([
    ['none', ''],
    ['an empty query', '?'],
    ['only others', '?id=A123456789&idNo2=A123456789'],
    ['a name without value', '?idNo'],
    ['an empty value', '?idNo='],
    ['a blank value', '?idNo=%20%00+'],
    ['the value of another as name', '?x=idNo=A123456789'],
  ])('are none in %s', (_, query) => {
    expect(read(query)).toEqual([]);
  });

  test('every one of several is kept: a person asked about cannot hide behind others', () => {
    const people = Array.from({ length: 300 }, (_, index) => `A1${String(index).padStart(8, '0')}`);
    const values = read(`?${people.map(id => `idNo=${id}`).join('&')}`);
    expect(values).toHaveLength(300);
    expect(values.at(-1)?.mark).toBe(markForSearch('subject', people.at(-1) ?? '', KEY));
  });

  test('bytes that are no UTF-8 are hidden wholly, and told apart by their mark', () => {
    // 王小明 in Big5.
    const [big5, other] = [read('?name=%A4%FD%A4%70%A9%FA'), read('?name=%A4%FD%A4%70%A9%FB')];
    expect(big5).toMatchObject([{ masked: '••' }]);
    expect(big5[0]?.mark).not.toBe(other[0]?.mark);
    expect(read('?name=%a4%fd%a4p%a9%fa')).toEqual(big5);
  });

  test('a malformed encoding stands for itself', () => {
    expect(read('?name=100%zz%')).toMatchObject([
      { masked: '1•••••%', mark: markForSearch('subject', '100%zz%', KEY) },
    ]);
  });

  test('an over-long value is short in the record, and its mark is of all of it', () => {
    const [one] = read(`?name=${'x'.repeat(8_000)}1`);
    const [other] = read(`?name=${'x'.repeat(8_000)}2`);
    expect(one?.masked).toHaveLength(16);
    expect(one?.mark).toHaveLength(31);
    expect(one?.mark).not.toBe(other?.mark);
  });

  test('a mark depends on the key, its id, and on what the value is', () => {
    const others = [
      markForSearch('case', 'A123456789', KEY),
      markForSearch('subject', 'A123456788', KEY),
      markForSearch('subject', 'A123456789', { ...KEY, key: new Uint8Array(32).fill(8) }),
      markForSearch('subject', 'A123456789', { ...KEY, id: '0badc0df' }),
    ];
    expect(new Set([markOfId, ...others]).size).toBe(5);
    expect(markOfId).toMatch(/^0badc0de\.[A-Za-z0-9_-]{22}$/);
  });

  test('a system that names none has none', () => {
    expect(readNamedValues('?idNo=A123456789', NO_NAMED_PARAMETERS, KEY)).toEqual([]);
  });

  test('no query makes it throw, and no value stands in what is kept', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii', maxLength: 60 }),
        fc.string({ minLength: 8, maxLength: 30 }),
        (rest, value) => {
          const values = read(`?${rest}&idNo=${encodeURIComponent(value.toWellFormed())}`);
          const plain = value
            .normalize('NFKC')
            .replaceAll(/[\s\p{C}]/gu, '')
            .toUpperCase();
          if (Array.from(plain).length >= 8) expect(values.some(({ masked }) => masked.includes(plain))).toBe(false);
        },
      ),
    );
  });
});

describe('a mask', () => {
  test.each([
    ['A123456789', 'A1••••••89'],
    ['12345678', '12••••78'],
    ['1234567', '1•••••7'],
    ['王小明', '王•明'],
    ['歐陽小明', '歐••明'],
    ['王明', '••'],
    ['王', '••'],
    ['', '••'],
    ['𠮷田小𠮷', '𠮷••𠮷'],
  ])('of %s is %s', (value, masked) => {
    expect(maskValue(value)).toBe(masked);
  });
});
