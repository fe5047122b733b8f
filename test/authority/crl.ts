import { integer, sequence, tagged, time } from './der.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import {
  authorityKeyIdentifier,
  crlNumber,
  encodeExtension,
  issuingDistributionPoint,
  reasonCode,
  type Extension,
  type RevocationReason,
} from './extensions.ts';
import { signatureAlgorithm, signedFrame, type Digest, type KeyPair } from './key-pair.ts';

/** One line of a CRL. `serialNumber` in hexadecimal. */
export interface RevokedEntry {
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason?: RevocationReason;
  /** More entry extensions, for example an unknown critical one. */
  readonly extensions?: readonly Extension[];
}

/** Everything that goes into a CRL (RFC 5280 §5.1); defects are made by giving other values. */
export interface CrlTemplate {
  /** DER Name. */
  readonly issuer: Buffer;
  readonly digest: Digest;
  readonly thisUpdate: Date;
  /** `null` leaves it out. */
  readonly nextUpdate: Date | null;
  readonly entries: Iterable<RevokedEntry>;
  readonly extensions: readonly Extension[];
  readonly signingKey: KeyPair;
}

/** The real root's list of revoked CAs lives 36 hours; all CRLs here do. */
const CRL_LIFE_MS = 36 * 3_600_000;

/**
 * The CRL of a CA as DER, from what it has revoked.
 *
 * @param options.address makes a partition CRL: the address goes into a critical issuingDistributionPoint
 * @param options.number hexadecimal; by default the date and hour of `thisUpdate`, as the real CRLs count
 * @param options.entries replaces what the CA has revoked (large CRLs)
 * @param options.change applied last; may alter anything, the signing key included
 */
export function issueCrl(
  authority: CertificateAuthority,
  options: {
    readonly thisUpdate: Date;
    readonly nextUpdate?: Date | null;
    readonly address?: string;
    readonly number?: string;
    readonly entries?: Iterable<RevokedEntry>;
    readonly change?: (template: CrlTemplate) => CrlTemplate;
  },
): Buffer {
  const { thisUpdate, address } = options;
  const template: CrlTemplate = {
    issuer: authority.certificate.subject,
    digest: 'sha256',
    thisUpdate,
    nextUpdate: options.nextUpdate === undefined ? new Date(thisUpdate.getTime() + CRL_LIFE_MS) : options.nextUpdate,
    entries: options.entries ?? revokedEntries(authority),
    extensions: [
      authorityKeyIdentifier(authority.keyPair.keyIdentifier),
      crlNumber(options.number ?? numberOf(thisUpdate)),
      ...(address === undefined ? [] : [issuingDistributionPoint({ address })]),
    ],
    signingKey: authority.keyPair,
  };
  return signCrl(options.change?.(template) ?? template);
}

/** The CA's revoked certificates, in the order of their revocation. */
function* revokedEntries(authority: CertificateAuthority): Generator<RevokedEntry> {
  for (const [serialNumber, status] of authority.statuses) {
    if (status.status === 'revoked') yield { serialNumber, ...status };
  }
}

/** Decimal `YYYYMMDDhh` as a hexadecimal integer. */
function numberOf(instant: Date): string {
  const decimal = instant.toISOString().slice(0, 13).replace(/[-T]/g, '');
  return BigInt(decimal).toString(16);
}

/** Signs what the template says, as it stands. */
export function signCrl(template: CrlTemplate): Buffer {
  const { signingKey, digest, extensions, nextUpdate } = template;
  const entries = Array.from(template.entries, encodeEntry);
  const toBeSigned = sequence(
    integer(1),
    signatureAlgorithm(signingKey, digest),
    template.issuer,
    time(template.thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    // revokedCertificates must be absent, not empty, where nothing is revoked (RFC 5280 §5.1.2.6).
    ...(entries.length === 0 ? [] : [sequence(Buffer.concat(entries))]),
    ...(extensions.length === 0 ? [] : [tagged(0, sequence(...extensions.map(encodeExtension)))]),
  );
  return signedFrame(toBeSigned, signingKey, digest);
}

function encodeEntry({ serialNumber, revokedAt, reason, extensions = [] }: RevokedEntry): Buffer {
  const all = [...(reason === undefined ? [] : [reasonCode(reason)]), ...extensions];
  return sequence(
    integer(serialNumber),
    time(revokedAt),
    ...(all.length === 0 ? [] : [sequence(...all.map(encodeExtension))]),
  );
}
