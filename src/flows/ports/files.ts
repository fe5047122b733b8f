/** A text in both languages; printed forms and exports carry both, one under the other. */
export interface TwoLanguages {
  readonly zh: string;
  readonly en: string;
}

/** Rows that leave the gateway as a file (D1-088): whoever finds it can tell whose it is, when and out of what. */
export interface ExportedTable {
  /** What the rows are; also the name of the sheet. */
  readonly title: TwoLanguages;
  /** Name and login name of who takes them out. */
  readonly exportedBy: string;
  readonly exportedAt: Date;
  /** The conditions under which the rows were chosen, in words or as the page's query. */
  readonly filter: string;
  readonly columns: readonly TwoLanguages[];
  /** As many cells as columns; every cell is text and stays text. */
  readonly rows: readonly (readonly string[])[];
}

export const EXPORT_FORMATS = ['csv', 'ods'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface WrittenFile {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** Writes tables as files, each with the ownership notice in both languages (D1-004); no cell can act as a formula. */
export interface TableWriter {
  write(format: ExportFormat, table: ExportedTable): WrittenFile;
}

/** A form or report as a printed sheet: what its parts say, not how they look. */
export interface PrintedDocument {
  readonly title: TwoLanguages;
  /** Number of the form, such as `D-06-09`; stands in the head of every page. */
  readonly formNumber: string;
  /** Number of this sheet, such as that of the application; null when it has none yet. */
  readonly documentNumber: string | null;
  /** Who printed it and when: in the foot of every page beside `第 x 頁／共 y 頁`. */
  readonly printedBy: string;
  readonly printedAt: Date;
  readonly parts: readonly DocumentPart[];
}

export type DocumentPart =
  | {
      readonly kind: 'rows';
      readonly heading: TwoLanguages | null;
      /** Label left, value right; an empty value prints as an empty line to write on. */
      readonly rows: readonly { readonly label: TwoLanguages; readonly value: string }[];
    }
  | {
      readonly kind: 'table';
      readonly heading: TwoLanguages | null;
      /** `share`: part of the width, relative to the other columns. */
      readonly columns: readonly { readonly title: TwoLanguages; readonly share: number }[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'text'; readonly heading: TwoLanguages | null; readonly text: string }
  | {
      readonly kind: 'signatures';
      readonly heading: TwoLanguages | null;
      /** Up to four in a row; `note` is printed small in the box, such as who decided electronically and when. */
      readonly boxes: readonly { readonly label: TwoLanguages; readonly note: string | null }[];
    };

/**
 * Prints documents as PDF (A4) with the agency's name, form number, page x/y and the ownership notice in both languages
 * on every page. A character that no font has is printed as `〔U+2XXXX〕`, never as a blank (D1-004, rare names).
 */
export interface DocumentPrinter {
  print(document: PrintedDocument): Promise<Uint8Array>;
}
