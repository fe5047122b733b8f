import { CsvError, parse } from 'csv-parse/sync';
import { judgeShape, judgeText, tidy } from '../../applications/judge-text.ts';
import type { FieldKind } from '../../applications/form.ts';

/** A column of a file that is imported. Cells are trimmed and NFC; an empty one that may be missing is null. */
export interface CsvColumn {
  readonly name: string;
  readonly needed: boolean;
  readonly maxLength: number;
  readonly kind?: FieldKind;
  readonly choices?: readonly string[];
}

/** What is wrong, and on which line of the file (the header is line 1); `column` null where it is the line as a whole. */
export interface CsvProblem {
  readonly line: number;
  readonly column: string | null;
  readonly code:
    | 'file-too-large'
    | 'too-many-lines'
    | 'not-utf-8'
    | 'not-csv'
    | 'no-lines'
    | 'column-missing'
    | 'column-unknown'
    | 'column-twice'
    | 'cells-missing-or-too-many'
    | 'missing'
    | 'too-long'
    | 'control-character'
    | 'not-half-width'
    | 'not-of-its-kind'
    | 'not-a-choice'
    | 'repeated'
    | 'unknown'
    | 'taken'
    | 'person-repeated'
    | 'person-taken'
    | 'namesake'
    | 'contradiction';
  /** The cell as it stands, cut; or the word that was expected. */
  readonly cell?: string;
}

export interface CsvRow<Name extends string> {
  readonly line: number;
  readonly cells: Readonly<Record<Name, string | null>>;
}

export type CsvOutcome<Name extends string> =
  | { readonly ok: true; readonly rows: readonly CsvRow<Name>[] }
  | { readonly ok: false; readonly problems: readonly CsvProblem[] };

/** An agency has hundreds of people; a spreadsheet of 20,000 lines is somebody else's file. */
const LINE_LIMIT = 20_000;
export const CSV_SIZE_LIMIT_BYTES = 4 * 1024 * 1024;
/** More problems than one can read are of no use. */
const PROBLEM_LIMIT = 100;

/**
 * Reads a CSV file (RFC 4180, comma or tab by the header, UTF-8 with or without byte order mark) whose first line names its
 * columns, in any order. Never throws for bad input: every problem is told with its line, and then there are no rows.
 */
export function readCsv<const Column extends CsvColumn>(
  file: Uint8Array,
  columns: readonly Column[],
): CsvOutcome<Column['name']> {
  if (file.byteLength > CSV_SIZE_LIMIT_BYTES) return fail(1, 'file-too-large');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch (error) {
    if (error instanceof TypeError) return fail(1, 'not-utf-8');
    throw error;
  }
  const lines: { readonly line: number; readonly record: readonly string[] }[] = [];
  try {
    parse(text, {
      delimiter: /^[^\r\n]*\t/.test(text) ? '\t' : ',',
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 20_000,
      on_record: (record: string[], { lines: line }) => {
        lines.push({ line, record });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) return fail(lineOf(error), 'not-csv');
    throw error;
  }
  const [header, ...body] = lines;
  if (header === undefined) return fail(1, 'no-lines');
  if (body.length > LINE_LIMIT) return fail(LINE_LIMIT + 2, 'too-many-lines');

  const names = header.record.map(name => name.trim().toLowerCase());
  const problems: CsvProblem[] = judgeHeader(names, columns);
  if (problems.length > 0) return { ok: false, problems };
  if (body.length === 0) return fail(1, 'no-lines');

  const rows: CsvRow<Column['name']>[] = [];
  for (const { record, line } of body) {
    if (problems.length >= PROBLEM_LIMIT) break;
    if (record.length !== names.length) {
      problems.push({ line, column: null, code: 'cells-missing-or-too-many' });
      continue;
    }
    const cells: Partial<Record<string, string | null>> = {};
    for (const column of columns) {
      const index = names.indexOf(column.name);
      const cell = index === -1 ? '' : tidy(record[index] ?? '');
      const code = judgeCell(cell, column);
      if (code !== null) problems.push({ line, column: column.name, code, cell: cell.slice(0, 40) });
      cells[column.name] = cell === '' ? null : cell;
    }
    rows.push({ line, cells: cells as Record<Column['name'], string | null> });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rows };
}

function judgeHeader(names: readonly string[], columns: readonly CsvColumn[]): CsvProblem[] {
  const known = new Set(columns.map(column => column.name));
  return [
    ...columns
      .filter(column => column.needed && !names.includes(column.name))
      .map(({ name }): CsvProblem => ({ line: 1, column: name, code: 'column-missing' })),
    // A column that is not read might be one whose name is misspelt: nothing is guessed.
    ...names
      .filter(name => !known.has(name))
      .map((name): CsvProblem => ({ line: 1, column: name.slice(0, 40), code: 'column-unknown' })),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name): CsvProblem => ({ line: 1, column: name.slice(0, 40), code: 'column-twice' })),
  ];
}

function judgeCell(cell: string, column: CsvColumn): CsvProblem['code'] | null {
  if (cell === '') return column.needed ? 'missing' : null;
  const problem = judgeText(cell, column.maxLength, false);
  if (problem === 'too-long' || problem === 'control-character') return problem;
  const shape = column.kind === undefined ? null : judgeShape(column.kind, cell);
  if (shape !== null) return shape === 'not-half-width' ? shape : 'not-of-its-kind';
  if (column.choices !== undefined && !column.choices.includes(cell)) return 'not-a-choice';
  return null;
}

function lineOf(error: CsvError): number {
  const lines: unknown = error['lines'];
  return typeof lines === 'number' ? lines : 1;
}

function fail(line: number, code: CsvProblem['code']): { ok: false; problems: CsvProblem[] } {
  return { ok: false, problems: [{ line, column: null, code }] };
}
