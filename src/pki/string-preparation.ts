/**
 * String preparation for comparing names: RFC 5280 section 7.1 asks for caseIgnoreMatch, RFC 4518 says how to prepare
 * both sides. Returns `undefined` when a prohibited character occurs: such a value equals nothing but its own bytes.
 */
export function prepareForComparison(text: string): string | undefined {
  if (PLAIN_ASCII.test(text)) return text.toLowerCase();
  // RFC 4518 section 2.2, map: to nothing, to space, then case folding.
  const mapped = text.replace(MAPPED_TO_NOTHING, '').replace(MAPPED_TO_SPACE, ' ');
  // Section 2.3, normalise to KC; folding again afterwards because compatibility forms may bring capitals back (RFC
  // 3454 B.2).
  const folded = foldCase(foldCase(mapped).normalize('NFKC')).normalize('NFKC');
  // Section 2.4, prohibit; unassigned code points have no agreed folding either.
  if (PROHIBITED.test(folded)) return undefined;
  // Section 2.6.1, insignificant spaces: none at the ends, one between words.
  return folded.trim().replace(/ +/g, ' ');
}

/**
 * Letters, digits and single inner spaces need no mapping, only lower case: nearly every name of this PKI that is not
 * Chinese.
 */
const PLAIN_ASCII = /^[A-Za-z0-9.,()'/:=?+-]+(?: [A-Za-z0-9.,()'/:=?+-]+)*$/;

/**
 * Soft hyphen, joiners, variation selectors, control characters other than white space, zero width space (RFC 4518
 * section 2.2).
 */
const MAPPED_TO_NOTHING =
  /[\u00ad\u034f\u1806\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]|(?![\t-\r\u0085])\p{Cc}/gu;

const MAPPED_TO_SPACE = /[\t-\r\u0085]|\p{Z}/gu;

/** Private use, surrogates, non-characters, unassigned and U+FFFD (RFC 4518 section 2.4, RFC 3454 C.3 to C.5). */
const PROHIBITED = /[\p{Co}\p{Cs}\p{Cn}\ufffd]/u;

/**
 * Full case folding (RFC 3454 B.2): upper then lower case takes ß to ss and every sigma to σ. Dotless ı is kept apart:
 * its capital is I, but it folds to itself, and names that differ in it are different names.
 */
function foldCase(text: string): string {
  return text
    .split('ı')
    .map(part => part.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ'))
    .join('ı');
}
