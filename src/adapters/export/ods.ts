import { strToU8, zipSync } from 'fflate';
import type { ExportedTable } from '../../flows/ports/files.ts';
import { columnTitle, type Footer } from './footer.ts';

const NAMESPACES = [
  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
  'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
  'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"',
  'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
].join(' ');
const MIME_TYPE = 'application/vnd.oasis.opendocument.spreadsheet';
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';

const MANIFEST = `${PROLOGUE}
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="${MIME_TYPE}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`;

/**
 * OpenDocument 1.3 spreadsheet of one sheet. Every cell is of type string, so that no content is ever computed: a text
 * that begins with `=` is that text.
 */
export function writeOds(table: ExportedTable, footer: Footer): Uint8Array {
  const sheetName = table.title.zh.replace(/[[\]*?:/\\']/g, ' ').slice(0, 31);
  const rows = [row(table.columns.map(columnTitle), 'head'), ...table.rows.map(cells => row(cells)), row([])].concat(
    footer.map(cells => row(cells)),
  );
  const columns = `<table:table-column table:number-columns-repeated="${Math.max(2, table.columns.length)}" table:style-name="wide"/>`;
  const content = `${PROLOGUE}
<office:document-content ${NAMESPACES} office:version="1.3"><office:automatic-styles><style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="4cm"/></style:style><style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="${escapeXml(sheetName)}">${columns}${rows.join('')}</table:table></office:spreadsheet></office:body></office:document-content>`;
  // The type goes first and uncompressed: that is how programs know the file (OpenDocument part 2, 3.3).
  return zipSync(
    {
      mimetype: [strToU8(MIME_TYPE), { level: 0 }],
      'content.xml': strToU8(content),
      'META-INF/manifest.xml': strToU8(MANIFEST),
    },
    { mtime: table.exportedAt },
  );
}

function row(cells: readonly string[], style?: 'head'): string {
  const attribute = style === undefined ? '' : ` table:style-name="${style}"`;
  const written = cells.map(cell => {
    const lines = cell.split(/\r\n|\r|\n/).map(line => `<text:p>${escapeXml(line)}</text:p>`);
    return `<table:table-cell${attribute} office:value-type="string">${lines.join('')}</table:table-cell>`;
  });
  return `<table:table-row>${written.join('') || '<table:table-cell/>'}</table:table-row>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 text: what XML cannot hold becomes U+FFFD. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, character => ENTITIES[character] ?? '');
}
