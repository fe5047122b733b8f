import type { TableWriter, TwoLanguages } from '../../flows/ports/files.ts';
import { writeCsv } from './csv.ts';
import { composeFooter } from './footer.ts';
import { writeOds } from './ods.ts';

/** Writes exports with the ownership notice of the configuration (D1-004): no caller can forget it. */
export function createTableWriter(settings: { readonly ownershipNotice: TwoLanguages }): TableWriter {
  return {
    write(format, table) {
      const footer = composeFooter(table, settings.ownershipNotice);
      switch (format) {
        case 'csv':
          return { body: writeCsv(table, footer), contentType: 'text/csv; charset=utf-8; header=present' };
        case 'ods':
          return { body: writeOds(table, footer), contentType: 'application/vnd.oasis.opendocument.spreadsheet' };
      }
    },
  };
}
