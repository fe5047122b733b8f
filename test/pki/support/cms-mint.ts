import { createHash, sign } from 'node:crypto';
import {
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
} from '../../authority/der.ts';
import type { KeyPair } from '../../authority/key-pair.ts';
import { parsed } from './mint.ts';

const DATA = '1.2.840.113549.1.7.1';
const DIGESTS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' } as const;

export interface CmsMinting {
  readonly content: Uint8Array;
  /** DER certificate of the signer. */
  readonly certificate: Buffer;
  readonly keyPair: KeyPair;
  readonly attached?: boolean;
  /** eContentType. */
  readonly contentType?: string;
  /** What is attached, if not the content. */
  readonly attachedContent?: Uint8Array;
  readonly withAttributes?: boolean;
  /** Attributes in place of the usual two. */
  readonly attributes?: readonly Buffer[];
  readonly digest?: keyof typeof DIGESTS;
  readonly signatureAlgorithm?: Buffer;
  readonly certificates?: readonly Buffer[];
  readonly signers?: number;
  /** Serial number in the signer identifier, hex of its magnitude. */
  readonly serialNumber?: string;
}

export const contentTypeAttribute = (type = DATA): Buffer => attribute('1.2.840.113549.1.9.3', objectIdentifier(type));
export const messageDigestAttribute = (content: Uint8Array, digest: keyof typeof DIGESTS = 'sha256'): Buffer =>
  attribute('1.2.840.113549.1.9.4', octetString(createHash(digest).update(content).digest()));

export function attribute(type: string, ...values: readonly Buffer[]): Buffer {
  return sequence(objectIdentifier(type), setOf(...values));
}

/** A SignedData around one signature, any part of it departing from RFC 5652 as told. */
export function mintSignedData(minting: CmsMinting): Buffer {
  const { content, keyPair, digest = 'sha256', signers = 1 } = minting;
  const digestAlgorithm = sequence(objectIdentifier(DIGESTS[digest]), nullValue());
  const usual = [contentTypeAttribute(), messageDigestAttribute(content, digest)];
  const attributes = minting.withAttributes === false ? undefined : (minting.attributes ?? usual);
  const signed = attributes === undefined ? content : setOf(...attributes);
  const signerInfo = sequence(
    integer(1),
    signerIdentifier(minting),
    digestAlgorithm,
    ...(attributes === undefined
      ? []
      : [element(0xa0, setOf(...attributes).subarray(headerLength(setOf(...attributes))))]),
    minting.signatureAlgorithm ?? sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()),
    octetString(sign(digest, signed, keyPair.privateKey)),
  );
  const attachedContent = minting.attachedContent ?? content;
  const signedData = sequence(
    integer(1),
    setOf(digestAlgorithm),
    sequence(
      objectIdentifier(minting.contentType ?? DATA),
      ...(minting.attached === false ? [] : [tagged(0, octetString(Buffer.from(attachedContent)))]),
    ),
    ...certificateSet(minting.certificates ?? [minting.certificate]),
    setOf(...Array.from({ length: signers }, () => signerInfo)),
  );
  return sequence(objectIdentifier('1.2.840.113549.1.7.2'), tagged(0, signedData));
}

function certificateSet(certificates: readonly Buffer[]): readonly Buffer[] {
  return certificates.length === 0 ? [] : [tagged(0, ...certificates)];
}

function signerIdentifier({ certificate, serialNumber }: CmsMinting): Buffer {
  const { issuer, serialNumber: own } = parsed(certificate);
  return sequence(Buffer.from(issuer.der), integer(serialNumber ?? Buffer.from(own).toString('hex')));
}

function headerLength(der: Buffer): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}
