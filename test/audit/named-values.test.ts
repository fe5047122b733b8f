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

  test.each([
    'person_id',
    'Person_ID',
    'person.id',
    'person+id',
    'person%20id',
    'person%5Bid',
    'person[id',
    '+person_id',
    '%20person.id',
    'person_id%00x',
    'person_id[]',
    'person.id%5b0%5d',
    'person_id[a][b]',
    'person_id[x',
    'person_id[]x',
  ])('are found as PHP reads %s', spelling => {
    const parameters = composeNamedParameters(['person_id'], []);
    const kept = [{ as: 'subject', parameter: 'person_id', masked: 'A1••••••89', mark: markOfId }];
    const isOther = spelling === 'person_id[x';
    expect(readNamedValues(`?x=1&${spelling}=A123456789`, parameters, KEY)).toEqual(isOther ? [] : kept);
  });

  test('are found where it is the configured name that is written so, and no other member with it', () => {
    const parameters = composeNamedParameters(['filter[id]', 'ids[]'], ['q.case']);
    const parametersIn = (query: string) => readNamedValues(query, parameters, KEY).map(({ parameter }) => parameter);
    expect(parametersIn('?filter[id]=A1&Filter[id][]=A2&ids=A3&ids[3]=A4&q_case=A5')).toEqual([
      'filter[id]',
      'filter[id]',
      'ids[]',
      'ids[]',
      'q.case',
    ]);
    expect(parametersIn('?filter[name]=A1&filter=A2&filter[id=A3&q[case]=A4')).toEqual([]);
  });

  test('of very many, the first and the last are kept, and that there were more', () => {
    const people = Array.from({ length: 1_000 }, (_, index) => String(index));
    const query = `?${people.map(id => `idNo=${id}`).join('&')}`;
    const values = read(`${query}&idNo=999`);
    expect(values).toHaveLength(65);
    const marks = values.map(({ mark }) => mark);
    for (const id of ['0', '31', '968', '999']) expect(marks).toContain(markForSearch('subject', id, KEY));
    expect(values.at(-1)).toMatchObject({ as: 'subject', parameter: 'idNo', masked: '…' });
    expect(read(`${query}&idNo=1000`).at(-1)?.mark).not.toBe(marks.at(-1));
  });

  test('a row of blanks, repetitions and other parameters is not many', () => {
    const row = '&idNo=+&idNo=A123456789&idno=%41123456789&other=1'.repeat(100);
    expect(read(`?x=1${row}&caseNo=7`).map(({ parameter }) => parameter)).toEqual(['idNo', 'caseNo']);
    const people = Array.from({ length: 64 }, (_, index) => `idNo=${index}`).join('&');
    expect(read(`?${people}`)).toHaveLength(64);
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
