import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Tag, encodeOid, readElement, readElements } from './der.ts';
import type { DerElement } from './der.ts';

/** A certificate as it lies on a card: facts for choosing and showing it. Nothing here is a verdict on its trust. */
export interface CardCertificate {
  readonly der: Uint8Array;
  /** names of RFC 5280 section 4.2.1.3; nothing where the extension is absent */
  readonly keyUsage: readonly string[] | undefined;
  readonly isCertificateAuthority: boolean;
  readonly isSelfIssued: boolean;
  readonly publicKey: KeyObject;
  /** DER Name */
  readonly issuer: Uint8Array;
  /** DER INTEGER */
  readonly serialNumber: Uint8Array;
  readonly serialNumberHex: string;
  /** `C=TW,CN=…,serialNumber=…` in the certificate's own order */
  readonly subjectText: string;
  readonly issuerText: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const KEY_USAGE_NAMES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const KEY_USAGE = Buffer.from(encodeOid('2.5.29.15'));

/** Nothing for bytes that are not an X.509 version 3 certificate; never throws for bad bytes. */
export function parseCardCertificate(der: Uint8Array): CardCertificate | undefined {
  const fields = tbsFields(der);
  if (fields === undefined) return undefined;
  const facts = readFacts(der);
  if (facts === undefined) return undefined;
  const { serialNumber, issuer, subject, extensions } = fields;
  return {
    der,
    keyUsage: keyUsageOf(extensions),
    isSelfIssued: Buffer.compare(issuer.bytes, subject.bytes) === 0,
    issuer: issuer.bytes,
    serialNumber: serialNumber.bytes,
    ...facts,
  };
}

/**
 * The certificate for login: keyUsage digitalSignature and nothing beside it, and no CA. The gateway's own rule, so that
 * no PIN is used for a signature that it would refuse.
 */
export function isSignCertificate({ isCertificateAuthority, keyUsage }: CardCertificate): boolean {
  return !isCertificateAuthority && keyUsage?.join() === 'digitalSignature';
}

/** What node:crypto makes of it; the key is decoded here too, it can be malformed in an otherwise readable certificate. */
function readFacts(der: Uint8Array) {
  try {
    const certificate = new X509Certificate(der);
    const { validFromDate: notBefore, validToDate: notAfter } = certificate;
    if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) return undefined;
    return {
      isCertificateAuthority: certificate.ca,
      publicKey: certificate.publicKey,
      serialNumberHex: certificate.serialNumber,
      subjectText: oneLine(certificate.subject),
      issuerText: oneLine(certificate.issuer),
      notBefore,
      notAfter,
    };
  } catch (error) {
    // node:crypto reports unreadable bytes with OpenSSL's own codes; everything else is a fault
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')) return undefined;
    throw error;
  }
}

const oneLine = (name: string): string => name.split('\n').join(',');

interface TbsFields {
  readonly serialNumber: DerElement;
  readonly issuer: DerElement;
  readonly subject: DerElement;
  readonly extensions: readonly DerElement[];
}

/** TBSCertificate: version, serialNumber, signature, issuer, validity, subject, key, … [3] extensions (RFC 5280 section 4.1). */
function tbsFields(der: Uint8Array): TbsFields | undefined {
  const outer = readElement(der);
  if (outer?.tag !== Tag.sequence || outer.bytes.length !== der.length) return undefined;
  const tbs = readElement(outer.content);
  const fields = tbs === undefined ? undefined : readElements(tbs.content);
  const [version, serialNumber, , issuer, , subject] = fields ?? [];
  if (version?.tag !== Tag.context0 || serialNumber?.tag !== Tag.integer) return undefined;
  if (issuer?.tag !== Tag.sequence || subject?.tag !== Tag.sequence) return undefined;
  const explicit = fields?.find(field => field.tag === Tag.context3);
  const list = explicit === undefined ? undefined : readElement(explicit.content);
  const extensions = list === undefined ? [] : readElements(list.content);
  return extensions === undefined ? undefined : { serialNumber, issuer, subject, extensions };
}

function keyUsageOf(extensions: readonly DerElement[]): readonly string[] | undefined {
  for (const extension of extensions) {
    const parts = readElements(extension.content);
    const id = parts?.[0];
    const value = parts?.at(-1);
    if (id === undefined || value?.tag !== Tag.octetString || !KEY_USAGE.equals(id.bytes)) continue;
    const bits = readElement(value.content);
    // unreadable bits are no permission
    return bits?.tag === Tag.bitString ? bitNames(bits.content) : [];
  }
  return undefined;
}

/** BIT STRING: the first octet counts unused bits, bit 0 is the highest of the second octet. */
function bitNames(content: Uint8Array): string[] {
  return KEY_USAGE_NAMES.filter((_name, bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}
