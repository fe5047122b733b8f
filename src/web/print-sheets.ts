import { isAskedFor, type FormDefinition, type FormSection, type FormValues } from '../applications/form.ts';

/** What stands together on one A4 sheet. */
export interface PrintSheet {
  /** Ids of sections. */
  readonly sections: readonly string[];
  readonly hasSignatures: boolean;
  /** May be longer than a sheet: it then runs on to the next page. */
  readonly isLong: boolean;
}

/** Heights in mm, measured on a printed sheet: what is left between head and foot, and what each part takes. */
const SHEET = 212;
const SECTION_HEAD = 11;
const ROW_PADDING = 4;
const LINE = 6;
const SIGNATURES = 48;

/** Characters of a line: of a value beside its label, and of a reason in the table of rights. */
const VALUE_LINE = 30;
const REASON_LINE = 8;

/** Above this the estimate may be wrong by a line: the sheet may grow rather than cut anything off. */
const SURE = 195;

/**
 * Puts the sections of a form on as few sheets as they need, in order; the signatures follow the last one.
 *
 * @param rowsOnTop rows that stand above the first section's own
 */
export function packSections(form: FormDefinition, values: FormValues, rowsOnTop: number): PrintSheet[] {
  const parts = [
    ...form.sections.map((section, index) => ({
      id: section.id,
      height: heightOf(section, values) + (index === 0 ? rowsOnTop * (ROW_PADDING + LINE) : 0),
    })),
    { id: null, height: SIGNATURES },
  ];
  const sheets: { ids: (string | null)[]; height: number }[] = [];
  for (const { id, height } of parts) {
    const last = sheets.at(-1);
    if (last !== undefined && last.height + height <= SHEET) {
      last.ids.push(id);
      last.height += height;
    } else {
      sheets.push({ ids: [id], height });
    }
  }
  return sheets.map(({ ids, height }) => ({
    sections: ids.filter(id => id !== null),
    hasSignatures: ids.includes(null),
    isLong: height > SURE,
  }));
}

function heightOf(section: FormSection, values: FormValues): number {
  const rows = section.fields
    .filter(field => isAskedFor(field, values))
    .flatMap(field =>
      field.kind === 'grants'
        ? [1, ...values.grants.map(row => linesOf(row.reason, REASON_LINE))]
        : [linesOf(values.fields[field.name] ?? '', VALUE_LINE)],
    );
  return rows.reduce((sum, lines) => sum + ROW_PADDING + LINE * lines, SECTION_HEAD);
}

function linesOf(text: string, width: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0);
}
