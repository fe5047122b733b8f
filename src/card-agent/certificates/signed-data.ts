import { createHash } from 'node:crypto';
import type { HashAlgorithm } from '../card-reader.ts';
import type { CardCertificate } from './card-certificate.ts';
import { Tag, encode, encodeOid, encodeSetOf } from './der.ts';

const DATA = encodeOid('1.2.840.113549.1.7.1');
const SIGNED_DATA = encodeOid('1.2.840.113549.1.7.2');
const CONTENT_TYPE = encodeOid('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = encodeOid('1.2.840.113549.1.9.4');
const SIGNING_TIME = encodeOid('1.2.840.113549.1.9.5');
const RSA_ENCRYPTION = encode(Tag.sequence, encodeOid('1.2.840.113549.1.1.1'), encode(Tag.null));
const VERSION_1 = encode(Tag.integer, Uint8Array.of(1));

const digestAlgorithms = {
  SHA256: encode(Tag.sequence, encodeOid('2.16.840.1.101.3.4.2.1')),
  SHA384: encode(Tag.sequence, encodeOid('2.16.840.1.101.3.4.2.2')),
  SHA512: encode(Tag.sequence, encodeOid('2.16.840.1.101.3.4.2.3')),
} as const satisfies Record<HashAlgorithm, Uint8Array>;

/**
 * The signed attributes for `content` as a DER SET: what the card signs (RFC 5652 section 5.4).
 *
 * @param signingTime only where the page asked for it; UTCTime, so before 2050 (RFC 5652 section 11.3)
 */
export function encodeSignedAttributes(content: Uint8Array, hash: HashAlgorithm, signingTime?: Date): Uint8Array {
  const digest = createHash(hash.toLowerCase()).update(content).digest();
  const attribute = (id: Uint8Array, value: Uint8Array) => encode(Tag.sequence, id, encode(Tag.set, value));
  return encodeSetOf([
    attribute(CONTENT_TYPE, DATA),
    attribute(MESSAGE_DIGEST, encode(Tag.octetString, digest)),
    ...(signingTime === undefined ? [] : [attribute(SIGNING_TIME, encodeUtcTime(signingTime))]),
  ]);
}

/**
 * CMS SignedData (RFC 5652 section 5) with the content attached, one signer named by issuer and serial number, and
 * the signer's certificate alone: whoever verifies brings the chain.
 */
export function encodeSignedData(parts: {
  readonly content: Uint8Array;
  readonly signedAttributes: Uint8Array;
  readonly hashAlgorithm: HashAlgorithm;
  readonly certificate: CardCertificate;
  readonly signature: Uint8Array;
}): Uint8Array {
  const digestAlgorithm = digestAlgorithms[parts.hashAlgorithm];
  // section 5.3: inside SignerInfo the same SET carries the tag [0] instead of its own
  const taggedAttributes = Buffer.from(parts.signedAttributes);
  taggedAttributes[0] = Tag.context0;
  const signerInfo = encode(
    Tag.sequence,
    VERSION_1,
    encode(Tag.sequence, parts.certificate.issuer, parts.certificate.serialNumber),
    digestAlgorithm,
    taggedAttributes,
    RSA_ENCRYPTION,
    encode(Tag.octetString, parts.signature),
  );
  const signedData = encode(
    Tag.sequence,
    VERSION_1,
    encode(Tag.set, digestAlgorithm),
    encode(Tag.sequence, DATA, encode(Tag.context0, encode(Tag.octetString, parts.content))),
    encode(Tag.context0, parts.certificate.der),
    encode(Tag.set, signerInfo),
  );
  return encode(Tag.sequence, SIGNED_DATA, encode(Tag.context0, signedData));
}

function encodeUtcTime(instant: Date): Uint8Array {
  const digits = instant.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return encode(Tag.utcTime, Buffer.from(digits.slice(2), 'latin1'));
}
