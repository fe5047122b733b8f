import { BROWSER_CERTIFICATE } from './browser-certificate-help.ts';
import { FIRST_USE, LOCKED, READER } from './card-help.ts';
import type { HelpPage } from './help-page.ts';
import { PIN, READERS } from './pin-help.ts';
import { ACCESSIBILITY, PRIVACY, RULES } from './rules-help.ts';

/** The pages below `/help/`, by the last segment of their address. */
export const HELP_PAGES: ReadonlyMap<string, HelpPage> = new Map([
  ['first-use', FIRST_USE],
  ['reader', READER],
  ['readers', READERS],
  ['pin', PIN],
  ['locked', LOCKED],
  ['browser-certificate', BROWSER_CERTIFICATE],
  ['rules', RULES],
  ['privacy', PRIVACY],
  ['accessibility', ACCESSIBILITY],
]);
