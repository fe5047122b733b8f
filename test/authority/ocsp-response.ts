import { createHash, sign } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { CertificateAuthority, CertificateStatus } from './certificate-authority.ts';
import {
  bitString,
  element,
  enumerated,
  generalizedTime,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
  taggedPrimitive,
} from './der.ts';
import { encodeExtension, EXTENSION_OIDS, REVOCATION_REASONS, type Extension } from './extensions.ts';
import { signatureAlgorithm, type Digest, type KeyPair } from './key-pair.ts';
import type { CertId, OcspRequest } from './ocsp-request.ts';

const HASHES = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' } as const;

type OcspCertStatus = CertificateStatus | { readonly status: 'unknown' };

interface SingleResponse {
  /** DER CertID, as asked or as made by `certIdOf`. */
  readonly certId: Buffer;
  readonly status: OcspCertStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** singleExtensions. */
  readonly extensions?: readonly Extension[];
}

/** Everything that goes into a BasicOCSPResponse (RFC 6960 §4.2.1). */
export interface OcspResponseTemplate {
  readonly responderId: { readonly byKey: Buffer } | { readonly byName: Buffer };
  readonly producedAt: Date;
  readonly responses: readonly SingleResponse[];
  readonly extensions: readonly Extension[];
  readonly digest: Digest;
  readonly signingKey: KeyPair;
  /** `certs`: the delegated responder's, where there is one. */
  readonly certificates: readonly Certificate[];
}

/** OCSPResponseStatus values without a response body. */
const OCSP_ERRORS = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const;

export function ocspError(status: keyof typeof OCSP_ERRORS): Buffer {
  return sequence(enumerated(OCSP_ERRORS[status]));
}

/** Half a day: short enough that a revocation is seen the same day from a cache. */
const RESPONSE_LIFE_MS = 12 * 3_600_000;

/**
 * Answers a request from what the CAs know: `good` only for a certificate that was issued here and is not revoked,
 * `unknown` for any other of theirs; unauthorized where an issuer is none of `authorities` (RFC 6960 §2.3).
 *
 * @param options.signer the CA itself instead of its delegated responder
 * @param options.change applied last; may alter anything
 */
export function answerOcspRequest(
  request: OcspRequest,
  authorities: Iterable<CertificateAuthority>,
  options: {
    readonly now: Date;
    readonly signer?: 'responder' | 'authority';
    readonly change?: (template: OcspResponseTemplate) => OcspResponseTemplate;
  },
): Buffer {
  const known = [...authorities];
  const issuers = new Set(request.certIds.map(certId => known.find(authority => isIssuer(authority, certId))));
  const [issuer] = issuers;
  if (issuer === undefined || issuers.size !== 1) return ocspError('unauthorized');
  const isDelegated = options.signer !== 'authority';
  const signer = isDelegated ? issuer.responder : issuer;
  const template: OcspResponseTemplate = {
    responderId: { byKey: signer.keyPair.keyIdentifier },
    producedAt: options.now,
    responses: request.certIds.map(certId => ({
      certId: certId.der,
      status: issuer.statuses.get(certId.serialNumber) ?? { status: 'unknown' },
      thisUpdate: options.now,
      nextUpdate: new Date(options.now.getTime() + RESPONSE_LIFE_MS),
    })),
    extensions:
      request.nonce === undefined ? [] : [{ oid: EXTENSION_OIDS.ocspNonce, critical: false, value: request.nonce }],
    digest: 'sha256',
    signingKey: signer.keyPair,
    certificates: isDelegated ? [issuer.responder.certificate] : [],
  };
  return signOcspResponse(options.change?.(template) ?? template);
}

function isIssuer(authority: CertificateAuthority, certId: CertId): boolean {
  const hash = Object.entries(HASHES).find(([oid]) => oid === certId.hashAlgorithm)?.[1];
  if (hash === undefined) return false;
  const { issuerNameHash, issuerKeyHash } = issuerHashes(authority, hash);
  return issuerNameHash.equals(certId.issuerNameHash) && issuerKeyHash.equals(certId.issuerKeyHash);
}

type Issuer = Pick<CertificateAuthority, 'certificate' | 'keyPair'>;

function issuerHashes(issuer: Issuer, hash: 'sha1' | 'sha256'): { issuerNameHash: Buffer; issuerKeyHash: Buffer } {
  return {
    issuerNameHash: createHash(hash).update(issuer.certificate.subject).digest(),
    issuerKeyHash: createHash(hash).update(issuer.keyPair.subjectPublicKey).digest(),
  };
}

/** CertID of a certificate (RFC 6960 §4.1.1). */
export function certIdOf(issuer: Issuer, serialNumber: string, hash: 'sha1' | 'sha256'): Buffer {
  const oid = hash === 'sha1' ? '1.3.14.3.2.26' : '2.16.840.1.101.3.4.2.1';
  const { issuerNameHash, issuerKeyHash } = issuerHashes(issuer, hash);
  return sequence(
    sequence(objectIdentifier(oid), nullValue()),
    octetString(issuerNameHash),
    octetString(issuerKeyHash),
    integer(serialNumber),
  );
}

export function signOcspResponse(template: OcspResponseTemplate): Buffer {
  const { responderId, signingKey, digest, certificates, extensions } = template;
  const responseData = sequence(
    'byKey' in responderId ? tagged(2, octetString(responderId.byKey)) : tagged(1, responderId.byName),
    generalizedTime(template.producedAt),
    sequence(...template.responses.map(encodeSingle)),
    ...(extensions.length === 0 ? [] : [tagged(1, sequence(...extensions.map(encodeExtension)))]),
  );
  const basic = sequence(
    responseData,
    signatureAlgorithm(signingKey, digest),
    bitString(sign(digest, responseData, signingKey.privateKey)),
    ...(certificates.length === 0 ? [] : [tagged(0, sequence(...certificates.map(({ der }) => der)))]),
  );
  const responseBytes = sequence(objectIdentifier('1.3.6.1.5.5.7.48.1.1'), octetString(basic));
  return sequence(enumerated(0), tagged(0, responseBytes));
}

function encodeSingle({ certId, status, thisUpdate, nextUpdate, extensions = [] }: SingleResponse): Buffer {
  return sequence(
    certId,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [tagged(0, generalizedTime(nextUpdate))]),
    ...(extensions.length === 0 ? [] : [tagged(1, sequence(...extensions.map(encodeExtension)))]),
  );
}

/** CertStatus: good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL, all IMPLICIT. */
function encodeStatus(status: OcspCertStatus): Buffer {
  switch (status.status) {
    case 'good':
      return taggedPrimitive(0, Buffer.alloc(0));
    case 'unknown':
      return taggedPrimitive(2, Buffer.alloc(0));
    case 'revoked':
      return element(
        0xa1,
        generalizedTime(status.revokedAt),
        ...(status.reason === undefined ? [] : [tagged(0, enumerated(REVOCATION_REASONS[status.reason]))]),
      );
  }
}
