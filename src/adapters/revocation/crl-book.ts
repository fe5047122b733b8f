import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SealedCrl } from '../../pki/revocation/sealed-crl.ts';
import { SealOpening } from '../../pki/revocation/sealed-crl.ts';
import { successionFailure, type SuccessionFailure } from '../../pki/revocation/crl-succession.ts';
import { restoreCrl, type TrustedCrl } from '../../pki/revocation/trusted-crl.ts';
import type { TrustStore } from '../../pki/trust-store.ts';
import type { CrlThread } from './crl-thread.ts';
import type { CrlFetcher } from './fetch-crl.ts';

/** What is known of one configured address. */
export interface CrlState {
  readonly url: string;
  /** The CRLs in use from there; several where it serves PEM with several. */
  readonly crls: readonly TrustedCrl[];
  /** The one of them whose nextUpdate comes first. */
  readonly crl: TrustedCrl | undefined;
  /** Why the last attempt brought nothing new; undefined when it did. */
  readonly lastProblem: string | undefined;
}

export interface CrlBookOptions {
  readonly urls: readonly string[];
  /** Where copies lie, with their indexes; this process's alone. */
  readonly folder: string;
  readonly sealingKey: Uint8Array;
  readonly trustStore: TrustStore;
  readonly fetcher: CrlFetcher;
  readonly thread: CrlThread;
  readonly now: () => Date;
}

interface Held {
  readonly crls: readonly TrustedCrl[];
  /** The newest that were ever in use, as far as is known: what follows must not be older. */
  readonly newest: readonly TrustedCrl[];
  readonly problem: string | undefined;
}

/** The work between two turns of the event loop while a seal is opened: under 2 ms without SHA instructions. */
const STEP_BYTES = 512 * 1024;

const SUCCESSION_PROBLEMS: Readonly<Record<SuccessionFailure, string>> = {
  'older-than-the-one-in-use': 'is older than the one in use',
  'lacks-one-in-use': 'lacks a CRL that is in use and has not expired',
};

/**
 * The CRLs in use, for each configured address the newest that were fetched and verified. A bad answer never replaces a
 * good CRL, and an older one never a newer, across restarts too. Copies lie in a folder with their indexes, so that a
 * restart needs neither network nor parsing. Files are read in another thread; this one only opens seals, in steps.
 */
export class CrlBook {
  readonly #held = new Map<string, Held>();
  readonly #options: CrlBookOptions;

  private constructor(options: CrlBookOptions) {
    this.#options = options;
  }

  /** Makes the folder if need be and takes the copies in it into use; what is wrong with one is in its state. */
  static async open(options: CrlBookOptions): Promise<CrlBook> {
    const { folder, urls, thread } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Whoever was killed while writing left these.
    for (const name of await readdir(folder)) if (name.endsWith('.new')) await rm(join(folder, name), { force: true });
    const book = new CrlBook(options);
    for (const url of urls) await book.#loadCopy(url);
    await thread.rest();
    return book;
  }

  states(): readonly CrlState[] {
    return [...this.#held].map(([url, { crls, problem }]) => ({
      url,
      crls,
      crl: crls.toSorted((a, b) => a.header.nextUpdate - b.header.nextUpdate)[0],
      lastProblem: problem,
    }));
  }

  crls(): readonly TrustedCrl[] {
    return [...this.#held.values()].flatMap(held => held.crls);
  }

  /** Fetches every CRL anew, one after the other; problems are kept in its state, never thrown. */
  async refresh(): Promise<void> {
    for (const url of this.#options.urls) await this.#refreshOne(url);
    await this.#options.thread.rest();
  }

  async #refreshOne(url: string): Promise<void> {
    const { copy, index, newCopy, newIndex } = this.#filesOf(url);
    const { fetcher, thread } = this.#options;
    try {
      await fetcher.fetch(url, newCopy);
      const reading = await thread.read({ file: newCopy, index, newIndex });
      if (reading.kind === 'refused') throw new Error(reading.problem);
      const crls = await this.#unseal(reading.crls);
      const failure = successionFailure(crls, this.#held.get(url)?.newest ?? [], this.#options.now());
      if (failure !== undefined) throw new Error(SUCCESSION_PROBLEMS[failure]);
      // The index last: killed in between, the copy is newer than what its index remembers, never older.
      await rename(newCopy, copy);
      if (reading.hasNewIndex) await rename(newIndex, index);
      this.#held.set(url, { crls, newest: crls, problem: reading.indexProblem });
    } catch (error) {
      await this.#keepOn(url, error);
    }
  }

  async #loadCopy(url: string): Promise<void> {
    const { copy, index, newIndex } = this.#filesOf(url);
    this.#held.set(url, { crls: [], newest: [], problem: undefined });
    try {
      const reading = await this.#options.thread.read({ file: copy, index, newIndex });
      const newest = await this.#unseal(reading.before);
      this.#held.set(url, { crls: [], newest, problem: undefined });
      if (reading.kind === 'refused') throw new Error(reading.problem);
      const crls = await this.#unseal(reading.crls);
      const failure = successionFailure(crls, newest, this.#options.now());
      if (failure !== undefined) throw new Error(`the copy ${SUCCESSION_PROBLEMS[failure]}`);
      if (reading.hasNewIndex) await rename(newIndex, index);
      this.#held.set(url, { crls, newest: crls, problem: reading.indexProblem });
    } catch (error) {
      await this.#keepOn(url, error);
    }
  }

  /** Nothing changes but what is said of the last attempt, and nothing of it stays on the disk. */
  async #keepOn(url: string, error: unknown): Promise<void> {
    const { newCopy, newIndex } = this.#filesOf(url);
    const { crls = [], newest = [] } = this.#held.get(url) ?? {};
    this.#held.set(url, { crls, newest, problem: error instanceof Error ? error.message : String(error) });
    await Promise.allSettled([rm(newCopy, { force: true }), rm(newIndex, { force: true })]);
  }

  async #unseal(sealed: readonly SealedCrl[]): Promise<readonly TrustedCrl[]> {
    const { sealingKey, trustStore } = this.#options;
    const crls: TrustedCrl[] = [];
    for (const each of sealed) {
      const opening = new SealOpening(each, sealingKey);
      while (!opening.advance(STEP_BYTES)) await setImmediate();
      const opened = opening.finish();
      const verdict = opened.ok ? restoreCrl(opened.unsealed, trustStore.certificates) : opened;
      if (!verdict.ok) throw new Error(`could not be taken over from the thread (${verdict.failure.code})`);
      crls.push(verdict.crl);
    }
    return crls;
  }

  #filesOf(url: string): Readonly<Record<'copy' | 'index' | 'newCopy' | 'newIndex', string>> {
    const id = createHash('sha256').update(url).digest('hex').slice(0, 32);
    const [copy, index] = [join(this.#options.folder, `${id}.crl`), join(this.#options.folder, `${id}.index`)];
    return { copy, index, newCopy: `${copy}.new`, newIndex: `${index}.new` };
  }
}
