import { DerError } from './der-error.ts';
import { TAG } from './tags.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });

/** A to Z, a to z, 0 to 9, space ' ( ) + , - . / : = ? (X.680 section 41.4). */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** Content octets of a character string type as text, refused if they leave the type's alphabet (X.680 section 41). */
export function readText(octets: Uint8Array, tag: number, offset: number): string {
  switch (tag) {
    case TAG.utf8String:
      return decode(utf8, octets, offset);
    case TAG.printableString:
      return matching(PRINTABLE, ascii(octets, offset), offset);
    case TAG.ia5String:
      return ascii(octets, offset);
    case TAG.visibleString:
      return matching(/^[ -~]*$/, ascii(octets, offset), offset);
    case TAG.numericString:
      return matching(/^[0-9 ]*$/, ascii(octets, offset), offset);
    case TAG.bmpString:
      return decode(utf16, octets, offset);
    case TAG.universalString:
      return universal(octets, offset);
    case TAG.teletexString:
      // T.61 has no agreed repertoire; ISO 8859-1 is what certificates hold in practice, and every octet keeps its
      // identity.
      return Buffer.from(octets).toString('latin1');
    default:
      throw new DerError('unexpected-tag', offset);
  }
}

/** True for the tags that `readText` reads. */
export function isTextTag(tag: number): boolean {
  return tag === TAG.utf8String || (tag >= TAG.numericString && tag <= TAG.teletexString) || isRareTextTag(tag);
}

function isRareTextTag(tag: number): boolean {
  return tag === TAG.ia5String || tag === TAG.visibleString || tag === TAG.universalString || tag === TAG.bmpString;
}

/** IA5String: seven bits. */
export function ascii(octets: Uint8Array, offset: number): string {
  for (const octet of octets) if (octet > 0x7f) throw new DerError('text-invalid', offset);
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

function matching(alphabet: RegExp, text: string, offset: number): string {
  if (!alphabet.test(text)) throw new DerError('text-invalid', offset);
  return text;
}

function decode(decoder: TextDecoder, octets: Uint8Array, offset: number): string {
  try {
    return decoder.decode(octets);
  } catch (error) {
    // The fatal decoder's only throw is a TypeError for octets outside the encoding.
    if (error instanceof TypeError) throw new DerError('text-invalid', offset);
    throw error;
  }
}

function universal(octets: Uint8Array, offset: number): string {
  if (octets.length % 4 !== 0) throw new DerError('text-invalid', offset);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let text = '';
  for (let at = 0; at < octets.length; at += 4) {
    const point = view.getUint32(at);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new DerError('text-invalid', offset);
    text += String.fromCodePoint(point);
  }
  return text;
}
