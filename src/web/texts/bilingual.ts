/** The two languages of every page; Chinese is the default. */
export type Language = 'zh' | 'en';

/** One text in both languages; the compiler misses the twin that is not there. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Value of the `lang` attribute. */
export const HTML_LANG: Readonly<Record<Language, string>> = { zh: 'zh-Hant-TW', en: 'en' };

/** The other language: of the small line under a title, and of the language switch. */
export function otherLanguage(language: Language): Language {
  return language === 'zh' ? 'en' : 'zh';
}
