import { expect, test } from 'vitest';
import { createPdfPrinter } from '../../../src/adapters/documents/pdf-printer.ts';
import { printableText } from '../../../src/adapters/documents/printable-text.ts';
import type { DocumentPart, PrintedDocument } from '../../../src/flows/ports/files.ts';
import { readPages } from '../../support/pdf-pages.ts';

/** That of the document, whole. */
const NOTICE = {
  zh: '本資料為經濟部專有之財產，非經書面許可，不准透露或使用本資料，亦不准複印，複製或轉變成任何其他形式使用。',
  en: 'The information contained herein is the exclusive property of MOEA and shall not be distributed, reproduced, or disclosed in whole or in part without prior written permission of MOEA.',
};
const printer = createPdfPrinter({ agency: '經濟部商業發展署', ownershipNotice: NOTICE });

const SIGNATURES: DocumentPart = {
  kind: 'signatures',
  heading: { zh: '簽章', en: 'Signatures' },
  boxes: [
    { label: { zh: '申請人', en: 'Applicant' }, note: null },
    { label: { zh: '單位主管', en: 'Head of unit' }, note: '示範主管 2026-11-22 10:00:00 以自然人憑證同意' },
  ],
};

function aForm(parts: readonly DocumentPart[]): PrintedDocument {
  return {
    title: { zh: '業務帳號申請單', en: 'Application for a business account' },
    formNumber: 'D-06-09',
    documentNumber: 'D-06-09-2026-0001',
    printedBy: '示範員 (demo.clerk)',
    printedAt: new Date('2026-11-22T02:00:00Z'),
    parts,
  };
}

test('D1-004 every page of a form has its number, page x/y and the notice in both languages', async () => {
  const rows = Array.from({ length: 80 }, (_, i) => [`第 ${i} 項`, '公司登記系統', '承辦人']);
  const columns = ['項次', '系統', '角色'].map(zh => ({ title: { zh, en: 'x' }, share: 1 }));
  const pages = readPages(await printer.print(aForm([{ kind: 'table', heading: null, columns, rows }, SIGNATURES])));
  expect(pages.length).toBeGreaterThan(1);
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(NOTICE.zh);
    expect(page).toContain(NOTICE.en.replace(/\s+/g, ''));
    expect(page).toContain(`第${index + 1}頁／共${pages.length}頁`);
    expect(page).toContain('D-06-09-2026-0001');
    expect(page).toContain('示範員(demo.clerk)');
    // The head of the table is repeated wherever its rows go on.
    if (page.includes('公司登記系統')) expect(page).toContain('項次');
  }
  const whole = pages.join('');
  for (const [first] of rows) expect(whole).toContain(first?.replace(/\s+/g, ''));
  expect(pages.at(-1)).toContain('申請人');
  expect(pages.at(-1)).toContain('以自然人憑證同意');
});

test('D1-004 a notice three times as long is still printed whole', async () => {
  const ownershipNotice = { zh: NOTICE.zh.repeat(3), en: NOTICE.en.repeat(3) };
  const long = createPdfPrinter({ agency: '示範部', ownershipNotice });
  const [page, ...more] = readPages(await long.print(aForm([])));
  expect(more).toEqual([]);
  for (const text of Object.values(ownershipNotice)) expect(page).toContain(text.replace(/\s+/g, ''));
});

test('rare characters of a name are printed, or named by their code point, never blank', async () => {
  const name = '王\u{20BB7}\u{2A700}\u{31350}';
  const part: DocumentPart = {
    kind: 'rows',
    heading: null,
    rows: [{ label: { zh: '姓名', en: 'Name' }, value: name }],
  };
  const [page = ''] = readPages(await printer.print(aForm([part])));
  for (const character of name) {
    const codePoint = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;
    expect(page.includes(character) || page.includes(`〔${codePoint}〕`)).toBe(true);
  }
  expect(page).toContain('〔U+31350〕');
});

test('what the font lacks is named, what cannot be seen is left out', () => {
  const ascii = (codePoint: number): boolean => codePoint >= 0x20 && codePoint < 0x7f;
  expect(printableText('a\u{20BB7}b', ascii)).toBe('a〔U+20BB7〕b');
  expect(printableText('a\u200bb\ufe0f\u0007\tc\nd', ascii)).toBe('ab c\nd');
  expect(printableText('\ud800', ascii)).toBe('〔U+FFFD〕');
  expect(printableText('', ascii)).toBe('');
});

test('a text of 10,000 characters is printed whole, on as many pages as it takes', async () => {
  const value = '測試'.repeat(4_999) + '完畢';
  const part: DocumentPart = { kind: 'rows', heading: null, rows: [{ label: { zh: '理由', en: 'Reason' }, value }] };
  const pages = readPages(await printer.print(aForm([part, { kind: 'text', heading: null, text: '附註' }])));
  expect(pages.join('').split('測試')).toHaveLength(5_000);
  expect(pages.join('')).toContain('完畢');
  expect(pages.length).toBeGreaterThan(5);
});

test('a table without rows says so; a form without anything is one page', async () => {
  const columns = [{ title: { zh: '系統', en: 'System' }, share: 1 }];
  const [page] = readPages(await printer.print(aForm([{ kind: 'table', heading: null, columns, rows: [] }])));
  expect(page).toContain('（無）None');
  expect(readPages(await printer.print(aForm([])))).toHaveLength(1);
});
