import type { CsvProblem } from '../flows/operations/read-csv.ts';
import { CSV_PROBLEM_WORDS } from '../web/texts/csv-problems.ts';
import { formatTable, type CommandResult } from './command.ts';

/** The answer to a file that was refused: nothing of it was imported. */
export function refuseFile(problems: readonly CsvProblem[]): CommandResult {
  const rows = problems.map(({ line, column, code, cell }) => [
    String(line),
    column ?? '',
    cell ?? '',
    CSV_PROBLEM_WORDS[code].en,
  ]);
  const text = [
    'Nothing was imported. Correct these and try again:',
    formatTable([['LINE', 'COLUMN', 'CELL', 'PROBLEM'], ...rows]),
  ].join('\n');
  return { exitCode: 1, data: { code: 'file-refused', problems }, text };
}
