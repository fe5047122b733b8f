import type { AccessChannel } from '../../audit/access-record.ts';
import type { AllowReason, DenyReason } from '../../policy/decision.ts';

/** Why a request passed, or did not; a closed list, so that it may be a label. */
export type MeteredReason =
  AllowReason | DenyReason | 'not-logged-in' | 'session-over' | 'foreign-origin' | 'preflight';

/** Counts requests to business systems that are over. Never fails, and takes under a microsecond. */
export interface RequestMeter {
  /** @param status as the client was told; null where it was told nothing */
  count(request: {
    readonly systemId: string;
    readonly channel: AccessChannel;
    readonly status: number | null;
    readonly reason: MeteredReason;
    readonly durationMs: number;
  }): void;
}
