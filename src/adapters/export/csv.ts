import { stringify } from 'csv-stringify/sync';
import type { ExportedTable } from '../../flows/ports/files.ts';
import { columnTitle, type Footer } from './footer.ts';

/**
 * RFC 4180 with CRLF and a byte order mark, by which the spreadsheet programs of our readers know UTF-8. A cell that a
 * program could take for a formula (it begins with `= + - @`, tab or CR) gets an apostrophe before it.
 */
export function writeCsv(table: ExportedTable, footer: Footer): Uint8Array {
  const lines = [table.columns.map(columnTitle), ...table.rows, [], ...footer];
  return Buffer.from(stringify(lines, { bom: true, record_delimiter: 'windows', escape_formulas: true }), 'utf8');
}
