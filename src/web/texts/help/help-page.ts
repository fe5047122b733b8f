import type { Bilingual } from '../bilingual.ts';
import type { LinkTarget } from '../story.ts';

/** A page of help: sections of paragraphs and lists, as data. */
export interface HelpPage {
  readonly title: Bilingual;
  readonly lead: Bilingual;
  readonly sections: readonly HelpSection[];
}

export interface HelpSection {
  readonly heading: Bilingual;
  readonly paragraphs?: readonly Bilingual[];
  /** `ordered`: steps, to be done one after the other. */
  readonly list?: { readonly ordered: boolean; readonly items: readonly Bilingual[] };
  readonly link?: { readonly to: LinkTarget; readonly label: Bilingual };
}
