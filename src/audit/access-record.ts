import type { AllowReason, DenyReason } from '../policy/decision.ts';
import type { AuthenticationMethod } from '../sessions/session.ts';
import type { NamedValue } from './named-values.ts';

/** One request to a business system by somebody who was recognised: what a check of queries rests on (D2-059, D2-072). */
export interface AccessRecord {
  /** UUID. A WebSocket of a system that wants strict records has two: one of its beginning, one of its end. */
  readonly id: string;
  /** When it was judged. */
  readonly at: Date;
  readonly requestId: string;
  readonly channel: AccessChannel;
  readonly accountId: string;
  /** The session's public reference. */
  readonly sessionReference: string;
  readonly authentication: AuthenticationMethod;
  readonly systemId: string;
  readonly method: string;
  /** As routed, without query, at most {@link PATH_LIMIT} characters. */
  readonly path: string;
  /** The query parameters that the system names, masked; nothing else of the query. */
  readonly named: readonly NamedValue[];
  /** As the person declared them; null where nothing was. */
  readonly purpose: string | null;
  readonly caseNumber: string | null;
  readonly decision: AccessDecision;
  readonly outcome: AccessOutcome;
  /** As the client was told; null where it was told nothing. */
  readonly status: number | null;
  /** Content in, content out; of a WebSocket, its bytes in each direction. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** From the judgement to the last byte. */
  readonly durationMs: number;
  readonly clientAddress: string;
}

export interface AccessDecision {
  readonly allow: boolean;
  readonly reason: AllowReason | DenyReason;
  /** The system's rule that counted, from 1; null where it was none. */
  readonly rule: number | null;
}

export type AccessChannel = 'http' | 'websocket' | 'forward-auth';

export type AccessOutcome =
  /** Passed on, and the response handed over whole. */
  | 'complete'
  /** Not passed on. */
  | 'refused'
  /** Passed on; the system failed or did not answer. */
  | 'upstream-failed'
  /** Passed on, then broken off: the session ended, nothing moved, or the gateway stopped. */
  | 'broken-off'
  /** Passed on; the client left before the end. */
  | 'client-gone'
  /** Something endless has begun (WebSocket, server-sent events); its end is another record. */
  | 'opened';

/** Paths that people work with are shorter; a longer one is cut, and ends in `…`. */
const PATH_LIMIT = 1_024;

/** @param path as routed */
export function boundPath(path: string): string {
  return path.length <= PATH_LIMIT ? path : `${path.slice(0, PATH_LIMIT - 1)}…`;
}
