import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createTableWriter } from '../../../src/adapters/export/table-writer.ts';
import type { ExportedTable } from '../../../src/flows/ports/files.ts';

const NOTICE = { zh: '本資料為經濟部專有之財產', en: 'Exclusive property of MOEA' };
const writer = createTableWriter({ ownershipNotice: NOTICE });
const HOSTILE = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'];

function aTable(rows: readonly (readonly string[])[]): ExportedTable {
  return {
    title: { zh: '閒置帳號', en: 'Dormant accounts' },
    exportedBy: '示範員 (demo.clerk)',
    exportedAt: new Date('2026-11-22T02:00:00Z'),
    filter: 'state=active',
    columns: [
      { zh: '帳號', en: 'Account' },
      { zh: '說明', en: 'Remark' },
    ],
    rows,
  };
}
const FOOT = [NOTICE.zh, NOTICE.en, '示範員 (demo.clerk)', '2026-11-22 10:00:00 Asia/Taipei', 'state=active'];

test('D1-004 D1-088 CSV carries the notice in both languages, who, when and the filter', () => {
  const { body, contentType } = writer.write('csv', aTable([['demo.clerk', '一"二,三\n四']]));
  expect(contentType).toContain('text/csv');
  expect([...body.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const lines = parse(Buffer.from(body), { bom: true, relax_column_count: true });
  expect(lines[0]).toEqual(['帳號 Account', '說明 Remark']);
  expect(lines[1]).toEqual(['demo.clerk', '一"二,三\n四']);
  for (const text of FOOT) expect(lines.slice(2).flat()).toContain(text);
  expect(lines.find(([label]) => label === '筆數 Rows')).toEqual(['筆數 Rows', '1']);
});

test('no cell of a CSV begins like a formula', () => {
  const { body } = writer.write('csv', aTable(HOSTILE.map(text => [text, 'plain'])));
  const lines = parse(Buffer.from(body), { bom: true, relax_column_count: true });
  expect(lines.slice(1, 1 + HOSTILE.length).map(([cell]) => cell)).toEqual(HOSTILE.map(text => `'${text}`));
  for (const cell of lines.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
});

test('D1-004 D1-088 ODS is an OpenDocument file with typed text cells, notice, user and time', () => {
  const { body } = writer.write('ods', aTable([...HOSTILE.map(text => [text, 'x']), ['<b>&"', '\u0007\ud800一\n二']]));
  // The type stands uncompressed at the place where programs look for it.
  expect(strFromU8(body.subarray(30, 38))).toBe('mimetype');
  expect(strFromU8(body.subarray(38, 38 + 46))).toBe('application/vnd.oasis.opendocument.spreadsheet');
  const files = unzipSync(body);
  expect(Object.keys(files)).toEqual(['mimetype', 'content.xml', 'META-INF/manifest.xml']);
  const content = strFromU8(files['content.xml'] ?? new Uint8Array());
  for (const text of FOOT) expect(content).toContain(`<text:p>${text}</text:p>`);
  expect(content).toContain('<text:p>=1+1</text:p>');
  expect(content).toContain('<text:p>&lt;b&gt;&amp;&quot;</text:p>');
  expect(content).toContain('<text:p>\ufffd\ufffd一</text:p><text:p>二</text:p>');
  expect(content).not.toContain('table:formula');
  const cells = content.match(/<table:table-cell[ >]/g) ?? [];
  expect(content.match(/office:value-type="string"/g)).toHaveLength(cells.length);
});

test('the XML of an ODS is well-formed to another reader', () => {
  const { body } = writer.write('ods', aTable([['\u0000\u000b\ufffe]]>', '\'"<&>']]));
  const script = [
    'import io, sys, zipfile, xml.dom.minidom',
    'archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))',
    'assert archive.testzip() is None',
    'for name in archive.namelist()[1:]: xml.dom.minidom.parseString(archive.read(name))',
    'print(archive.namelist()[0], archive.infolist()[0].compress_type)',
  ].join('\n');
  expect(execFileSync('python3', ['-c', script], { input: body, encoding: 'utf8' }).trim()).toBe('mimetype 0');
});
