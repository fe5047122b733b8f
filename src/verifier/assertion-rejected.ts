/** Why an assertion is not believed. Stable; safe to log (no part of the assertion is in it). */
export type AssertionRejection =
  /** The request carries no `X-Gateway-Assertion`: it did not come through the gateway. */
  | 'assertion-missing'
  /** It carries more than one, or a look-alike spelling (`X_Gateway_Assertion`). */
  | 'assertion-repeated'
  /** Not a compact JWS, too long, or its header or payload is not the expected JSON. */
  | 'assertion-malformed'
  /** `typ` is not `gateway-assertion+jwt`: a token made for another use. */
  | 'wrong-type'
  /** `alg` is not ES256. */
  | 'wrong-algorithm'
  /** The gateway's key set has no such `kid`. */
  | 'unknown-key'
  /** The key set could not be fetched, so nothing can be judged. */
  | 'keys-unavailable'
  | 'bad-signature'
  | 'wrong-issuer'
  /** Made for another business system. */
  | 'wrong-audience'
  | 'expired'
  /** `iat` lies in the future: one of the two clocks is wrong. */
  | 'not-yet-valid'
  /** `exp` is more than 60 s after `iat`. */
  | 'lifetime-too-long'
  /** A required claim is missing or has the wrong shape. */
  | 'claim-invalid';

/** The verdict "no": answer 401 and do not look at any other field of the request. Nothing in it is to be trusted. */
export class AssertionRejected extends Error {
  override readonly name = 'AssertionRejected';
  readonly code: AssertionRejection;
  /** The claim that is wrong, where `code` is `claim-invalid`. */
  readonly claim: string | null;

  constructor(code: AssertionRejection, details: { readonly claim?: string; readonly cause?: unknown } = {}) {
    super(
      details.claim === undefined ? `Assertion rejected: ${code}.` : `Assertion rejected: ${code} (${details.claim}).`,
      { cause: details.cause },
    );
    this.code = code;
    this.claim = details.claim ?? null;
  }
}
