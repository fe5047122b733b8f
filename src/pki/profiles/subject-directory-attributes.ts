import { fromBER, Utf8String } from 'asn1js';
import { decodeDer } from '../der/decode.ts';
import type { DerReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { GPKI } from '../object-identifiers.ts';

/** The attributes of the government PKI that tell holders apart. */
export interface HolderAttributes {
  /** OID of the holder type; absent where the CA writes none. */
  readonly holderType: string | undefined;
  /** Last four characters of the national identity number; absent on some cards. */
  readonly idLastFour: string | undefined;
}

/** Digits or, in the numbers of foreign residents, capitals. */
const LAST_FOUR = /^[0-9A-Z]{4}$/;

/**
 * Decodes SubjectDirectoryAttributes (RFC 5280 section 4.2.1.8): `SEQUENCE OF SEQUENCE { type, SET OF value }`. The
 * strict reader takes the list and the holder type apart, asn1js decodes the text that MOICA has defined an attribute
 * for.
 *
 * @param der `undefined` where the certificate has no such extension
 * @returns `undefined` if the attributes are not of that form, or one of ours has not exactly the one value of its type
 */
export function decodeHolderAttributes(der: Uint8Array | undefined): HolderAttributes | undefined {
  if (der === undefined) return { holderType: undefined, idLastFour: undefined };
  const list = decodeDer(der, der.length, readAttributes);
  if (!list.ok) return undefined;
  const holderTypes = list.value.get(GPKI.holderType) ?? [];
  const lastFours = list.value.get(GPKI.idLastFour) ?? [];
  if (holderTypes.length > 1 || lastFours.length > 1) return undefined;
  const [holderTypeDer] = holderTypes;
  const [lastFourDer] = lastFours;
  const holderType = holderTypeDer === undefined ? undefined : decodeObjectIdentifier(holderTypeDer);
  const idLastFour = lastFourDer === undefined ? undefined : decodeLastFour(lastFourDer);
  if (holderType === null || idLastFour === null) return undefined;
  return { holderType, idLastFour };
}

/** `null` if the value is no OBJECT IDENTIFIER. */
function decodeObjectIdentifier(der: Uint8Array): string | null {
  const decoded = decodeDer(der, der.length, reader => reader.objectIdentifier());
  return decoded.ok ? decoded.value : null;
}

/** `null` if the value is no UTF8String of four characters. */
function decodeLastFour(der: Uint8Array): string | null {
  const { result } = fromBER(der);
  if (!(result instanceof Utf8String)) return null;
  const text = result.getValue();
  return LAST_FOUR.test(text) ? text : null;
}

/** The values of each attribute type as DER; no type twice. */
function readAttributes(reader: DerReader): ReadonlyMap<string, readonly Uint8Array[]> {
  const attributes = new Map<string, readonly Uint8Array[]>();
  const sequence = reader.sequence();
  do {
    const attribute = sequence.sequence();
    const type = attribute.objectIdentifier();
    const set = attribute.enter(TAG.set);
    attribute.finish();
    if (attributes.has(type)) sequence.invalid();
    const values: Uint8Array[] = [];
    do values.push(set.element());
    while (!set.isAtEnd);
    attributes.set(type, values);
  } while (!sequence.isAtEnd);
  return attributes;
}
