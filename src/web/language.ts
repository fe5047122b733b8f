import type { Language } from './texts/bilingual.ts';

/** Holds the language a person chose; no more than a preference, so it is neither signed nor secret. */
export const LANGUAGE_COOKIE = '__Host-gw-lang';

/** Reads a language from outside; anything but the two names is nothing. */
export function parseLanguage(text: unknown): Language | undefined {
  return text === 'zh' || text === 'en' ? text : undefined;
}

/**
 * Chooses the language of a page: the person's choice, else the browser's preference, else Chinese.
 *
 * @param acceptLanguage as received (RFC 9110 section 12.5.4); read up to 256 characters and 16 ranges, more than any
 *   browser sends
 */
export function chooseLanguage(chosen: Language | undefined, acceptLanguage: string | undefined): Language {
  if (chosen !== undefined) return chosen;
  let best: { readonly language: Language; readonly quality: number } | undefined;
  for (const range of (acceptLanguage ?? '').slice(0, 256).split(',').slice(0, 16)) {
    const match = /^\s*(zh|en)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range);
    const language = parseLanguage(match?.[1]?.toLowerCase());
    if (language === undefined) continue;
    const quality = Number(match?.[2] ?? 1);
    if (quality > (best?.quality ?? 0)) best = { language, quality };
  }
  return best?.language ?? 'zh';
}
