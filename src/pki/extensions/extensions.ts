import { EXTENSION, OCSP } from '../object-identifiers.ts';
import { enterGeneralNames, type GeneralName } from '../general-name.ts';
import type { DerReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';
import { readAuthorityInformationAccess, type AuthorityInformationAccess } from './authority-information-access.ts';
import { readBasicConstraints, type BasicConstraints } from './basic-constraints.ts';
import { readDistributionPoints, type DistributionPoint } from './distribution-points.ts';
import { readExtendedKeyUsage } from './extended-key-usage.ts';
import {
  readAuthorityKeyIdentifier,
  readSubjectKeyIdentifier,
  type AuthorityKeyIdentifier,
} from './key-identifiers.ts';
import { readKeyUsage, type KeyUsage } from './key-usage.ts';
import { readNameConstraints, type NameConstraints } from './name-constraints.ts';
import {
  readCertificatePolicies,
  readInhibitAnyPolicy,
  readPolicyConstraints,
  readPolicyMappings,
  type PolicyConstraints,
  type PolicyMapping,
} from './policies.ts';

/** The extensions of a certificate that this room understands, parsed; and which of all are critical. */
export interface CertificateExtensions {
  authorityKeyIdentifier?: AuthorityKeyIdentifier;
  subjectKeyIdentifier?: Uint8Array;
  keyUsage?: KeyUsage;
  extendedKeyUsage?: readonly string[];
  basicConstraints?: BasicConstraints;
  certificatePolicies?: readonly string[];
  policyMappings?: readonly PolicyMapping[];
  policyConstraints?: PolicyConstraints;
  inhibitAnyPolicy?: number;
  nameConstraints?: NameConstraints;
  subjectAltName?: readonly GeneralName[];
  crlDistributionPoints?: readonly DistributionPoint[];
  freshestCrl?: readonly DistributionPoint[];
  authorityInformationAccess?: AuthorityInformationAccess;
  /** id-pkix-ocsp-nocheck: an OCSP responder whose certificate needs no revocation check (RFC 6960 section 4.2.2.2.1). */
  ocspNoCheck?: true;
  /** The attribute list as DER; only the citizen profile looks inside. */
  subjectDirectoryAttributes?: Uint8Array;
  /** Identifiers of the extensions marked critical, known or not. */
  readonly critical: string[];
}

/** What one extension's value becomes. An identifier that is not here is kept by its identifier alone. */
const READERS: Readonly<Record<string, (value: DerReader, into: CertificateExtensions) => void>> = {
  [EXTENSION.authorityKeyIdentifier]: (value, into) =>
    (into.authorityKeyIdentifier = readAuthorityKeyIdentifier(value)),
  [EXTENSION.subjectKeyIdentifier]: (value, into) => (into.subjectKeyIdentifier = readSubjectKeyIdentifier(value)),
  [EXTENSION.keyUsage]: (value, into) => (into.keyUsage = readKeyUsage(value)),
  [EXTENSION.extendedKeyUsage]: (value, into) => (into.extendedKeyUsage = readExtendedKeyUsage(value)),
  [EXTENSION.basicConstraints]: (value, into) => (into.basicConstraints = readBasicConstraints(value)),
  [EXTENSION.certificatePolicies]: (value, into) => (into.certificatePolicies = readCertificatePolicies(value)),
  [EXTENSION.policyMappings]: (value, into) => (into.policyMappings = readPolicyMappings(value)),
  [EXTENSION.policyConstraints]: (value, into) => (into.policyConstraints = readPolicyConstraints(value)),
  [EXTENSION.inhibitAnyPolicy]: (value, into) => (into.inhibitAnyPolicy = readInhibitAnyPolicy(value)),
  [EXTENSION.nameConstraints]: (value, into) => (into.nameConstraints = readNameConstraints(value)),
  [EXTENSION.subjectAltName]: (value, into) => (into.subjectAltName = enterGeneralNames(value)),
  [EXTENSION.issuerAltName]: value => void enterGeneralNames(value),
  [EXTENSION.crlDistributionPoints]: (value, into) => (into.crlDistributionPoints = readDistributionPoints(value)),
  [EXTENSION.freshestCrl]: (value, into) => (into.freshestCrl = readDistributionPoints(value)),
  [EXTENSION.authorityInformationAccess]: (value, into) =>
    (into.authorityInformationAccess = readAuthorityInformationAccess(value)),
  [OCSP.noCheck]: (value, into) => {
    value.null();
    into.ocspNoCheck = true;
  },
  [EXTENSION.subjectDirectoryAttributes]: (value, into) =>
    (into.subjectDirectoryAttributes = value.rawElement(TAG.sequence)),
};

/** Extensions per certificate; real ones have about ten. */
const MAX_EXTENSIONS = 64;

/** Reads `Extensions`: one or more, no identifier twice (RFC 5280 section 4.2), each known one to its last octet. */
export function readCertificateExtensions(reader: DerReader): CertificateExtensions {
  const extensions: CertificateExtensions = { critical: [] };
  const seen = new Set<string>();
  const sequence = reader.sequence();
  do {
    const { identifier, isCritical, value } = readExtension(sequence);
    if (seen.has(identifier) || seen.size >= MAX_EXTENSIONS) sequence.invalid();
    seen.add(identifier);
    if (isCritical) extensions.critical.push(identifier);
    const read = READERS[identifier];
    if (read === undefined) continue;
    read(value, extensions);
    value.finish();
  } while (!sequence.isAtEnd);
  return extensions;
}

export interface Extension {
  readonly identifier: string;
  readonly isCritical: boolean;
  /** A reader inside the OCTET STRING. */
  readonly value: DerReader;
}

/**
 * `Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }`: the same in certificates, CRLs, entries and
 * OCSP.
 */
export function readExtension(reader: DerReader): Extension {
  const extension = reader.sequence();
  const identifier = extension.objectIdentifier();
  const isCritical = extension.booleanDefaultFalse();
  const value = extension.enter(TAG.octetString);
  extension.finish();
  return { identifier, isCritical, value };
}
