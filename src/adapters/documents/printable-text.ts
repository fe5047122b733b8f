/**
 * Text as a font can show it: a character that it lacks is written as its code point, `〔U+20BB7〕`, never as a blank or an
 * empty box (rare characters of names). Marks that only join or vary characters are left out with nothing in their place.
 *
 * @param hasGlyph whether the font has a glyph for a code point
 */
export function printableText(text: string, hasGlyph: (codePoint: number) => boolean): string {
  let printable = '';
  for (const character of text.normalize('NFC').toWellFormed()) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === '\n' || hasGlyph(codePoint)) printable += character;
    else if (character === '\t') printable += ' ';
    else if (!INVISIBLE.test(character)) printable += `〔U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}〕`;
  }
  return printable;
}

/** Joiners, variation selectors, controls: nothing is lost by their absence. */
const INVISIBLE = /[\p{Cc}\u200B-\u200F\u2060\uFE00-\uFE0F\uFEFF\u{E0100}-\u{E01EF}]/u;
