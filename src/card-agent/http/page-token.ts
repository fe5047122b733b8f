import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A person may search for card and reading glasses while the popup is open; the component's own limit is 170 s. */
const LIFE_MS = 180_000;
/** Spent tokens are remembered until they expire: one a card operation, so this is hours of work in three minutes. */
const SPENT_LIMIT = 4096;

/**
 * Tokens that tie a request to a page of this process (popup, self-test). A page of another origin can neither read them nor
 * send the field that carries them. Nothing is kept for a token that was only handed out, so opening popups costs
 * no memory.
 */
export class PageTokens {
  readonly #key = randomBytes(32);
  readonly #spent = new Map<string, number>();

  issue(now: number): string {
    const body = `${randomBytes(16).toString('base64url')}.${String(now + LIFE_MS)}`;
    return `${body}.${this.#seal(body).toString('base64url')}`;
  }

  /** True once for each token that this process issued within its life. */
  spend(token: string, now: number): boolean {
    const end = token.lastIndexOf('.');
    const body = token.slice(0, Math.max(end, 0));
    const seal = Buffer.from(token.slice(end + 1), 'base64url');
    const expected = this.#seal(body);
    if (seal.length !== expected.length || !timingSafeEqual(seal, expected)) return false;
    const expiresAt = Number(body.split('.')[1]);
    // a clock set back must not revive anything: a token from further ahead than its life is foreign to this time
    if (expiresAt <= now || expiresAt > now + LIFE_MS) return false;
    for (const [old, oldExpiry] of this.#spent) if (oldExpiry <= now) this.#spent.delete(old);
    if (this.#spent.has(body) || this.#spent.size >= SPENT_LIMIT) return false;
    this.#spent.set(body, expiresAt);
    return true;
  }

  #seal(body: string): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
