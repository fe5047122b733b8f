import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CSV_SIZE_LIMIT_BYTES, readCsv } from '../../../src/flows/operations/read-csv.ts';

const COLUMNS = [
  { name: 'name', needed: true, maxLength: 10 },
  { name: 'day', needed: false, maxLength: 10, kind: 'day' },
  { name: 'status', needed: false, maxLength: 10, choices: ['left'] },
] as const;
const read = (text: string | Uint8Array) =>
  readCsv(typeof text === 'string' ? new TextEncoder().encode(text) : text, COLUMNS);

test.each([
  ['plain', 'name,day\n王示範,2026-11-22\n'],
  ['with byte order mark and CRLF', '\uFEFFname,day\r\n王示範,2026-11-22\r\n'],
  ['tab separated, columns in another order', 'day\tname\n2026-11-22\t王示範\n'],
  ['quoted, with spaces and empty lines', '\n"name", day\n\n" 王示範 ",2026-11-22\n\n'],
])('D1-042 reads a file %s', (_name, text) => {
  const outcome = read(text);
  expect(outcome).toMatchObject({
    ok: true,
    rows: [{ cells: { name: '王示範', day: '2026-11-22', status: null } }],
  });
});

test.each([
  ['a column is missing', 'day\n2026-11-22\n', { line: 1, column: 'name', code: 'column-missing' }],
  ['a column is misspelt', 'name,dya\na,b\n', { line: 1, column: 'dya', code: 'column-unknown' }],
  ['a column stands twice', 'name,name\na,b\n', { line: 1, column: 'name', code: 'column-twice' }],
  ['nothing but a header', 'name\n', { line: 1, code: 'no-lines' }],
  ['nothing', '', { line: 1, code: 'no-lines' }],
  ['a line is short', 'name,day\na,2026-11-22\nb\n', { line: 3, code: 'cells-missing-or-too-many' }],
  ['a line is long', 'name\na,b\n', { line: 2, code: 'cells-missing-or-too-many' }],
  ['a cell is empty', 'name,day\n,2026-11-22\n', { line: 2, column: 'name', code: 'missing' }],
  ['a cell is long', `name\n${'字'.repeat(11)}\n`, { line: 2, column: 'name', code: 'too-long' }],
  ['a cell holds a control character', 'name\na\u0007\n', { line: 2, column: 'name', code: 'control-character' }],
  ['a cell holds a second line', 'name\n"a\nb"\n', { column: 'name', code: 'control-character' }],
  ['a day does not exist', 'name,day\na,2026-02-30\n', { line: 2, column: 'day', code: 'not-of-its-kind' }],
  ['digits are full-width', 'name,day\na,２０２６-11-22\n', { line: 2, column: 'day', code: 'not-half-width' }],
  ['a word is none of the list', 'name,status\na,gone\n', { line: 2, column: 'status', code: 'not-a-choice' }],
  ['a quote is never closed', 'name\n"a\n', { code: 'not-csv' }],
  ['it is Big5', Uint8Array.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0xa4, 0xa4]), { line: 1, code: 'not-utf-8' }],
  ['it is too large', new Uint8Array(CSV_SIZE_LIMIT_BYTES + 1), { line: 1, code: 'file-too-large' }],
  ['it has too many lines', `name\n${'a\n'.repeat(20_001)}`, { line: 20_002, code: 'too-many-lines' }],
])('D1-042 refuses a file where %s, with the line', (_name, text, problem) => {
  expect(read(text)).toMatchObject({ ok: false, problems: [problem] });
});

test('D1-042 one bad line of many and nothing is read; every one is named', () => {
  const outcome = read('name,day\na,2026-01-01\nb,x\nc,2026-01-01\n,y\n');
  if (outcome.ok) throw new Error('read');
  expect(outcome.problems.map(({ line, column }) => [line, column])).toEqual([
    [3, 'day'],
    [5, 'name'],
    [5, 'day'],
  ]);
});

test('whatever bytes come, it answers', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => typeof read(bytes).ok === 'boolean'));
  fc.assert(fc.property(fc.string({ maxLength: 300 }), text => typeof read(`name\n${text}`).ok === 'boolean'));
});
