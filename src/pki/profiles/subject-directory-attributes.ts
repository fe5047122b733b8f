import { fromBER, ObjectIdentifier, Sequence, Set as SetOf, Utf8String, type BaseBlock } from 'asn1js';
import { decodeDer } from '../der/decode.ts';
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
 * Decodes SubjectDirectoryAttributes (RFC 5280 section 4.2.1.8): `SEQUENCE OF SEQUENCE { type, SET OF value }`. The strict reader has the first
 * word (form), asn1js the second (content), because attribute values are whatever a CA defines.
 *
 * @param der `undefined` where the certificate has no such extension
 * @returns `undefined` if the attributes are not of that form, or one of ours has not exactly the one value of its type
 */
export function decodeHolderAttributes(der: Uint8Array | undefined): HolderAttributes | undefined {
  if (der === undefined) return { holderType: undefined, idLastFour: undefined };
  if (!decodeDer(der, der.length, reader => reader.element()).ok) return undefined;
  const attributes = readAttributes(der);
  if (attributes === undefined) return undefined;
  const holderType = attributes.get(GPKI.holderType);
  const idLastFour = attributes.get(GPKI.idLastFour);
  if (holderType !== undefined && !(holderType instanceof ObjectIdentifier)) return undefined;
  if (idLastFour !== undefined && !(idLastFour instanceof Utf8String)) return undefined;
  if (idLastFour !== undefined && !LAST_FOUR.test(idLastFour.getValue())) return undefined;
  return { holderType: holderType?.getValue(), idLastFour: idLastFour?.getValue() };
}

/** Attribute types with their one value; `undefined` on any other shape, or when a type comes twice. */
function readAttributes(der: Uint8Array): ReadonlyMap<string, BaseBlock> | undefined {
  const { result } = fromBER(der);
  if (!(result instanceof Sequence)) return undefined;
  const attributes = new Map<string, BaseBlock>();
  for (const attribute of result.valueBlock.value) {
    if (!(attribute instanceof Sequence)) return undefined;
    const [type, values] = attribute.valueBlock.value;
    if (!(type instanceof ObjectIdentifier) || !(values instanceof SetOf)) return undefined;
    const [value] = values.valueBlock.value;
    if (value === undefined || values.valueBlock.value.length !== 1 || attributes.has(type.getValue()))
      return undefined;
    attributes.set(type.getValue(), value);
  }
  return attributes;
}
