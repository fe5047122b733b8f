import { readName, type DistinguishedName } from './distinguished-name.ts';
import { contextConstructed, contextPrimitive, TAG } from './der/tags.ts';
import { ascii } from './der/text.ts';
import type { DerReader } from './der/reader.ts';

/** GeneralName (RFC 5280 section 4.2.1.6). Forms that nothing here compares keep their bytes. */
export type GeneralName =
  | { readonly form: 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier'; readonly text: string }
  | { readonly form: 'directoryName'; readonly name: DistinguishedName }
  | { readonly form: 'iPAddress'; readonly octets: Uint8Array }
  | { readonly form: 'otherName' | 'x400Address' | 'ediPartyName' | 'registeredID'; readonly octets: Uint8Array };

/** Reads one GeneralName, IMPLICIT tags 0 to 8. */
export function readGeneralName(reader: DerReader): GeneralName {
  const tag = reader.peekTag();
  const offset = reader.position;
  switch (tag) {
    case contextPrimitive(1):
      return { form: 'rfc822Name', text: ascii(reader.content(tag), offset) };
    case contextPrimitive(2):
      return { form: 'dNSName', text: ascii(reader.content(tag), offset) };
    case contextPrimitive(6):
      return { form: 'uniformResourceIdentifier', text: ascii(reader.content(tag), offset) };
    case contextPrimitive(7):
      return { form: 'iPAddress', octets: reader.content(tag) };
    case contextConstructed(4): {
      const explicit = reader.enter(tag);
      const name = readName(explicit);
      explicit.finish();
      return { form: 'directoryName', name };
    }
    case contextConstructed(0):
      return { form: 'otherName', octets: reader.element() };
    case contextConstructed(3):
      return { form: 'x400Address', octets: reader.element() };
    case contextConstructed(5):
      return { form: 'ediPartyName', octets: reader.element() };
    case contextPrimitive(8):
      // Read for its rules, kept as bytes.
      reader.objectIdentifier(tag);
      return { form: 'registeredID', octets: reader.bytes.subarray(offset, reader.position) };
    default:
      return reader.invalid();
  }
}

/** `GeneralNames`, one or more, as a universal SEQUENCE or under an implicit tag. */
export function enterGeneralNames(reader: DerReader, tag: number = TAG.sequence): readonly GeneralName[] {
  const names = reader.enter(tag);
  const list: GeneralName[] = [];
  do list.push(readGeneralName(names));
  while (!names.isAtEnd);
  return list;
}
