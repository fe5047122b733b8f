import { AssertionRejected } from './assertion-rejected.ts';

/** Who the gateway says this request is from; every field has been verified. */
export interface VerifiedIdentity {
  /** The account's UUID; never reused, the key to store. */
  readonly subject: string;
  /** The person's name (NFC), for display. */
  readonly name: string;
  /** Code of the organisation. */
  readonly organization: string;
  /** Code of the unit, where the account belongs to one. */
  readonly unit: string | null;
  /** Role codes of this business system, as granted today. */
  readonly roles: readonly string[];
  /** `amr`: `['sc', 'pin']` card, `['pwd', 'day']` one-day password, `['mtls']` a machine. */
  readonly authenticationMethods: readonly string[];
  /** `acr`: how sure the gateway is. */
  readonly assurance: 'card' | 'one-day-password' | 'system';
  readonly authenticatedAt: Date;
  /** Public reference of the session; the same in the gateway's records. */
  readonly sessionReference: string;
  /** Names the assertion; several requests may carry the same one. */
  readonly assertionId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** SHA-256 of the card's certificate, base64url; null without a card. */
  readonly certificateSha256: string | null;
  /** Declared purpose and case number of a query, where the system asks for them. */
  readonly purpose: string | null;
  readonly caseNumber: string | null;
}

export interface AssertionVerifier {
  /**
   * Verifies one assertion: type, ES256 signature by a key of the portal, issuer, audience, life time, claims.
   *
   * @param token value of the one `X-Gateway-Assertion` field, see `readAssertionField`
   * @returns who the request is from
   * @throws AssertionRejected for every token that is not believed, and when the keys cannot be had; nothing else
   */
  verify(token: string): Promise<VerifiedIdentity>;
}

/** An assertion never lives longer; one that claims to is not the gateway's. */
const LIFETIME_LIMIT_S = 60;
const ASSURANCES = ['card', 'one-day-password', 'system'] as const;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Judges the claims of an assertion whose signature has been verified; throws {@link AssertionRejected}.
 *
 * @param expected.toleranceS how far the two clocks may be apart, in seconds
 */
export function judgeClaims(
  claims: Claims,
  expected: {
    readonly issuer: string;
    readonly audience: string;
    readonly nowS: number;
    readonly toleranceS: number;
  },
): VerifiedIdentity {
  if (claims['iss'] !== expected.issuer) throw new AssertionRejected('wrong-issuer');
  // Exactly one audience: a list that merely contains us would be good at another system too.
  if (claims['aud'] !== expected.audience) throw new AssertionRejected('wrong-audience');

  const issuedAtS = readSeconds(claims, 'iat');
  const expiresAtS = readSeconds(claims, 'exp');
  if (expiresAtS - issuedAtS > LIFETIME_LIMIT_S) throw new AssertionRejected('lifetime-too-long');
  if (expiresAtS <= issuedAtS) throw new AssertionRejected('claim-invalid', { claim: 'exp' });
  if (issuedAtS > expected.nowS + expected.toleranceS) throw new AssertionRejected('not-yet-valid');
  if (expected.nowS >= expiresAtS + expected.toleranceS) throw new AssertionRejected('expired');

  const assurance = ASSURANCES.find(known => known === claims['acr']);
  if (assurance === undefined) throw new AssertionRejected('claim-invalid', { claim: 'acr' });
  return {
    subject: readText(claims, 'sub'),
    name: readText(claims, 'name'),
    organization: readText(claims, 'org'),
    unit: claims['unit'] === null ? null : readText(claims, 'unit'),
    roles: readTexts(claims, 'roles'),
    authenticationMethods: readTexts(claims, 'amr'),
    assurance,
    authenticatedAt: new Date(readSeconds(claims, 'auth_time') * 1000),
    sessionReference: readText(claims, 'sid'),
    assertionId: readText(claims, 'jti'),
    issuedAt: new Date(issuedAtS * 1000),
    expiresAt: new Date(expiresAtS * 1000),
    certificateSha256: readCertificate(claims, assurance),
    purpose: claims['purpose'] === undefined ? null : readText(claims, 'purpose'),
    caseNumber: claims['case'] === undefined ? null : readText(claims, 'case'),
  };
}

function readText(claims: Claims, claim: string): string {
  const value = claims[claim];
  if (typeof value !== 'string' || value === '') throw new AssertionRejected('claim-invalid', { claim });
  return value;
}

function readTexts(claims: Claims, claim: string): readonly string[] {
  const value = claims[claim];
  if (!Array.isArray(value) || value.length === 0) throw new AssertionRejected('claim-invalid', { claim });
  return value.map((item: unknown) => {
    if (typeof item !== 'string' || item === '') throw new AssertionRejected('claim-invalid', { claim });
    return item;
  });
}

/** Whole seconds since the epoch, before the year 9999 (beyond it a Date is not one any more). */
function readSeconds(claims: Claims, claim: string): number {
  const value = claims[claim];
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0 || value > 253_402_300_799) {
    throw new AssertionRejected('claim-invalid', { claim });
  }
  return value;
}

/** `cnf.x5t#S256` (RFC 8705 section 3.1): a card login always names its certificate. */
function readCertificate(claims: Claims, assurance: VerifiedIdentity['assurance']): string | null {
  const confirmation = claims['cnf'];
  if (confirmation === undefined && assurance !== 'card') return null;
  if (typeof confirmation !== 'object' || confirmation === null || !('x5t#S256' in confirmation)) {
    throw new AssertionRejected('claim-invalid', { claim: 'cnf' });
  }
  const thumbprint = confirmation['x5t#S256'];
  if (typeof thumbprint !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(thumbprint)) {
    throw new AssertionRejected('claim-invalid', { claim: 'cnf' });
  }
  return thumbprint;
}
