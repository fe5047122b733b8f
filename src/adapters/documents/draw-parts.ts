import type { DocumentPart, TwoLanguages } from '../../flows/ports/files.ts';
import { makeRoom, PAGE, type Sheet } from './page-measures.ts';

const WIDTH = PAGE.width - 2 * PAGE.left;
const PADDING = 4;
const TEXT_SIZE = 10;
const LABEL_SHARE = 0.28;

export function drawParts(sheet: Sheet, parts: readonly DocumentPart[]): void {
  for (const part of parts) {
    if (part.heading !== null) drawHeading(sheet, part.heading);
    switch (part.kind) {
      case 'rows':
        for (const { label, value } of part.rows) {
          drawRow(sheet, [bilingual(label), value], [LABEL_SHARE, 1 - LABEL_SHARE], true);
        }
        break;
      case 'table':
        drawTable(sheet, part);
        break;
      case 'text':
        sheet.pdf.fontSize(TEXT_SIZE).text(sheet.text(part.text), PAGE.left, sheet.pdf.y, { width: WIDTH });
        break;
      case 'signatures':
        drawSignatures(sheet, part.boxes);
        break;
    }
    sheet.pdf.x = PAGE.left;
    sheet.pdf.moveDown(0.6);
  }
}

function bilingual({ zh, en }: TwoLanguages): string {
  return `${zh}\n${en}`;
}

function drawHeading(sheet: Sheet, heading: TwoLanguages): void {
  // A heading never stands alone at the foot of a page.
  makeRoom(sheet, 60);
  const { pdf, text } = sheet;
  const top = pdf.y;
  const zh = text(heading.zh);
  pdf.fontSize(12).text(zh, PAGE.left, top, { lineBreak: false });
  const left = PAGE.left + pdf.widthOfString(zh) + 8;
  pdf.fontSize(8).text(text(heading.en), left, top + 5, { lineBreak: false });
  pdf.y = top + 20;
}

function drawTable(sheet: Sheet, part: Extract<DocumentPart, { kind: 'table' }>): void {
  const whole = part.columns.reduce((sum, column) => sum + column.share, 0);
  const shares = part.columns.map(column => column.share / whole);
  const head = part.columns.map(column => bilingual(column.title));
  const drawHead = (): void => drawRow(sheet, head, shares, true);
  drawHead();
  const empty = part.columns.map((_column, index) => (index === 0 ? '（無）None' : ''));
  for (const cells of part.rows.length === 0 ? [empty] : part.rows) {
    const page = sheet.pdf.page;
    makeRoom(sheet, heightOf(sheet, cells, shares));
    if (sheet.pdf.page !== page) drawHead();
    drawRow(sheet, cells, shares, false);
  }
}

/**
 * One ruled row; the first cell of a row with a label, or all of a table's head, is shaded. A value longer than a page is
 * carried on to the next one, so that nothing of a form is ever cut off.
 */
function drawRow(sheet: Sheet, cells: readonly string[], shares: readonly number[], isHead: boolean): void {
  const { pdf } = sheet;
  let rest = cells.map(cell => sheet.text(cell));
  for (;;) {
    makeRoom(sheet, Math.min(heightOf(sheet, rest, shares), 120));
    const room = PAGE.height - PAGE.bottom - pdf.y;
    const split = rest.map((cell, i) => splitToHeight(sheet, cell, widthOf(shares, i), room - 2 * PADDING));
    const now = split.map(([head]) => head);
    const height = heightOf(sheet, now, shares);
    const top = pdf.y;
    let left: number = PAGE.left;
    for (const [index, cell] of now.entries()) {
      const width = (shares[index] ?? 0) * WIDTH;
      const isLabel = isHead && (index === 0 || shares.length > 2);
      if (isLabel) pdf.rect(left, top, width, height).fill('#f1f1ee').fillColor('black');
      pdf.lineWidth(0.5).rect(left, top, width, height).stroke();
      pdf.fontSize(isLabel ? 8.5 : TEXT_SIZE);
      pdf.text(cell, left + PADDING, top + PADDING, { width: widthOf(shares, index) });
      left += width;
    }
    pdf.y = top + height;
    if (split.every(([, tail]) => tail === '')) return;
    rest = split.map(([, tail]) => tail);
    pdf.addPage();
  }
}

/** As much of `text` as `height` points hold, and what is left. */
function splitToHeight({ pdf }: Sheet, text: string, width: number, height: number): [string, string] {
  pdf.fontSize(TEXT_SIZE);
  if (pdf.heightOfString(text, { width }) <= height) return [text, ''];
  const characters = Array.from(text);
  let fits = 0;
  let tooMany = characters.length;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (pdf.heightOfString(characters.slice(0, middle).join(''), { width }) <= height) fits = middle;
    else tooMany = middle;
  }
  // One character fits any page; were it not so, this would never end.
  const cut = Math.max(fits, 1);
  return [characters.slice(0, cut).join(''), characters.slice(cut).join('')];
}

function heightOf(sheet: Sheet, cells: readonly string[], shares: readonly number[]): number {
  sheet.pdf.fontSize(TEXT_SIZE);
  const heights = cells.map((cell, i) => sheet.pdf.heightOfString(sheet.text(cell), { width: widthOf(shares, i) }));
  return Math.max(18, ...heights) + 2 * PADDING;
}

function widthOf(shares: readonly number[], index: number): number {
  return (shares[index] ?? 0) * WIDTH - 2 * PADDING;
}

/** Room for a seal. */
const BOX_HEIGHT = 78;
const NOTE_TOP = 34;
const BOXES_IN_A_ROW = 4;

function drawSignatures(sheet: Sheet, boxes: Extract<DocumentPart, { kind: 'signatures' }>['boxes']): void {
  const { pdf } = sheet;
  for (let first = 0; first < boxes.length; first += BOXES_IN_A_ROW) {
    const row = boxes.slice(first, first + BOXES_IN_A_ROW);
    const width = WIDTH / row.length;
    const noteHeights = row.map(({ note }) =>
      pdf.fontSize(7.5).heightOfString(sheet.text(note ?? ''), { width: width - 2 * PADDING }),
    );
    const height = Math.max(BOX_HEIGHT, NOTE_TOP + Math.max(...noteHeights) + PADDING);
    makeRoom(sheet, height);
    const top = pdf.y;
    for (const [index, box] of row.entries()) {
      const left = PAGE.left + index * width;
      pdf.lineWidth(0.8).rect(left, top, width, height).stroke();
      const inner = { width: width - 2 * PADDING };
      pdf.fontSize(8.5).text(sheet.text(bilingual(box.label)), left + PADDING, top + PADDING, { ...inner, height: 26 });
      if (box.note !== null) {
        pdf.fontSize(7.5).text(sheet.text(box.note), left + PADDING, top + NOTE_TOP, inner);
      }
    }
    pdf.y = top + height;
  }
}
