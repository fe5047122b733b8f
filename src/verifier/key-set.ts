import { importJWK, type CryptoKey } from 'jose';
import { AssertionRejected } from './assertion-rejected.ts';

/** Public keys as the portal serves them at `/.well-known/jwks.json` (RFC 7517 section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** Fetches the key set; throws when it cannot. */
export type FetchJwks = (url: URL) => Promise<JsonWebKeySet>;

/** An unknown `kid` makes the set be fetched again, but not more often than this: made-up kids cost the portal nothing. */
const COOLDOWN_MS = 30_000;
/** After this a known key is asked for again, so that a withdrawn one is noticed. */
const FRESH_MS = 600_000;
/** Keys that could not be asked for again are believed this long: an hour of the portal's absence, no more. */
const STALE_MS = 3_600_000;
const FETCH_DEADLINE_MS = 5_000;
/** A key is 200 bytes; this leaves room for hundreds. */
const KEY_SET_LIMIT_BYTES = 65_536;

/** Finds the public key of a `kid`; rejects with `unknown-key` or `keys-unavailable`. */
export type FindKey = (kid: string) => Promise<CryptoKey>;

/** Keys that are given once and do not change. */
export function fixedKeys(set: JsonWebKeySet): FindKey {
  let keys: ReadonlyMap<string, CryptoKey> | undefined;
  return async kid => {
    keys ??= await importKeys(set);
    const key = keys.get(kid);
    if (key === undefined) throw new AssertionRejected('unknown-key');
    return key;
  };
}

/** Keys that are fetched when first needed, kept, and fetched again for a `kid` that is not among them. */
export function fetchedKeys(url: URL, fetchJwks: FetchJwks, nowMs: () => number): FindKey {
  let held: { readonly keys: ReadonlyMap<string, CryptoKey>; readonly fetchedAtMs: number } | undefined;
  let lastTryMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const fetchAgain = async (): Promise<void> => {
    // Taken before the answer comes: a key that was withdrawn meanwhile is not believed longer for it.
    const startedAtMs = nowMs();
    lastTryMs = startedAtMs;
    held = { keys: await importKeys(await fetchJwks(url)), fetchedAtMs: startedAtMs };
  };

  return async kid => {
    const isFresh = held !== undefined && isYounger(held.fetchedAtMs, FRESH_MS, nowMs());
    if (held === undefined || ((!isFresh || !held.keys.has(kid)) && !isYounger(lastTryMs, COOLDOWN_MS, nowMs()))) {
      underWay ??= fetchAgain().finally(() => {
        underWay = undefined;
      });
      try {
        await underWay;
      } catch (cause) {
        // Keys at hand may still be judged by, within STALE_MS; without any, nothing can be said.
        if (held === undefined) throw new AssertionRejected('keys-unavailable', { cause });
      }
    }
    if (held === undefined || !isYounger(held.fetchedAtMs, STALE_MS, nowMs()))
      throw new AssertionRejected('keys-unavailable');
    const key = held.keys.get(kid);
    if (key === undefined) throw new AssertionRejected('unknown-key');
    return key;
  };
}

/** What is from the future is of a clock that was ahead: nobody knows how old it is. */
function isYounger(sinceMs: number, limitMs: number, nowMs: number): boolean {
  return sinceMs <= nowMs && nowMs - sinceMs < limitMs;
}

/** Fetches with the platform's own `fetch`: public TLS trust, no redirects, 64 KiB, 5 s. */
export async function fetchJwksOverHttps(url: URL): Promise<JsonWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_DEADLINE_MS),
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`The key set answers ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > KEY_SET_LIMIT_BYTES) throw new Error('The key set is too large.');
    chunks.push(chunk);
  }
  const set: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (!isKeySet(set)) throw new Error('The key set is not a JSON Web Key Set.');
  return set;
}

/** Takes the P-256 signature keys; others in the set are for other uses and cannot be found by any `kid`. */
async function importKeys(set: JsonWebKeySet): Promise<ReadonlyMap<string, CryptoKey>> {
  const keys = new Map<string, CryptoKey>();
  for (const jwk of set.keys) {
    const { kty, crv, kid, use, alg, x, y }: Readonly<Record<string, unknown>> = { ...jwk };
    if (kty !== 'EC' || crv !== 'P-256' || typeof kid !== 'string' || !isCoordinate(x) || !isCoordinate(y)) continue;
    if ((use !== undefined && use !== 'sig') || (alg !== undefined && alg !== 'ES256')) continue;
    const key = await importPoint(x, y);
    // Of two keys named alike the first counts; which of them signed is then for the signature to say.
    if (key !== undefined && !keys.has(kid)) keys.set(kid, key);
  }
  return keys;
}

/** 32 octets in base64url, zeros in front included (RFC 7518 section 6.2.1.2); the platform would take fewer and more. */
function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** The key of a point on P-256; undefined for what is none, as RFC 7517 section 5 asks (the other keys stay usable). */
async function importPoint(x: string, y: string): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    return key instanceof Uint8Array ? undefined : key;
  } catch {
    return undefined;
  }
}

function isKeySet(value: unknown): value is JsonWebKeySet {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return false;
  return value.keys.every(key => typeof key === 'object' && key !== null);
}
