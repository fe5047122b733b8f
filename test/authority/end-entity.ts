import {
  randomSerialNumber,
  signCertificate,
  type CertificateTemplate,
  type IssuedCertificate,
} from './certificate.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  certificatePolicies,
  crlDistributionPoints,
  keyUsage,
  subjectDirectoryAttributes,
  subjectKeyIdentifier,
  type Extension,
  type KeyUsage,
} from './extensions.ts';
import { CLASS_3_POLICY } from './government-ca.ts';
import { generateRsaKeyPair, type Digest, type KeyPair } from './key-pair.ts';
import { citizenName, organizationName } from './names.ts';

/** A natural person as the citizen CA knows one. */
export interface Holder {
  readonly name: string;
  /** 16 digits, given by the CA. */
  readonly serialNumber: string;
  /** Last four characters of the national ID. */
  readonly idLastFour: string;
}

/** An organisation with a card of the business or agency CA: `identifier` is a company number or an agency's OID. */
export interface CardOrganization {
  readonly name: string;
  readonly identifier: string;
}

/** What a card's two certificates are for (moica profile: sign and encrypt pair). */
export type CardPurpose = 'sign' | 'encrypt';

/** Departures from the profile. `change` is applied last and may alter anything, the signing key included; the
 * CA remembers the certificate as its own whatever it looks like. */
export interface Issuance {
  /** 1 January 2025 unless told. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly keyUsage?: readonly KeyUsage[];
  readonly policies?: readonly string[];
  readonly keyPair?: KeyPair;
  readonly digest?: Digest;
  readonly change?: (template: CertificateTemplate) => CertificateTemplate;
}

const USAGE_OF_PURPOSE = {
  sign: ['digitalSignature'],
  encrypt: ['keyEncipherment', 'dataEncipherment'],
} as const satisfies Record<CardPurpose, readonly KeyUsage[]>;

/** A citizen certificate (moica profile): five years, ending 23:59:59 in Taipei. */
export async function issueCitizenCertificate(
  issuer: CertificateAuthority,
  holder: Holder,
  purpose: CardPurpose,
  issuance: Issuance = {},
): Promise<IssuedCertificate> {
  const attributes = subjectDirectoryAttributes('2.16.886.1.100.3.1.1', [
    { type: '2.16.886.1.100.2.51', text: holder.idLastFour },
  ]);
  return issue(issuer, citizenName(holder.name, holder.serialNumber), purpose, attributes, issuance);
}

/** A business certificate: the holder is an organisation, the subject has no common name. */
export async function issueBusinessCertificate(
  issuer: CertificateAuthority,
  organization: CardOrganization,
  purpose: CardPurpose,
  issuance: Issuance = {},
): Promise<IssuedCertificate> {
  const attributes = subjectDirectoryAttributes('2.16.886.1.100.3.2.2.1', [
    { type: '2.16.886.1.100.2.2', text: 'primary' },
    { type: '2.16.886.1.100.2.101', text: organization.identifier },
  ]);
  return issue(issuer, organizationName(organization.name), purpose, attributes, issuance);
}

async function issue(
  issuer: CertificateAuthority,
  subject: Buffer,
  purpose: CardPurpose,
  attributes: Extension,
  issuance: Issuance,
): Promise<IssuedCertificate> {
  const keyPair = issuance.keyPair ?? (await generateRsaKeyPair());
  const notBefore = issuance.notBefore ?? new Date('2025-01-01T00:00:00Z');
  const { crls, caIssuers, ocsp } = issuer.publication;
  const template: CertificateTemplate = {
    serialNumber: randomSerialNumber(),
    digest: issuance.digest ?? 'sha256',
    issuer: issuer.certificate.subject,
    notBefore,
    notAfter: issuance.notAfter ?? fiveYearsAfter(notBefore),
    subject,
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [
      authorityKeyIdentifier(issuer.keyPair.keyIdentifier),
      subjectKeyIdentifier(keyPair.keyIdentifier),
      keyUsage(issuance.keyUsage ?? USAGE_OF_PURPOSE[purpose]),
      certificatePolicies(issuance.policies ?? [CLASS_3_POLICY]),
      attributes,
      crlDistributionPoints(crls.map(({ address }) => address)),
      authorityInfoAccess({ caIssuers, ...(ocsp === undefined ? {} : { ocsp }) }),
    ],
    signingKey: issuer.keyPair,
  };
  const certificate = signCertificate(issuance.change?.(template) ?? template);
  issuer.statuses.set(certificate.serialNumber, { status: 'good' });
  return { certificate, keyPair };
}

/** 15:59:59 UTC is the last second of the Taipei day. */
function fiveYearsAfter(instant: Date): Date {
  const end = new Date(instant);
  end.setUTCFullYear(end.getUTCFullYear() + 5);
  end.setUTCHours(15, 59, 59, 0);
  return end;
}
