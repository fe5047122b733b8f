import { fromBER, ObjectIdentifier, Utf8String, type BaseBlock } from 'asn1js';
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
 * Decodes SubjectDirectoryAttributes (RFC 5280 section 4.2.1.8): `SEQUENCE OF SEQUENCE { type, SET OF value }`. The strict reader takes the
 * list apart; the values, which are whatever a CA defines for its attribute, are decoded by asn1js.
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
  const holderType = decodeValue(holderTypes[0]);
  const idLastFour = decodeValue(lastFours[0]);
  if (holderType !== undefined && !(holderType instanceof ObjectIdentifier)) return undefined;
  if (idLastFour !== undefined && !(idLastFour instanceof Utf8String)) return undefined;
  if (idLastFour !== undefined && !LAST_FOUR.test(idLastFour.getValue())) return undefined;
  return { holderType: holderType?.getValue(), idLastFour: idLastFour?.getValue() };
}

function decodeValue(value: Uint8Array | undefined): BaseBlock | undefined {
  return value === undefined ? undefined : fromBER(value).result;
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
