/** How long whoever verifies may keep the key set without asking again: `max-age` of `/.well-known/jwks.json`. */
export const KEY_SET_MAX_AGE_S = 300;

/** Within this every node has heard of a change, and no two clocks differ by more; seconds. */
const MARGIN_S = 60;

/** Longer than any assertion is believed: 60 s, and as much again where a system's clock is late. */
const BELIEVED_S = 120;

/** A key that signs assertions, by its times. One instant after the other, no node has to be told which key signs. */
export interface AssertionKey {
  /** Its thumbprint (RFC 7638). */
  readonly kid: string;
  readonly madeAt: Date;
  /** It is published at once, and signs from here on until a later one does. */
  readonly signsFrom: Date;
  /** Null: no other is to follow yet. */
  readonly publishedUntil: Date | null;
}

/** prepared: published, so that everybody has it by the time it signs. retired: published for what it has signed. */
export type KeyState = 'prepared' | 'active' | 'retired' | 'gone';

/** The one key that signs at this moment; undefined where all are gone, or none was ever made. */
export function findActive(keys: readonly AssertionKey[], at: Date): AssertionKey | undefined {
  let active: AssertionKey | undefined;
  for (const key of keys) {
    if (key.signsFrom <= at && isPublished(key, at) && (active === undefined || active.signsFrom < key.signsFrom)) {
      active = key;
    }
  }
  return active;
}

export function isPublished({ publishedUntil }: AssertionKey, at: Date): boolean {
  return publishedUntil === null || publishedUntil > at;
}

export function stateOf(key: AssertionKey, keys: readonly AssertionKey[], at: Date): KeyState {
  if (!isPublished(key, at)) return 'gone';
  if (key.signsFrom > at) return 'prepared';
  return findActive(keys, at) === key ? 'active' : 'retired';
}

/** planned: nothing that is signed is refused. at-once: a key is in wrong hands. first: only where there is none. */
export type RotationKind = 'planned' | 'at-once' | 'first';

export type RotationPlan =
  | {
      readonly ok: true;
      readonly signsFrom: Date;
      /** Of all that were published until now. */
      readonly othersUntil: Date;
    }
  | { readonly ok: false; readonly failure: RotationFailure };

export type RotationFailure =
  /** The next key is published, and signs soon. */
  | { readonly code: 'rotation-under-way'; readonly next: AssertionKey }
  | { readonly code: 'key-exists' }
  /** A key was made later than now: with this clock, the new one would never have its turn. */
  | { readonly code: 'clock-behind'; readonly newest: AssertionKey };

/**
 * When the next key begins, and the others end. Planned, everybody has the next one before it signs, and the one before is
 * published for as long as what it has signed is believed. At once, nothing that another has signed is believed any more.
 */
export function planRotation(keys: readonly AssertionKey[], at: Date, kind: RotationKind): RotationPlan {
  const published = keys.filter(key => isPublished(key, at));
  if (published.length === 0) return { ok: true, signsFrom: at, othersUntil: at };
  if (kind === 'first') return { ok: false, failure: { code: 'key-exists' } };
  const newest = published.find(({ madeAt }) => madeAt > later(at, MARGIN_S));
  if (newest !== undefined) return { ok: false, failure: { code: 'clock-behind', newest } };
  if (kind === 'at-once') return { ok: true, signsFrom: at, othersUntil: at };
  const next = published.find(({ signsFrom }) => signsFrom > at);
  if (next !== undefined) return { ok: false, failure: { code: 'rotation-under-way', next } };
  const signsFrom = later(at, KEY_SET_MAX_AGE_S + MARGIN_S);
  return { ok: true, signsFrom, othersUntil: later(signsFrom, BELIEVED_S + KEY_SET_MAX_AGE_S + MARGIN_S) };
}

function later(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}
