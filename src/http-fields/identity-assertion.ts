/** Claims of the gateway's assertion to a business system: JWT, ES256, `typ: gateway-assertion+jwt` (DESIGN §4). */
export interface AssertionClaims {
  /** The portal's origin. */
  readonly iss: string;
  /** The business system's origin. */
  readonly aud: string;
  /** The account's UUID. */
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
  /** Names the assertion, not a request. */
  readonly jti: string;
  /** Public session reference. */
  readonly sid: string;
  readonly name: string;
  readonly org: string;
  readonly unit: string | null;
  readonly roles: readonly string[];
  readonly amr: readonly string[];
  readonly acr: 'card' | 'one-day-password';
  readonly auth_time: number;
  /** The card's certificate; not there without a card. */
  readonly cnf?: { readonly 'x5t#S256': string };
  /** Code of the purpose that the person has declared for this system in this session, where he has. */
  readonly purpose?: string;
  /** Number of the case or letter, as he has declared it with the purpose. */
  readonly case?: string;
}

/** An assertion lives this long at most; business systems must refuse an older one. */
export const ASSERTION_LIFETIME_S = 60;

/** Header fields that carry the identity to a business system. */
export const IDENTITY_FIELDS = {
  assertion: 'X-Gateway-Assertion',
  user: 'X-Gateway-User',
  organization: 'X-Gateway-Organization',
  roles: 'X-Gateway-Roles',
  authMethod: 'X-Gateway-Auth-Method',
  requestId: 'X-Gateway-Request-Id',
} as const;
