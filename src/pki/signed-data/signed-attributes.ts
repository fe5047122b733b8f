import { decodeDer } from '../der/decode.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { CMS } from '../object-identifiers.ts';

/** What the signed attributes must say (RFC 5652 sections 11.1 and 11.2). */
export interface SignedAttributes {
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
}

/** More attributes than any signer writes. */
const MAX_ATTRIBUTES = 32;

/**
 * Reads SignedAttributes under their `[0]` tag: content-type and message-digest once each and with one value, no
 * attribute type twice. `undefined` if they are not so.
 */
export function readSignedAttributes(element: Uint8Array): SignedAttributes | undefined {
  const decoded = decodeDer(element, element.length, reader => readAttributes(reader.enter(contextConstructed(0))));
  if (!decoded.ok) return undefined;
  const { contentType, messageDigest } = decoded.value;
  return contentType === undefined || messageDigest === undefined ? undefined : { contentType, messageDigest };
}

/**
 * The octets that are signed: the attributes with the SET OF tag instead of `[0]` (RFC 5652 section 5.4). The order is
 * left as the signer wrote it: if that was not DER order, the signature tells.
 */
export function signedOctets(element: Uint8Array): Uint8Array {
  const octets = element.slice();
  octets[0] = TAG.set;
  return octets;
}

/**
 * Whether octets could pass for SignedAttributes. A signature over attributes, offered as one over plain content, would
 * verify: such content is never accepted (RFC 5652 section 5.4 signs both forms without telling them apart).
 */
export function looksLikeSignedAttributes(content: Uint8Array): boolean {
  const decoded = decodeDer(content, content.length, reader => readAttributes(reader.enter(TAG.set)));
  return decoded.ok && (decoded.value.contentType !== undefined || decoded.value.messageDigest !== undefined);
}

function readAttributes(set: DerReader): Partial<SignedAttributes> {
  const found: { contentType?: string; messageDigest?: Uint8Array } = {};
  const seen = new Set<string>();
  do {
    const attribute = set.sequence();
    const type = attribute.objectIdentifier();
    if (seen.has(type) || seen.size >= MAX_ATTRIBUTES) set.invalid();
    seen.add(type);
    const values = attribute.enter(TAG.set);
    attribute.finish();
    if (type === CMS.contentType) found.contentType = values.objectIdentifier();
    else if (type === CMS.messageDigest) found.messageDigest = values.octetString();
    else while (!values.isAtEnd) values.element();
    values.finish();
  } while (!set.isAtEnd);
  return found;
}
