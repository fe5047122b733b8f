/**
 * Hashes passwords and one-time secrets with a memory-hard function (D1-153). Slow and heavy on purpose, so never
 * inside a database change: hash before, and carry the hash in.
 *
 * Concurrency: a few run at once, a few more wait; beyond that {@link BusyFault} is thrown, and nothing is given.
 */
export interface PasswordHasher {
  /** @returns a PHC string with its own salt, `$argon2id$…` */
  hash(text: string): Promise<string>;
  /**
   * Whether `text` is what was hashed. Without a hash (there is no such account, nothing is enabled) the same work is
   * done and the answer is no.
   */
  matches(hash: string | null, text: string): Promise<boolean>;
}

/** More is asked than can be done at this moment; the caller says "try again soon". */
export class BusyFault extends Error {
  override readonly name = 'BusyFault';
}
