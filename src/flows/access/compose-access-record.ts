import { boundPath, type AccessRecord } from '../../audit/access-record.ts';
import { readNamedValues } from '../../audit/named-values.ts';
import type { RequestTarget } from '../../http-fields/request-target.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { RequestVerdict } from '../login/serve-request.ts';
import type { BusinessSystem } from '../ports.ts';

/** A request by somebody who was recognised. */
export interface AskedOfSystem {
  readonly system: BusinessSystem;
  readonly requestId: string;
  readonly method: string;
  readonly target: RequestTarget;
  readonly clientAddress: string;
}

/** A verdict on a session that stands; on others there is nothing to record. */
export type RecognisedVerdict = Exclude<RequestVerdict, { readonly kind: 'no-session' }>;

/** What became of it. */
export type AccessResult = Pick<
  AccessRecord,
  'id' | 'at' | 'channel' | 'outcome' | 'status' | 'bytesIn' | 'bytesOut' | 'durationMs'
>;

/** The record of a request; of its query nothing but what the system names, masked. */
export function composeAccessRecord(
  { markKey }: Pick<GatewayContext, 'markKey'>,
  { system, requestId, method, target, clientAddress }: AskedOfSystem,
  verdict: RecognisedVerdict,
  result: AccessResult,
): AccessRecord {
  const { session, reason, rule, declaration } = verdict;
  return {
    id: result.id,
    at: result.at,
    requestId,
    channel: result.channel,
    accountId: session.accountId,
    sessionReference: session.reference,
    authentication: session.method,
    systemId: system.id,
    method,
    path: boundPath(target.path),
    named: readNamedValues(target.query, system.namedParameters, markKey),
    purpose: declaration?.purpose ?? null,
    caseNumber: declaration?.case ?? null,
    decision: { allow: verdict.kind === 'pass', reason, rule },
    outcome: result.outcome,
    status: result.status,
    bytesIn: result.bytesIn,
    bytesOut: result.bytesOut,
    durationMs: result.durationMs,
    clientAddress,
  };
}
