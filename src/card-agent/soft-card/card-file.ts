import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makePinVerifier, verifyPin } from './pin-verifier.ts';

/** Letters of a file name and nothing else: a reader's file cannot name a card outside the folder. */
const CARD_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

const readerFileShape = z.strictObject({
  readers: z
    .array(z.strictObject({ name: z.string().min(1).max(64), card: z.string().regex(CARD_NAME).nullable() }))
    .max(16),
});

const cardFileShape = z.strictObject({
  cardNumber: z.string().regex(/^[A-Z0-9]{1,16}$/),
  p12: z.union([z.string().regex(FILE_NAME), z.array(z.string().regex(FILE_NAME)).min(1).max(8)]),
  p12Password: z.string(),
  pin: z.string().min(6).max(8).optional(),
  pinVerifier: z.string().optional(),
  triesLeft: z.int().min(0).max(3).default(3),
});

type CardFile = z.infer<typeof cardFileShape>;

/** A citizen card locks itself at the third wrong PIN. */
const TRIES = 3;

/**
 * The readers and what lies in them, read anew at every call, so that exchanging the file inserts and removes cards.
 *
 * @throws Error when `reader.json` is missing or not of its form
 */
export function loadReaders(folder: string) {
  return readerFileShape.parse(JSON.parse(readFileSync(path.join(folder, 'reader.json'), 'utf8'))).readers;
}

export type PinJudgement = { readonly ok: true } | { readonly ok: false; readonly triesLeft: number };

/** One card's file `<name>.json`: its number, its PKCS#12 files, its PIN verifier and the tries that are left. */
export class SoftCardState {
  readonly #path: string;
  readonly #folder: string;
  #file: CardFile;

  /** @throws Error when the file is missing or not of its form */
  constructor(folder: string, name: string) {
    if (!CARD_NAME.test(name)) throw new Error('A card name consists of letters, digits, - and _.');
    this.#folder = folder;
    this.#path = path.join(folder, `${name}.json`);
    this.#file = cardFileShape.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    if (this.#file.pin !== undefined) this.#replacePin(this.#file.pin);
  }

  get cardNumber(): string {
    return this.#file.cardNumber;
  }

  get p12Password(): string {
    return this.#file.p12Password;
  }

  p12Paths(): string[] {
    return [this.#file.p12].flat().map(name => path.join(this.#folder, name));
  }

  isLocked(): boolean {
    return this.#file.triesLeft === 0;
  }

  /**
   * Judges one try. The try is taken away on disk before the PIN is looked at: ending the process in between gains
   * nobody a further one.
   */
  tryPin(pin: Uint8Array): PinJudgement {
    if (this.#file.triesLeft === 0) return { ok: false, triesLeft: 0 };
    this.#save({ ...this.#file, triesLeft: this.#file.triesLeft - 1 });
    if (!verifyPin(pin, this.#file.pinVerifier ?? '')) return { ok: false, triesLeft: this.#file.triesLeft };
    this.#save({ ...this.#file, triesLeft: TRIES });
    return { ok: true };
  }

  /** A PIN written into the file by whoever issued the card is replaced by its verifier at first sight. */
  #replacePin(pin: string): void {
    const { pin: _clear, ...rest } = this.#file;
    this.#save({ ...rest, pinVerifier: makePinVerifier(Buffer.from(pin, 'utf8')) });
  }

  #save(file: CardFile): void {
    const next = `${this.#path}.${String(process.pid)}.new`;
    writeFileSync(next, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.#path);
    this.#file = file;
  }
}
