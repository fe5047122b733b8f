import type { CardHolder } from './profiles/citizen-certificate.ts';
import type { PkiFailure, Refused } from './failures.ts';
import type { TrustStore } from './trust-store.ts';
import type { TrustedCrl } from './revocation/trusted-crl.ts';

/** What the browser brought back from the card. All DER or raw bytes, all unverified. */
export type CardProof =
  | { readonly kind: 'pkcs1'; readonly signature: Uint8Array; readonly certificate: Uint8Array }
  | { readonly kind: 'cms'; readonly signedData: Uint8Array };

/** How strictly revocation is asked for; every relaxation is spelled out by the configuration. */
export interface RevocationPolicy {
  /** Which certificates below the anchor must be shown not to be revoked. */
  readonly require: 'every-certificate' | 'leaf' | 'none';
  /** How long after nextUpdate a CRL may still be used, in milliseconds; 0 refuses at once. */
  readonly graceMs: number;
}

export interface CardProofInput {
  /** The challenge that was issued, byte for byte. */
  readonly tbs: Uint8Array;
  readonly proof: CardProof;
  readonly trustStore: TrustStore;
  /** CRLs whose signatures were verified when they were loaded. */
  readonly crls: readonly TrustedCrl[];
  /** The instant of judgement. */
  readonly time: Date;
  readonly policy: RevocationPolicy;
}

export type CardProofVerdict =
  | {
      readonly ok: true;
      readonly cardHolder: CardHolder;
      /** True when a CRL past its nextUpdate was used under `graceMs`: the login must be recorded with that. */
      readonly usedGrace: boolean;
    }
  | Refused<PkiFailure>;

/** Judges a card login; see the steps in the body. */
export type JudgeCardProof = (input: CardProofInput) => CardProofVerdict;
