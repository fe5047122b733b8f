import type { DistinguishedName, NameAttribute } from './distinguished-name.ts';
import { toHex } from './bytes.ts';
import { encodeElement } from './der/write.ts';

/** The short names of RFC 4514 section 3, and serialNumber, by which MOICA tells people apart. */
const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/**
 * A name as text by RFC 4514: the most specific RDN first, special characters escaped, so that no value can be mistaken
 * for another attribute. Control characters are escaped too: the text goes to terminals.
 */
export function formatName(name: DistinguishedName): string {
  return name.rdns
    .toReversed()
    .map(rdn => rdn.map(formatAttribute).join('+'))
    .join(',');
}

function formatAttribute({ type, tag, value, text }: NameAttribute): string {
  const keyword = KEYWORDS[type];
  // Section 2.4: an attribute without a short name is written as the hex of its encoding.
  if (keyword === undefined || text === undefined) return `${keyword ?? type}=#${toHex(encodeElement(tag, value))}`;
  return `${keyword}=${escapeValue(text)}`;
}

function escapeValue(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, special => `\\${special}`)
    .replace(/^[ #]/, first => `\\${first}`)
    .replace(/ $/, '\\ ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, control =>
      Buffer.from(control, 'utf8')
        .toString('hex')
        .replace(/../g, String.raw`\$&`),
    );
}
