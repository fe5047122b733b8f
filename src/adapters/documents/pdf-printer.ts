import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create as openFont } from 'fontkit';
import PDFDocument from 'pdfkit';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { DocumentPrinter, PrintedDocument, TwoLanguages } from '../../flows/ports/files.ts';
import { drawParts } from './draw-parts.ts';
import { PAGE, type Sheet } from './page-measures.ts';
import { printableText } from './printable-text.ts';

export interface PrinterSettings {
  /** Who issues the forms, such as 經濟部商業發展署. */
  readonly agency: string;
  readonly ownershipNotice: TwoLanguages;
}

/** The font of all sheets: Noto Sans TC, OFL; the files lie in its package. */
const FONT = createRequire(import.meta.url).resolve(
  '@expo-google-fonts/noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf',
);

/** Reads the font (7 MB) at the first print; every document embeds only the glyphs that it uses. */
export function createPdfPrinter(settings: PrinterSettings): DocumentPrinter {
  let loaded: ReturnType<typeof loadFont> | undefined;
  return {
    print: document => {
      loaded ??= loadFont();
      const { fontFile, hasGlyph } = loaded;
      const pdf = new PDFDocument({
        size: 'A4',
        margins: { top: PAGE.top, bottom: PAGE.bottom, left: PAGE.left, right: PAGE.left },
        bufferPages: true,
        lang: 'zh-Hant-TW',
        info: {
          Title: `${document.formNumber} ${document.title.zh} ${document.documentNumber ?? ''}`.trim(),
          Author: settings.agency,
          CreationDate: document.printedAt,
        },
      });
      const chunks: Buffer[] = [];
      const written = new Promise<Uint8Array>((resolve, reject) => {
        pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
        pdf.on('end', () => resolve(Buffer.concat(chunks)));
        pdf.on('error', reject);
      });
      pdf.registerFont('text', fontFile).font('text');
      const sheet: Sheet = { pdf, text: text => printableText(text, hasGlyph) };
      drawTitle(sheet, document, settings);
      drawParts(sheet, document.parts);
      drawHeadsAndFeet(sheet, document, settings);
      pdf.end();
      return written;
    },
  };
}

function loadFont(): { readonly fontFile: Buffer; readonly hasGlyph: (codePoint: number) => boolean } {
  const fontFile = readFileSync(FONT);
  const font = openFont(fontFile);
  return { fontFile, hasGlyph: codePoint => !('fonts' in font) && font.hasGlyphForCodePoint(codePoint) };
}

function drawTitle({ pdf, text }: Sheet, document: PrintedDocument, settings: PrinterSettings): void {
  pdf.fontSize(10).text(text(settings.agency), { align: 'center' });
  pdf.fontSize(17).text(text(document.title.zh), { align: 'center' });
  pdf.fontSize(9).fillColor('#444444').text(text(document.title.en), { align: 'center' }).fillColor('black');
  pdf.moveDown(0.8);
}

/** Once all pages are there and counted: form number and page above, who printed it and the notice below. */
function drawHeadsAndFeet({ pdf, text }: Sheet, document: PrintedDocument, settings: PrinterSettings): void {
  const { start, count } = pdf.bufferedPageRange();
  const width = PAGE.width - 2 * PAGE.left;
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(start + page);
    // Beyond the margins pdfkit would begin another page.
    pdf.page.margins = { ...pdf.page.margins, top: 0, bottom: 0 };
    const number = document.documentNumber === null ? '' : `　編號 ${document.documentNumber}`;
    pdf.fontSize(8).fillColor('black');
    pdf.text(text(`表單 ${document.formNumber}${number}`), PAGE.left, 30, { width: width / 2, lineBreak: false });
    const of = `第 ${page + 1} 頁／共 ${count} 頁　Page ${page + 1}/${count}`;
    pdf.text(text(of), PAGE.left + width / 2, 30, { width: width / 2, align: 'right', lineBreak: false });
    drawFoot({ pdf, text }, document, settings);
  }
}

const FOOT_TOP = PAGE.height - PAGE.bottom + 10;
const FOOT_HEIGHT = PAGE.bottom - 10 - 20;

/** Nothing of the notice may be cut off (D1-004): where it is longer than the usual one, it is printed smaller. */
function drawFoot({ pdf, text }: Sheet, document: PrintedDocument, { ownershipNotice }: PrinterSettings): void {
  const width = PAGE.width - 2 * PAGE.left;
  const printed = `列印 Printed: ${document.printedBy}　${formatTaipeiTime(document.printedAt)} Asia/Taipei`;
  const foot = text([printed, ownershipNotice.zh, ownershipNotice.en].join('\n'));
  let size = 7;
  while (size > 3 && pdf.fontSize(size).heightOfString(foot, { width }) > FOOT_HEIGHT) size -= 0.5;
  pdf
    .moveTo(PAGE.left, FOOT_TOP)
    .lineTo(PAGE.left + width, FOOT_TOP)
    .lineWidth(0.5)
    .stroke();
  pdf.fontSize(size).text(foot, PAGE.left, FOOT_TOP + 4, { width });
}
