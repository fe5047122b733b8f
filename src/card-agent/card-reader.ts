/** The two ways to reach a card (a PKCS#11 module, a soft card) behind one port. */

export type HashAlgorithm = 'SHA256' | 'SHA384' | 'SHA512';

/** Why a card operation did not succeed; `hipki/codes.ts` turns each into the number that a page receives. */
export type CardFailureCode =
  | 'module-missing'
  | 'helper-failed'
  | 'no-reader'
  | 'reader-unreadable'
  | 'session-refused'
  | 'no-card'
  | 'wrong-card'
  | 'business-card'
  | 'agency-card'
  | 'organization-card'
  | 'card-unreadable'
  | 'certificate-not-found'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'key-not-found'
  | 'login-failed'
  | 'cancelled'
  | 'sign-init-failed'
  | 'mechanism-unsupported'
  | 'signing-failed'
  | 'signature-unverifiable';

/**
 * `lastError`: the PKCS#11 return value, or the vendor value for tries left; 0 where there is none.
 * `detail`: for the person who runs the agent, never sent to a page, never holding request data.
 */
export interface CardFailure {
  readonly code: CardFailureCode;
  readonly lastError: number;
  readonly detail?: string;
}

export type CardOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: CardFailure };

export function cardFailure(code: CardFailureCode, lastError = 0, detail?: string): CardOutcome<never> {
  return { ok: false, failure: { code, lastError, ...(detail === undefined ? {} : { detail }) } };
}

export interface TokenCertificate {
  /** CKA_LABEL, or '' */
  readonly label: string;
  readonly der: Uint8Array;
}

interface Token {
  /** the card number, trimmed */
  readonly serialNumber: string;
  readonly label: string;
  /** present only when certificates were asked for */
  readonly certificates?: readonly TokenCertificate[];
}

export interface Slot {
  readonly slotDescription: string;
  /** `unknown`: something is in the reader that the module cannot use; `foreign`: not the card this agent is to use */
  readonly token: Token | 'absent' | 'unknown' | 'foreign';
}

export interface Inventory {
  readonly libraryDescription: string;
  readonly libraryVersion: string;
  readonly slots: readonly Slot[];
}

/** Whether a card or reader came or went since the last question: only a hint to look again. */
export type SlotEvent = 'seen' | 'none' | 'unsupported';

export interface CardSignRequest {
  /** reader name from the inventory; without it the first reader that holds a card, a fitting one where one is wanted */
  readonly slotDescription?: string;
  /** CKA_ID of the wanted key; without it the certificate is chosen by its key usage */
  readonly keyId?: Uint8Array;
  /** UTF-8; the caller overwrites it when the call has returned */
  readonly pin: Uint8Array;
  /** the bytes to be hashed and signed, RSASSA-PKCS1-v1_5 */
  readonly data: Uint8Array;
  readonly hashAlgorithm: HashAlgorithm;
  /** instant of signing: of several sign certificates one that is valid then is preferred */
  readonly at: Date;
  /** refuse a certificate outside its validity, before the PIN is used */
  readonly checkValidity: boolean;
  /** refuse the cards of other families before the PIN is used; of several cards take the first citizen's */
  readonly citizenCardOnly: boolean;
}

export interface CardSignature {
  readonly signature: Uint8Array;
  /** DER */
  readonly certificate: Uint8Array;
  readonly cardNumber: string;
}

export interface InventoryWanted {
  readonly withCertificates: boolean;
  /** aborted when the answer is no longer worth waiting for; the call then ends at once, as a failure */
  readonly giveWay?: AbortSignal;
}

/**
 * A reader answers every call with an outcome within its own deadline and throws only for programming mistakes.
 * It is not safe for concurrent calls: `CardQueue` serialises them. It never repeats a PIN by itself: each try costs
 * one of the card's three.
 */
export interface CardReader {
  readonly description: string;
  inventory(wanted: InventoryWanted): Promise<CardOutcome<Inventory>>;
  sign(request: CardSignRequest): Promise<CardOutcome<CardSignature>>;
  slotEvent(giveWay: AbortSignal): Promise<CardOutcome<SlotEvent>>;
  close(): void;
}
