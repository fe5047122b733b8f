import { describe, expect, test } from 'vitest';
import type { FormValues } from '../../src/applications/form.ts';
import { FORMS } from '../../src/applications/forms.ts';
import { packSections } from '../../src/web/print-sheets.ts';

const form = FORMS['D-06-09'];
const sections = form.sections.map(section => section.id);

function values(reason: string, rows = 1): FormValues {
  const row = { system: 'company', role: 'officer', act: 'add', reason: '承辦', validUntil: '' };
  return { fields: { change: 'change', reason }, grants: Array.from({ length: rows }, () => row) };
}

describe('D1-180…182 sections on A4 sheets', () => {
  test('a usual form takes one sheet, with its signatures', () => {
    expect(packSections(form, values('業務需要'), 2)).toMatchObject([{ sections, hasSignatures: true }]);
  });

  test('a longer one takes more; nothing is lost and nothing repeated', () => {
    const sheets = packSections(form, values('需要'.repeat(300), 12), 2);
    expect(sheets.length).toBeGreaterThan(1);
    expect(sheets.flatMap(sheet => sheet.sections)).toEqual(sections);
    expect(sheets.filter(sheet => sheet.hasSignatures)).toHaveLength(1);
  });

  test('a section that no sheet holds says so', () => {
    expect(packSections(form, values('字\n'.repeat(200)), 2).some(sheet => sheet.isLong)).toBe(true);
  });
});
