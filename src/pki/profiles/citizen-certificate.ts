import { toHex } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import type { PathInputs } from '../certification-path/path-inputs.ts';
import { defaultPathInputs } from '../certification-path/path-inputs.ts';
import { refuse, type ProfileFailure, type Refused } from '../failures.ts';
import { TAG } from '../der/tags.ts';
import { ATTRIBUTE, GPKI } from '../object-identifiers.ts';
import type { RevocationCheckedPath } from '../revocation/check-revocation.ts';
import { weaknessOf } from '../weak-keys.ts';
import { guessCardFamily, type GuessedCardFamily } from './card-family.ts';
import { decodeHolderAttributes } from './subject-directory-attributes.ts';

interface HolderFacts {
  readonly name: string;
  readonly subjectSerialNumber: string;
  readonly subjectSerialNumberHex: string;
  readonly idLastFour: string | undefined;
  readonly issuerKeyIdentifier: string;
}

let make: (facts: HolderFacts, certificate: Certificate) => CardHolder;

/**
 * Evidence that a certificate is a citizen card's sign certificate with a sound path, not revoked. Only
 * `judgeCitizenProfile` makes one. That the holder was present is the signature's matter, see card-proof.ts. All fields
 * are plain values, fit for a binding or a record.
 */
export class CardHolder {
  readonly #certificate: Certificate;
  /** Common name, Unicode NFC. Not unique. */
  readonly name: string;
  /** The 16 digits of the subject's serialNumber. */
  readonly subjectSerialNumber: string;
  /** The same, as hex of the exact octets in the certificate. */
  readonly subjectSerialNumberHex: string;
  /** Last four characters of the national identity number; newer cards may not carry them. */
  readonly idLastFour: string | undefined;
  /** Key identifier of the CA that issued the certificate, hex: names the generation of the CA. */
  readonly issuerKeyIdentifier: string;

  private constructor(facts: HolderFacts, certificate: Certificate) {
    this.name = facts.name;
    this.subjectSerialNumber = facts.subjectSerialNumber;
    this.subjectSerialNumberHex = facts.subjectSerialNumberHex;
    this.idLastFour = facts.idLastFour;
    this.issuerKeyIdentifier = facts.issuerKeyIdentifier;
    this.#certificate = certificate;
  }

  static {
    make = (facts, certificate) => new CardHolder(facts, certificate);
  }

  /** SHA-256 of the SubjectPublicKeyInfo, hex: names the card's key. */
  get spkiSha256(): string {
    return this.#certificate.publicKey.sha256;
  }
  /** SHA-256 of the certificate, hex. */
  get certificateSha256(): string {
    return this.#certificate.sha256;
  }
  get certificateDer(): Uint8Array {
    return this.#certificate.der;
  }
  /** The certificate's own serial number, hex of its content octets. */
  get certificateSerialNumber(): string {
    return toHex(this.#certificate.serialNumber);
  }
  get notBefore(): Date {
    return new Date(this.#certificate.notBefore);
  }
  get notAfter(): Date {
    return new Date(this.#certificate.notAfter);
  }
}

export type CitizenVerdict = { readonly ok: true; readonly cardHolder: CardHolder } | Refused<ProfileFailure>;

/** Path inputs for a citizen certificate: valid for assurance level 3 by an explicit policy, and fit to sign. */
export function citizenPathInputs(time: Date): PathInputs {
  return {
    ...defaultPathInputs(time),
    initialPolicies: [GPKI.assuranceLevel3],
    requireExplicitPolicy: true,
    keyUsage: ['digitalSignature'],
  };
}

const CODE_OF_FAMILY = {
  MOEACA: 'moeaca-certificate',
  GCA: 'gca-certificate',
  XCA: 'xca-certificate',
  GTestCA: 'test-certificate',
} as const satisfies Record<Exclude<GuessedCardFamily, 'MOICA'>, ProfileFailure['code']>;

/**
 * What can be told from the certificate alone, before any signature is verified: that it is of another card family, the
 * test PKI, or the encryption certificate of the same card, so that the person can be told what to do. Passing this
 * proves nothing.
 */
export function obviousMisuse(certificate: Certificate): ProfileFailure | undefined {
  const family = guessCardFamily(certificate);
  const policies = certificate.extensions.certificatePolicies ?? [];
  if (policies.includes(GPKI.assuranceTest)) return { code: 'test-certificate' };
  if (family !== undefined && family !== 'MOICA') return { code: CODE_OF_FAMILY[family] };
  const { keyUsage } = certificate.extensions;
  const encrypts = keyUsage?.has('keyEncipherment') === true || keyUsage?.has('dataEncipherment') === true;
  return encrypts && !keyUsage.has('digitalSignature') ? { code: 'encryption-certificate' } : undefined;
}

/**
 * Judges a path whose revocation was checked by the profile of MOICA's sign certificates, and names the holder.
 *
 * @returns the evidence; `not-a-citizen-certificate` with the part that does not fit; never throws for bad certificates
 */
export function judgeCitizenProfile(checked: RevocationCheckedPath): CitizenVerdict {
  const { path } = checked;
  const { leaf } = path;
  const { keyUsage, basicConstraints, subjectDirectoryAttributes } = leaf.extensions;
  const misuse = obviousMisuse(leaf);
  if (misuse !== undefined) return refuse(misuse);
  if (leaf.version !== 3) return notACitizen('version');
  if (basicConstraints?.isCa === true) return notACitizen('basic-constraints');
  // digitalSignature and nothing else: the card's other key does the rest.
  if (keyUsage?.names.join() !== 'digitalSignature') return notACitizen('key-usage');
  const { kind } = leaf.publicKey.material;
  if (kind !== 'rsa' || weaknessOf(leaf.publicKey, 'current') !== undefined) return notACitizen('public-key');
  if (!path.policies.includes(GPKI.assuranceLevel3)) return notACitizen('policy');
  const subject = readSubject(leaf);
  if (subject === undefined) return notACitizen('subject');
  const attributes = decodeHolderAttributes(subjectDirectoryAttributes);
  if (attributes === undefined) return notACitizen('holder-attributes');
  const { holderType, idLastFour } = attributes;
  if (holderType !== undefined && holderType !== GPKI.holderTypeCitizen) return notACitizen('holder-attributes');
  const issuer = path.issuerOf(path.certificates.length - 1);
  const issuerKeyIdentifier = issuer.subjectKeyIdentifierHex ?? issuer.publicKey.sha256;
  return { ok: true, cardHolder: make({ ...subject, idLastFour, issuerKeyIdentifier }, leaf) };
}

function notACitizen(
  part: Extract<ProfileFailure, { code: 'not-a-citizen-certificate' }>['part'],
): Refused<ProfileFailure> {
  return refuse({ code: 'not-a-citizen-certificate', part });
}

/** Exactly C=TW, CN=<name>, serialNumber=<16 digits>, one attribute an RDN, in this order. */
function readSubject(certificate: Certificate): Omit<HolderFacts, 'idLastFour' | 'issuerKeyIdentifier'> | undefined {
  const { rdns } = certificate.subject;
  const [country, commonName, serialNumber] = rdns.flat();
  if (rdns.length !== 3 || rdns.some(rdn => rdn.length !== 1)) return undefined;
  if (country?.type !== ATTRIBUTE.countryName || country.tag !== TAG.printableString || country.text !== 'TW')
    return undefined;
  if (commonName?.type !== ATTRIBUTE.commonName || serialNumber?.type !== ATTRIBUTE.serialNumber) return undefined;
  const digits = serialNumber.text;
  if (serialNumber.tag !== TAG.printableString || digits === undefined || !/^[0-9]{16}$/.test(digits)) return undefined;
  const name = commonName.text?.normalize('NFC');
  // No name is blank, and control characters would reach pages and records.
  if (name === undefined || name.trim() === '' || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return undefined;
  return { name, subjectSerialNumber: digits, subjectSerialNumberHex: toHex(serialNumber.value) };
}
