import type { DerReader } from '../../der/reader.ts';
import { contextConstructed, contextPrimitive, TAG } from '../../der/tags.ts';
import { readExtension } from '../../extensions/extensions.ts';
import type { RevocationReason } from '../../failures.ts';
import { REASONS } from '../revoked-index.ts';
import { readCertId, type CertId } from './cert-id.ts';

/** CertStatus (RFC 6960 section 4.2.1); instants in milliseconds since 1970. */
export type OcspCertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly revokedAt: number; readonly reason: RevocationReason };

/** What an answer says about one certificate. */
export interface SingleResponse {
  readonly certId: CertId;
  readonly certStatus: OcspCertStatus;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** The first critical extension; none is understood here. */
  readonly unknownCritical: string | undefined;
}

export function readSingleResponse(list: DerReader): SingleResponse {
  const single = list.sequence();
  const certId = readCertId(single);
  const certStatus = readCertStatus(single);
  const thisUpdate = single.generalizedTime();
  const next = single.enterOptional(contextConstructed(0));
  const nextUpdate = next?.generalizedTime();
  next?.finish();
  const explicit = single.enterOptional(contextConstructed(1));
  const unknownCritical = explicit === undefined ? undefined : firstCritical(explicit);
  single.finish();
  return { certId, certStatus, thisUpdate, nextUpdate, unknownCritical };
}

function readCertStatus(single: DerReader): OcspCertStatus {
  switch (single.peekTag()) {
    case contextPrimitive(0):
      if (single.content(contextPrimitive(0)).length > 0) single.invalid();
      return { status: 'good' };
    case contextPrimitive(2):
      if (single.content(contextPrimitive(2)).length > 0) single.invalid();
      return { status: 'unknown' };
    default:
      return readRevokedInfo(single.enter(contextConstructed(1)));
  }
}

function readRevokedInfo(info: DerReader): OcspCertStatus {
  const revokedAt = info.generalizedTime();
  const explicit = info.enterOptional(contextConstructed(0));
  const code = explicit?.smallInteger(TAG.enumerated) ?? 0;
  explicit?.finish();
  info.finish();
  return { status: 'revoked', revokedAt, reason: REASONS[code] ?? info.invalid() };
}

/** singleExtensions: none of them changes what is decided here, so each may be there unless it is critical. */
function firstCritical(explicit: DerReader): string | undefined {
  const seen = new Set<string>();
  const extensions = explicit.sequence();
  explicit.finish();
  let critical: string | undefined;
  do {
    const { identifier, isCritical } = readExtension(extensions);
    if (seen.has(identifier)) extensions.invalid();
    seen.add(identifier);
    if (isCritical) critical ??= identifier;
  } while (!extensions.isAtEnd);
  return critical;
}
