import { base64url, compactVerify, errors, type CryptoKey } from 'jose';
import { AssertionRejected } from './assertion-rejected.ts';
import { fetchedKeys, fetchJwksOverHttps, fixedKeys, type FetchJwks, type JsonWebKeySet } from './key-set.ts';
import { judgeClaims, type AssertionVerifier } from './verified-identity.ts';

export { readAssertionField } from './assertion-field.ts';
export { AssertionRejected, type AssertionRejection } from './assertion-rejected.ts';
export type { FetchJwks, JsonWebKeySet } from './key-set.ts';
export {
  gatewayIdentity,
  requireGatewayAssertion,
  requireRole,
  verifyUpgrade,
  type AnswerRejected,
  type GatewayMiddleware,
  type IdentifiedRequest,
} from './middleware.ts';
export type { AssertionVerifier, VerifiedIdentity } from './verified-identity.ts';

const TYPE = 'gateway-assertion+jwt';
/** The gateway's assertions are under 2 KB; a longer one costs work before it is refused. */
const ASSERTION_LIMIT_CHARACTERS = 16_384;

/** RFC 7515 section 7.1; base64 decoders skip spaces and padding, and then one assertion has many spellings. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

export interface AssertionVerifierOptions {
  /** Origin of the portal, exactly as in `iss`: `https://portal.example.gov.tw`. */
  readonly issuer: string;
  /** Origin of this business system as browsers see it, exactly as in `aud`. */
  readonly audience: string;
  /** Address of the portal's key set (`<portal>/.well-known/jwks.json`), or the keys themselves. */
  readonly jwks: URL | JsonWebKeySet;
  /** How far this machine's clock may be from the gateway's; seconds, 0 to 60, default 5. */
  readonly clockToleranceS?: number;
  /** Fetches the key set in place of the platform's `fetch`, e.g. where the portal's TLS certificate is from a private CA. */
  readonly fetchJwks?: FetchJwks;
  /** The time to judge by; default: the machine's clock. */
  readonly now?: () => Date;
}

/**
 * Makes the verifier that a business system asks for each request (DESIGN §4, RFC 8725). It keeps the portal's keys
 * and fetches them again when the gateway has changed them; one per process is enough.
 *
 * @throws RangeError for a clock tolerance out of bounds
 */
export function createAssertionVerifier(options: AssertionVerifierOptions): AssertionVerifier {
  const toleranceS = options.clockToleranceS ?? 5;
  if (!(toleranceS >= 0 && toleranceS <= 60)) throw new RangeError('clockToleranceS is 0 to 60 seconds.');
  const now = options.now ?? (() => new Date());
  const findKey =
    options.jwks instanceof URL
      ? fetchedKeys(options.jwks, options.fetchJwks ?? fetchJwksOverHttps, () => now().getTime())
      : fixedKeys(options.jwks);

  return {
    async verify(token) {
      const key = await findKey(judgeHeader(token));
      const claims = await readSignedClaims(token, key);
      return judgeClaims(claims, {
        issuer: options.issuer,
        audience: options.audience,
        nowS: now().getTime() / 1000,
        toleranceS,
      });
    },
  };
}

/** Judges the protected header, whose only use is to name the key; what else it may carry (`jku`, `jwk`) is ignored. */
function judgeHeader(token: string): string {
  if (token === '') throw new AssertionRejected('assertion-missing');
  if (token.length > ASSERTION_LIMIT_CHARACTERS || !COMPACT_JWS.test(token))
    throw new AssertionRejected('assertion-malformed');
  const header = parseStrictly(() => base64url.decode(token.slice(0, token.indexOf('.'))));
  if (header['typ'] !== TYPE) throw new AssertionRejected('wrong-type');
  if (header['alg'] !== 'ES256') throw new AssertionRejected('wrong-algorithm');
  // An extension that must be understood (RFC 7515 section 4.1.11); the gateway sends none.
  if ('crit' in header || typeof header['kid'] !== 'string') throw new AssertionRejected('assertion-malformed');
  return header['kid'];
}

async function readSignedClaims(token: string, key: CryptoKey): Promise<Readonly<Record<string, unknown>>> {
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key, { algorithms: ['ES256'] }));
  } catch (cause) {
    const isForged = cause instanceof errors.JWSSignatureVerificationFailed;
    throw new AssertionRejected(isForged ? 'bad-signature' : 'assertion-malformed', { cause });
  }
  return parseStrictly(() => payload);
}

/** An object in JSON, in UTF-8 without a byte order mark: what one parser forgives, another reads as something else. */
function parseStrictly(decode: () => Uint8Array): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(decode());
    parsed = JSON.parse(text, refuseHalfCharacters);
  } catch (cause) {
    throw new AssertionRejected('assertion-malformed', { cause });
  }
  if (!isObject(parsed)) throw new AssertionRejected('assertion-malformed');
  return parsed;
}

/** Of half a surrogate pair no UTF-8 can be made: it would fail later, in the business system's database. */
function refuseHalfCharacters(name: string, value: unknown): unknown {
  if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new SyntaxError('No text.');
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
