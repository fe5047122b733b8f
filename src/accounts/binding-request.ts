import type { BindingKey } from './certificate-binding.ts';
import type { HolderMismatch } from './holder-match.ts';

export type BindingRequestState = 'waiting' | 'confirmed' | 'refused' | 'replaced';

/**
 * A card whose holder has signed, and that a registrar must look at face to face before it opens the account: the name
 * or the last four characters differ or cannot be compared (D1-123), or it is a new card with a new key.
 */
export interface BindingRequest extends BindingKey {
  readonly id: string;
  readonly accountId: string;
  readonly kind: 'activation' | 're-binding';
  readonly certificateSha256: string;
  readonly certificateDer: Uint8Array;
  readonly notAfter: Date;
  /** Name and last four characters as the certificate has them. */
  readonly holderName: string;
  readonly holderLastFour: string | null;
  /** What did not fit; empty for a new card of the same holder. */
  readonly mismatches: readonly HolderMismatch[];
  readonly requestedAt: Date;
  readonly state: BindingRequestState;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** What the registrar has seen, in his words. */
  readonly note: string | null;
}
