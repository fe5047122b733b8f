import type { LiveSession } from '../../flows/ports/session-store.ts';
import type { Declaration } from '../../policy/purpose.ts';
import type { AuthenticationMethod, Session } from '../../sessions/session.ts';

/**
 * A session that stands, kept small: with two cookies and all that leads to it, it takes less than 1 KiB. Times are
 * milliseconds on the store's clock.
 */
export class LiveRecord {
  readonly reference: string;
  readonly accountId: string;
  readonly method: AuthenticationMethod;
  readonly openedMs: number;
  readonly endsAtMs: number | null;
  lastActivityMs: number;
  /** The shortest of the gateway's own and those of the hosts it has entered. */
  idleMs: number;
  /** When it may be over, as it was reckoned last: where it lies among those that are due. */
  dueMs = 0;
  /** Names of its cookies, newest last. */
  cookies: readonly string[] = [];
  /** By host; most sessions have none. */
  declared: ReadonlyMap<string, { readonly declaration: Declaration; readonly untilMs: number }> | null = null;
  readonly #authenticatedMs: number;
  /** 32 octets as characters. */
  readonly #certificate: string | null;
  readonly #clientAddress: string;

  constructor(session: Session, nowMs: number, idleMs: number) {
    const { certificateSha256, endsAt } = session;
    this.reference = inOnePiece(session.reference);
    this.accountId = inOnePiece(session.accountId);
    this.method = session.method;
    this.openedMs = nowMs;
    this.lastActivityMs = nowMs;
    this.endsAtMs = endsAt?.getTime() ?? null;
    this.idleMs = idleMs;
    this.#authenticatedMs = session.authenticatedAt.getTime();
    this.#certificate = certificateSha256 === null ? null : Buffer.from(certificateSha256, 'hex').toString('latin1');
    this.#clientAddress = inOnePiece(session.clientAddress);
  }

  /** Until it ends if nobody touches it, and however active the person is. */
  remaining(nowMs: number, lifetimeMs: number): Pick<LiveSession, 'idleRemainingMs' | 'fixedRemainingMs'> {
    const idleMs = this.idleMs - (nowMs - this.lastActivityMs);
    const restMs = lifetimeMs - (nowMs - this.openedMs);
    const fixedRemainingMs = Math.min(restMs, (this.endsAtMs ?? Infinity) - nowMs);
    return { idleRemainingMs: Math.min(idleMs, fixedRemainingMs), fixedRemainingMs };
  }

  toSession(): Session {
    return {
      reference: this.reference,
      accountId: this.accountId,
      method: this.method,
      authenticatedAt: new Date(this.#authenticatedMs),
      certificateSha256: this.#certificate === null ? null : Buffer.from(this.#certificate, 'latin1').toString('hex'),
      endsAt: this.endsAtMs === null ? null : new Date(this.endsAtMs),
      clientAddress: this.#clientAddress,
    };
  }
}

/** The same text without the pieces that V8 may have put it together from: a UUID's take four times its own room. */
export function inOnePiece(ascii: string): string {
  return Buffer.from(ascii, 'latin1').toString('latin1');
}
