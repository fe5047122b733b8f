import { hash, argon2id, verify } from 'argon2';
import { BusyFault, type PasswordHasher } from '../../flows/ports/passwords.ts';

/**
 * OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 20 ms of one core. Two at once (see below) keep
 * 38 MiB busy and leave the event loop free; four lanes would only serve somebody who guesses on four cores.
 */
const COST = { type: argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;

/** The thread pool has four threads, which name look-ups and files need too. */
const RUNNING = 2;

/** Longer than this a person would wait over half a second: better to say "busy". */
const WAITING = 50;

/** Hashes with argon2id, a few at a time; more than can wait are refused with `BusyFault`. */
export function createPasswordHasher(limits = { running: RUNNING, waiting: WAITING }): PasswordHasher {
  const turns = new Turns(limits);
  // Made at the first start and matched by nothing: what an unknown account is compared with.
  const decoy = hash(crypto.getRandomValues(Buffer.alloc(32)), COST);
  return {
    hash: text => turns.take(() => hash(text, COST)),
    matches: (known, text) =>
      turns.take(async () => {
        const isRight = await verify(known ?? (await decoy), text);
        return isRight && known !== null;
      }),
  };
}

class Turns {
  readonly #limits: { readonly running: number; readonly waiting: number };
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { readonly running: number; readonly waiting: number }) {
    this.#limits = limits;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.running) {
      if (this.#waiting.length >= this.#limits.waiting) throw new BusyFault('Too many passwords are waiting.');
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The turn is handed on, so that nobody who comes now overtakes those who wait.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
