import { ASSERTION_LIFETIME_S, type AssertionClaims } from '../../http-fields/identity-assertion.ts';
import type { Session } from '../../sessions/session.ts';
import type { AssertionSigner } from '../keys/assertion-signer.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Soon } from '../soon.ts';

/** After half its life a new one is signed, so that each has the other half before it. */
const FRESH_MS = (ASSERTION_LIFETIME_S / 2) * 1000;

/** 20,000 are about 20 MB: more than one node's people use within half a minute. */
const MOST = 20_000;

/** Whoever declares a case after the other is no reason to keep them all. */
const MOST_OF_SESSION = 32;

/** What an assertion states besides its times: where one of these is another, it is another assertion. */
export interface StatedFacts {
  readonly session: Session;
  /** The system's origin. */
  readonly audience: string;
  readonly name: string;
  readonly organisation: string;
  readonly unit: string | null;
  readonly roles: readonly string[];
  readonly purpose: string | null;
  readonly caseNumber: string | null;
}

interface Entry {
  readonly facts: StatedFacts;
  readonly kid: string;
  readonly signedAtMs: number;
  readonly freshUntilMs: number;
  /** Whoever asks while it is being signed waits for the same one. */
  token: Soon<string>;
}

/**
 * Signed assertions, used again while all that they state is true. What was signed first goes first where there is no room:
 * it is the next to be stale, however much it is used.
 */
export class AssertionCache {
  readonly #signer: Pick<AssertionSigner, 'activeKid' | 'sign'>;
  readonly #most: number;
  /** By session, in the order of its last signature; within it by system, purpose and case. */
  readonly #sessions = new Map<string, Map<string, Entry>>();
  #size = 0;

  /** One a process: of sessions that end, what was stated is dropped. */
  constructor(
    signer: Pick<AssertionSigner, 'activeKid' | 'sign'>,
    sessions: Pick<SessionStore, 'onEnd'>,
    most: number = MOST,
  ) {
    this.#signer = signer;
    this.#most = most;
    sessions.onEnd(reference => this.#forget(reference));
  }

  get size(): number {
    return this.#size;
  }

  /**
   * @param nowMs   wall clock, milliseconds since the epoch
   * @param compose the claims, if they have to be signed
   * @throws what the signer throws, at once or when it is asked for; that is not remembered
   */
  signed(facts: StatedFacts, nowMs: number, compose: () => AssertionClaims): Soon<string> {
    const kid = this.#signer.activeKid();
    const { reference, endsAt } = facts.session;
    const key = `${facts.audience}\n${facts.purpose ?? ''}\n${facts.caseNumber ?? ''}`;
    const held = this.#sessions.get(reference)?.get(key);
    // A clock that was set back would else have assertions from its future passed on for as long.
    const isFresh = held !== undefined && nowMs < held.freshUntilMs && nowMs >= held.signedAtMs;
    if (isFresh && held.kid === kid && statesTheSame(held.facts, facts)) return held.token;

    const signing = this.#signer.sign(compose());
    const freshUntilMs = Math.min(nowMs + FRESH_MS, endsAt?.getTime() ?? Infinity);
    const entry: Entry = { facts, kid, signedAtMs: nowMs, freshUntilMs, token: signing };
    this.#keep(reference, key, entry, nowMs);
    signing.then(
      token => (entry.token = token),
      () => this.#drop(reference, key, entry),
    );
    return signing;
  }

  #forget(reference: string): void {
    this.#size -= this.#sessions.get(reference)?.size ?? 0;
    this.#sessions.delete(reference);
  }

  #keep(reference: string, key: string, entry: Entry, nowMs: number): void {
    const ofSession = this.#sessions.get(reference) ?? new Map<string, Entry>();
    if (ofSession.delete(key)) this.#size -= 1;
    ofSession.set(key, entry);
    this.#size += 1;
    for (const old of ofSession.keys()) {
      if (ofSession.size <= MOST_OF_SESSION) break;
      ofSession.delete(old);
      this.#size -= 1;
    }
    this.#sessions.delete(reference);
    this.#sessions.set(reference, ofSession);
    for (const [old, entries] of this.#sessions) {
      if (old === reference || (this.#size <= this.#most && !areAllStale(entries, nowMs))) break;
      this.#forget(old);
    }
  }

  #drop(reference: string, key: string, entry: Entry): void {
    const ofSession = this.#sessions.get(reference);
    if (ofSession?.get(key) !== entry) return;
    ofSession.delete(key);
    this.#size -= 1;
    if (ofSession.size === 0) this.#sessions.delete(reference);
  }
}

function areAllStale(entries: ReadonlyMap<string, Entry>, nowMs: number): boolean {
  for (const { freshUntilMs } of entries.values()) if (nowMs < freshUntilMs) return false;
  return true;
}

/** That they are of one session, system, purpose and case is known by where they are kept. */
function statesTheSame(a: StatedFacts, b: StatedFacts): boolean {
  return (
    a === b ||
    (a.name === b.name &&
      a.organisation === b.organisation &&
      a.unit === b.unit &&
      a.roles.length === b.roles.length &&
      a.roles.every((role, index) => role === b.roles[index]))
  );
}
