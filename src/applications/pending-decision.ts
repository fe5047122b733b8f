import type { ActKind } from './application.ts';

/** What somebody has decided and not yet signed; kept for as long as a challenge. */
export interface PendingDecision {
  readonly number: string;
  readonly version: number;
  readonly kind: Extract<ActKind, 'approve' | 'return' | 'refuse'>;
  readonly note: string;
}
