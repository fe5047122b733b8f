import { readAlgorithmIdentifier, type AlgorithmIdentifier } from '../../algorithm-identifier.ts';
import { readCertificate, type Certificate } from '../../certificate.ts';
import { decodeDerCopy } from '../../der/decode.ts';
import type { DerReader } from '../../der/reader.ts';
import { contextConstructed, TAG } from '../../der/tags.ts';
import { readName, type DistinguishedName } from '../../distinguished-name.ts';
import { readExtension } from '../../extensions/extensions.ts';
import { refuse, type OcspErrorStatus, type OcspFailure, type Refused } from '../../failures.ts';
import { OCSP } from '../../object-identifiers.ts';
import { readSingleResponse, type SingleResponse } from './single-response.ts';

/** A signed answer about one certificate with the responder's certificate has 2 to 4 kB; a chain in it still fits. */
export const MAX_OCSP_RESPONSE_BYTES = 64 * 1024;

/** Responders send their own certificate, some their CAs too; each may cost one signature verification. */
const MAX_CERTIFICATES = 8;

/** OCSPResponseStatus (RFC 6960 section 4.2.1); 4 is not used. */
const ERROR_STATUSES: Readonly<Record<number, OcspErrorStatus>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

/** How a responder names itself: by its subject, or by the SHA-1 of its key. */
export type ResponderId = { readonly name: DistinguishedName } | { readonly keyHash: Uint8Array };

/** A BasicOCSPResponse as parsed: nothing in it has been verified. */
export interface UnverifiedOcspResponse {
  readonly responderId: ResponderId;
  /** Milliseconds since 1970. */
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  /** Value of the nonce extension, whatever it holds. */
  readonly nonce: Uint8Array | undefined;
  /** The first critical extension of the response or a part of it that is not understood. */
  readonly unknownCritical: string | undefined;
  /** ResponseData, the signed part. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Certificates that came along; trusted in nothing. */
  readonly certificates: readonly Certificate[];
}

export type ParsedOcspResponse =
  | { readonly ok: true; readonly response: UnverifiedOcspResponse }
  | Refused<Extract<OcspFailure, { code: 'ocsp-malformed' | 'ocsp-responder-error' }>>;

/**
 * Reads an OCSPResponse with a BasicOCSPResponse in it (RFC 6960 section 4.2.1): DER only, no extension twice, nothing
 * left over.
 *
 * @param der at most 64 KiB; copied
 * @returns the answer, `ocsp-responder-error` with the status of one that answers nothing, or `ocsp-malformed`
 */
export function parseOcspResponse(der: Uint8Array): ParsedOcspResponse {
  const result = decodeDerCopy(der, MAX_OCSP_RESPONSE_BYTES, readOcspResponse);
  if (!result.ok) return refuse({ code: 'ocsp-malformed', reason: result.reason, offset: result.offset });
  if (typeof result.value === 'string') return refuse({ code: 'ocsp-responder-error', status: result.value });
  return { ok: true, response: result.value };
}

function readOcspResponse(reader: DerReader): UnverifiedOcspResponse | OcspErrorStatus {
  const outer = reader.sequence();
  const status = outer.smallInteger(TAG.enumerated);
  if (status !== 0) {
    // responseBytes are absent where the status is an error.
    outer.finish();
    return ERROR_STATUSES[status] ?? outer.invalid();
  }
  const explicit = outer.enter(contextConstructed(0));
  outer.finish();
  const responseBytes = explicit.sequence();
  explicit.finish();
  if (responseBytes.objectIdentifier() !== OCSP.basicResponse) responseBytes.invalid();
  const octets = responseBytes.enter(TAG.octetString);
  responseBytes.finish();
  const response = readBasicResponse(octets.sequence());
  octets.finish();
  return response;
}

function readBasicResponse(basic: DerReader): UnverifiedOcspResponse {
  const start = basic.position;
  const data = basic.sequence();
  const tbs = basic.bytes.subarray(start, basic.position);
  const signatureAlgorithm = readAlgorithmIdentifier(basic);
  const signature = basic.bitString();
  if (signature.unusedBits !== 0) basic.invalid();
  const certificates = readCertificates(basic);
  basic.finish();
  return {
    ...readResponseData(data),
    tbs,
    signatureAlgorithm,
    signature: signature.octets,
    certificates,
  };
}

function readResponseData(
  data: DerReader,
): Pick<UnverifiedOcspResponse, 'responderId' | 'producedAt' | 'responses' | 'nonce' | 'unknownCritical'> {
  // version: v1 is the default and the only one, so that DER never encodes it.
  if (data.peekTag() === contextConstructed(0)) data.invalid();
  const responderId = readResponderId(data);
  const producedAt = data.generalizedTime();
  const list = data.sequence();
  const responses: SingleResponse[] = [];
  while (!list.isAtEnd) responses.push(readSingleResponse(list));
  const explicit = data.enterOptional(contextConstructed(1));
  data.finish();
  let nonce: Uint8Array | undefined;
  let unknownCritical = responses.find(each => each.unknownCritical !== undefined)?.unknownCritical;
  if (explicit !== undefined) {
    const seen = new Set<string>();
    const extensions = explicit.sequence();
    explicit.finish();
    do {
      const { identifier, isCritical, value } = readExtension(extensions);
      if (seen.has(identifier)) extensions.invalid();
      seen.add(identifier);
      if (identifier === OCSP.nonce) nonce = value.bytes.subarray(value.position, value.end);
      else if (isCritical) unknownCritical ??= identifier;
    } while (!extensions.isAtEnd);
  }
  return { responderId, producedAt, responses, nonce, unknownCritical };
}

function readResponderId(data: DerReader): ResponderId {
  const byName = data.enterOptional(contextConstructed(1));
  if (byName !== undefined) {
    const name = readName(byName);
    byName.finish();
    return { name };
  }
  const byKey = data.enter(contextConstructed(2));
  const keyHash = byKey.octetString();
  byKey.finish();
  return { keyHash };
}

function readCertificates(basic: DerReader): readonly Certificate[] {
  const explicit = basic.enterOptional(contextConstructed(0));
  if (explicit === undefined) return [];
  const list = explicit.sequence();
  explicit.finish();
  const certificates: Certificate[] = [];
  while (!list.isAtEnd) {
    if (certificates.length >= MAX_CERTIFICATES) list.invalid();
    certificates.push(readCertificate(list));
  }
  return certificates;
}
