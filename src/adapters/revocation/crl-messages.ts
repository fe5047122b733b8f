import type { SealedCrl } from '../../pki/revocation/sealed-crl.ts';

/** Handed to the thread when it starts. */
export interface CrlThreadStart {
  /** DER of the certificates that may sign CRLs. */
  readonly signers: readonly Uint8Array[];
  readonly sealingKey: Uint8Array;
}

export interface CrlReadRequest {
  /** What was fetched, or the copy of it: one CRL as DER, or several as PEM. */
  readonly file: string;
  /** The saved index of what was in use last; it may be missing, and may be anything. */
  readonly index: string;
  /** Where a new index is to be written. */
  readonly newIndex: string;
}

export type CrlReading =
  | {
      readonly kind: 'read';
      /** All of the file's CRLs, verified. */
      readonly crls: readonly SealedCrl[];
      /** What the saved index held where it is right but about another file: numbers must not go back behind it. */
      readonly before: readonly SealedCrl[];
      /** Whether there is something under `newIndex`. */
      readonly hasNewIndex: boolean;
      /** Why no new index could be written; the CRLs are good all the same. */
      readonly indexProblem: string | undefined;
    }
  | { readonly kind: 'refused'; readonly problem: string; readonly before: readonly SealedCrl[] };

export interface CrlThreadRequest {
  readonly id: number;
  readonly request: CrlReadRequest;
}

export interface CrlThreadReply {
  readonly id: number;
  readonly reading: CrlReading;
}
