import { readAlgorithmIdentifier, type AlgorithmIdentifier } from '../algorithm-identifier.ts';
import { bytesEqual } from '../bytes.ts';
import { parseCertificate, type Certificate } from '../certificate.ts';
import { readName, type DistinguishedName } from '../distinguished-name.ts';
import { refuse, type Refused, type SignedDataFailure } from '../failures.ts';
import { decodeDerCopy } from '../der/decode.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../der/tags.ts';
import { CMS } from '../object-identifiers.ts';

/** A card's SignedData has 2 to 6 kB; with a chain and a signed form in it still far below this. */
const MAX_SIGNED_DATA_BYTES = 4 * 1024 * 1024;

/** A chain and its cross-certificates; more is not a chain. */
const MAX_CERTIFICATES = 32;

/** Only one signer is ever accepted; reading a few more tells "two signers" from "malformed". */
const MAX_SIGNERS = 8;

/** SignerIdentifier (RFC 5652 section 5.3). */
export type SignerIdentifier =
  | { readonly kind: 'issuerAndSerialNumber'; readonly issuer: DistinguishedName; readonly serialNumber: Uint8Array }
  | { readonly kind: 'subjectKeyIdentifier'; readonly keyIdentifier: Uint8Array };

export interface SignerInfo {
  readonly identifier: SignerIdentifier;
  readonly digestAlgorithm: AlgorithmIdentifier;
  /** The signed attributes as they lie there, `[0]` header included. */
  readonly signedAttributes: Uint8Array | undefined;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/** A SignedData as parsed: nothing in it has been verified. */
export interface UnverifiedSignedData {
  readonly contentType: string;
  /** eContent; absent in a detached signature. */
  readonly content: Uint8Array | undefined;
  /** The certificates that could be parsed; they are claims of the sender. */
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
}

export type ParsedSignedData =
  | { readonly ok: true; readonly signedData: UnverifiedSignedData }
  | Refused<Extract<SignedDataFailure, { code: 'signed-data-malformed' }>>;

/**
 * Reads a ContentInfo with a SignedData (RFC 5652 sections 3 and 5.1), DER only: RFC 5652 allows BER, but two encodings
 * of one message are two chances to disagree about it.
 *
 * @param der at most 4 MiB
 */
export function parseSignedData(der: Uint8Array): ParsedSignedData {
  const result = decodeDerCopy(der, MAX_SIGNED_DATA_BYTES, readContentInfo);
  if (result.ok) return { ok: true, signedData: result.value };
  return refuse({ code: 'signed-data-malformed', reason: result.reason, offset: result.offset });
}

function readContentInfo(reader: DerReader): UnverifiedSignedData {
  const contentInfo = reader.sequence();
  if (contentInfo.objectIdentifier() !== CMS.signedData) contentInfo.invalid();
  const explicit = contentInfo.enter(contextConstructed(0));
  contentInfo.finish();
  const sequence = explicit.sequence();
  explicit.finish();

  sequence.smallInteger();
  // digestAlgorithms only helps one-pass readers; each signer names its own.
  const digestAlgorithms = sequence.enter(TAG.set);
  while (!digestAlgorithms.isAtEnd) readAlgorithmIdentifier(digestAlgorithms);
  const { contentType, content } = readEncapsulatedContent(sequence.sequence());
  const bag = sequence.enterOptional(contextConstructed(0));
  const certificates = bag === undefined ? [] : readCertificates(bag);
  // Revocation material in the message is the sender's; ours is fetched and verified apart.
  if (sequence.peekTag() === contextConstructed(1)) sequence.element();
  const signerInfos = sequence.enter(TAG.set);
  const signers: SignerInfo[] = [];
  while (!signerInfos.isAtEnd) {
    if (signers.length >= MAX_SIGNERS) signerInfos.invalid();
    signers.push(readSignerInfo(signerInfos.sequence()));
  }
  sequence.finish();
  return { contentType, content, certificates, signers };
}

function readEncapsulatedContent(info: DerReader): { contentType: string; content: Uint8Array | undefined } {
  const contentType = info.objectIdentifier();
  const explicit = info.enterOptional(contextConstructed(0));
  const content = explicit?.octetString();
  explicit?.finish();
  info.finish();
  return { contentType, content };
}

/**
 * CertificateSet: plain certificates; other choices, and certificates that are not well formed, are left out: they
 * cannot be the signer's.
 */
function readCertificates(bag: DerReader): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (let count = 0; !bag.isAtEnd; count++) {
    if (count >= MAX_CERTIFICATES) bag.invalid();
    const isPlain = bag.peekTag() === TAG.sequence;
    const parsed = isPlain ? parseCertificate(bag.rawElement(TAG.sequence)) : undefined;
    if (parsed === undefined) bag.element();
    else if (parsed.ok) certificates.push(parsed.certificate);
  }
  return certificates;
}

function readSignerInfo(info: DerReader): SignerInfo {
  info.smallInteger();
  const identifier = readSignerIdentifier(info);
  const digestAlgorithm = readAlgorithmIdentifier(info);
  const attributesTag = contextConstructed(0);
  const signedAttributes = info.peekTag() === attributesTag ? info.rawElement(attributesTag) : undefined;
  const signatureAlgorithm = readAlgorithmIdentifier(info);
  const signature = info.octetString();
  // Unsigned attributes prove nothing here; timestamps in them are not relied on.
  if (info.peekTag() === contextConstructed(1)) info.element();
  info.finish();
  return { identifier, digestAlgorithm, signedAttributes, signatureAlgorithm, signature };
}

function readSignerIdentifier(info: DerReader): SignerIdentifier {
  if (info.peekTag() === contextPrimitive(0)) {
    return { kind: 'subjectKeyIdentifier', keyIdentifier: info.content(contextPrimitive(0)) };
  }
  const sequence = info.sequence();
  const issuer = readName(sequence);
  const serialNumber = sequence.integer();
  sequence.finish();
  return { kind: 'issuerAndSerialNumber', issuer, serialNumber };
}

/** Whether a SignerIdentifier names this certificate. */
export function identifies(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'issuerAndSerialNumber') {
    const isSameSerial = bytesEqual(identifier.serialNumber, certificate.serialNumber);
    return isSameSerial && identifier.issuer.equals(certificate.issuer);
  }
  const { subjectKeyIdentifier } = certificate.extensions;
  return subjectKeyIdentifier !== undefined && bytesEqual(identifier.keyIdentifier, subjectKeyIdentifier);
}
