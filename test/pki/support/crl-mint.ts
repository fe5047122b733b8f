import { integer, sequence, tagged, taggedPrimitive, time } from '../../authority/der.ts';
import {
  authorityKeyIdentifier,
  crlNumber,
  encodeExtension,
  reasonCode,
  type Extension,
  type RevocationReason,
} from '../../authority/extensions.ts';
import { signatureAlgorithm, signedFrame, type Digest, type KeyPair } from '../../authority/key-pair.ts';
import { parseCrl, type UnverifiedCrl } from '../../../src/pki/revocation/crl.ts';
import { verifyCrl, type TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import type { Minted } from './mint.ts';

export interface Revoked {
  /** The certificate, or the content octets of a serial number in hex. */
  readonly who: Minted | string;
  readonly at?: Date;
  readonly reason?: RevocationReason;
  readonly extensions?: readonly Extension[];
}

export interface CrlMinting {
  readonly revoked?: readonly Revoked[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  readonly number?: number;
  readonly extensions?: readonly Extension[];
  readonly digest?: Digest;
  readonly signingKey?: KeyPair;
  readonly name?: Buffer;
}

/** A CRL of `issuer`, current on the first days of June 2026. */
export function mintCrl(issuer: Minted, minting: CrlMinting = {}): Buffer {
  const signingKey = minting.signingKey ?? issuer.keyPair;
  const digest = minting.digest ?? 'sha256';
  const nextUpdate = minting.nextUpdate === undefined ? new Date('2026-06-02T00:00:00Z') : minting.nextUpdate;
  const extensions = [
    authorityKeyIdentifier(signingKey.keyIdentifier),
    crlNumber((minting.number ?? 1).toString(16)),
    ...(minting.extensions ?? []),
  ];
  const entries = (minting.revoked ?? []).map(encodeRevoked);
  const body = sequence(
    integer(1),
    signatureAlgorithm(signingKey, digest),
    minting.name ?? issuer.name,
    time(minting.thisUpdate ?? new Date('2026-05-31T00:00:00Z')),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(0, sequence(...extensions.map(encodeExtension))),
  );
  return signedFrame(body, signingKey, digest);
}

function encodeRevoked({ who, at, reason, extensions = [] }: Revoked): Buffer {
  const serial = typeof who === 'string' ? who : Buffer.from(who.certificate.serialNumber).toString('hex');
  const all = [...(reason === undefined ? [] : [reasonCode(reason)]), ...extensions];
  return sequence(
    integer(serial),
    time(at ?? new Date('2026-05-01T00:00:00Z')),
    ...(all.length === 0 ? [] : [sequence(...all.map(encodeExtension))]),
  );
}

export function parsedCrl(der: Uint8Array): UnverifiedCrl {
  const result = parseCrl(der);
  if (!result.ok) throw new Error(`not parsed: ${result.failure.reason} at ${result.failure.offset}`);
  return result.crl;
}

/** Parsed and verified with the issuer's certificate. */
export function trustedCrl(issuer: Minted, minting: CrlMinting = {}): TrustedCrl {
  const verdict = verifyCrl(parsedCrl(mintCrl(issuer, minting)), issuer.certificate);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  return verdict.crl;
}

const uri = (address: string): Buffer => taggedPrimitive(6, Buffer.from(address));
const flag = (number: number): Buffer => taggedPrimitive(number, Buffer.from([0xff]));
const reasons = (number: number, bits: Buffer): Buffer => taggedPrimitive(number, bits);

/** ReasonFlags keyCompromise and cACompromise; and all the others. */
export const COMPROMISE_ONLY = Buffer.from('0560', 'hex');
export const ALL_BUT_COMPROMISE = Buffer.from('071f80', 'hex');

export function issuingDistributionPoint(scope: {
  address?: string;
  userCerts?: boolean;
  caCerts?: boolean;
  someReasons?: Buffer;
  indirect?: boolean;
  attributeCerts?: boolean;
}): Extension {
  const value = sequence(
    ...(scope.address === undefined ? [] : [tagged(0, tagged(0, uri(scope.address)))]),
    ...(scope.userCerts === true ? [flag(1)] : []),
    ...(scope.caCerts === true ? [flag(2)] : []),
    ...(scope.someReasons === undefined ? [] : [reasons(3, scope.someReasons)]),
    ...(scope.indirect === true ? [flag(4)] : []),
    ...(scope.attributeCerts === true ? [flag(5)] : []),
  );
  return { oid: '2.5.29.28', critical: true, value };
}

export interface Point {
  readonly address?: string;
  readonly reasons?: Buffer;
  /** DER Name. */
  readonly crlIssuer?: Buffer;
}

export function distributionPoints(...points: readonly Point[]): Extension {
  const value = sequence(
    ...points.map(point =>
      sequence(
        ...(point.address === undefined ? [] : [tagged(0, tagged(0, uri(point.address)))]),
        ...(point.reasons === undefined ? [] : [reasons(1, point.reasons)]),
        ...(point.crlIssuer === undefined ? [] : [tagged(2, tagged(4, point.crlIssuer))]),
      ),
    ),
  );
  return { oid: '2.5.29.31', critical: false, value };
}

/** A delta CRL's base (RFC 5280 section 5.2.4). */
export const deltaIndicator = (base: number): Extension => ({ oid: '2.5.29.27', critical: true, value: integer(base) });

/** certificateIssuer of an entry (section 5.3.3). */
export const certificateIssuer = (name: Buffer): Extension => ({
  oid: '2.5.29.29',
  critical: true,
  value: sequence(tagged(4, name)),
});
