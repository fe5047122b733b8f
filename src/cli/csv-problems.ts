import type { CsvProblem } from '../flows/read-csv.ts';
import { formatTable, type CommandResult } from './command.ts';

/** Every problem in words, for people who have not seen the columns' rules. */
const WORDS: Readonly<Record<CsvProblem['code'], string>> = {
  'file-too-large': 'the file is larger than 4 MiB',
  'too-many-lines': 'the file has too many lines',
  'not-utf-8': 'the file is not UTF-8 text; save it as "CSV UTF-8"',
  'not-csv': 'a quotation mark is not closed, or a line is too long',
  'no-lines': 'the file has no lines below its header',
  'column-missing': 'this column is missing in the header',
  'column-unknown': 'there is no such column',
  'column-twice': 'this column stands twice in the header',
  'cells-missing-or-too-many': 'the line has more or fewer cells than the header',
  missing: 'must not be empty',
  'too-long': 'is too long',
  'control-character': 'holds a character that cannot be seen, or a second line',
  'not-half-width': 'is written in full-width characters; use half-width ones',
  'not-of-its-kind': 'is not of the form that this column has',
  'not-a-choice': 'is none of the words that this column knows',
  repeated: 'stands in the file twice',
  unknown: 'is not known here',
  taken: 'belongs to an account that exists already',
  contradiction: 'cannot be taken over for such an organisation; it needs an application with its legal basis',
};

/** The answer to a file that was refused: nothing of it was imported. */
export function refuseFile(problems: readonly CsvProblem[]): CommandResult {
  const rows = problems.map(({ line, column, code, cell }) => [String(line), column ?? '', cell ?? '', WORDS[code]]);
  const text = [
    'Nothing was imported. Correct these and try again:',
    formatTable([['LINE', 'COLUMN', 'CELL', 'PROBLEM'], ...rows]),
  ].join('\n');
  return { exitCode: 1, data: { code: 'file-refused', problems }, text };
}
