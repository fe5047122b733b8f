import type PDFDocument from 'pdfkit';

/** A4 in points; the foot holds who printed it and the notice, see `drawFoot`. */
export const PAGE = { width: 595.28, height: 841.89, left: 50, top: 52, bottom: 100 } as const;

export interface Sheet {
  readonly pdf: InstanceType<typeof PDFDocument>;
  /** Text as the font can show it. */
  readonly text: (text: string) => string;
}

/** Begins a new page unless `height` points are left on this one. */
export function makeRoom({ pdf }: Sheet, height: number): void {
  if (pdf.y + height > PAGE.height - PAGE.bottom) pdf.addPage();
}
