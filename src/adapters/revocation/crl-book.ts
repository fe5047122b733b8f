import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrlFailure } from '../../pki/failures.ts';
import { parseCrl } from '../../pki/revocation/crl.ts';
import { verifyCrl, type TrustedCrl } from '../../pki/revocation/trusted-crl.ts';
import type { TrustStore } from '../../pki/trust-store.ts';
import type { CrlFetcher } from './fetch-crl.ts';

/** What is known of one configured CRL. */
export interface CrlState {
  readonly url: string;
  readonly crl: TrustedCrl | undefined;
  /** Why the last attempt brought nothing new; undefined when it did. */
  readonly lastProblem: string | undefined;
}

/**
 * The CRLs in use, one for each configured address: the newest that was fetched and verified. A bad answer never
 * replaces a good CRL, and an older one never a newer. Copies lie in a folder, so that a restart needs no network;
 * they are verified like anything fetched.
 */
export class CrlBook {
  readonly #states = new Map<string, CrlState>();
  readonly #trustStore: TrustStore;
  readonly #folder: string;
  readonly #fetcher: CrlFetcher;

  constructor(urls: readonly string[], trustStore: TrustStore, folder: string, fetcher: CrlFetcher) {
    this.#trustStore = trustStore;
    this.#folder = folder;
    this.#fetcher = fetcher;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const url of urls) this.#states.set(url, this.#loadCopy(url));
  }

  states(): readonly CrlState[] {
    return [...this.#states.values()];
  }

  crls(): readonly TrustedCrl[] {
    return this.states().flatMap(state => state.crl ?? []);
  }

  /** Fetches every CRL anew, one after the other; problems are kept in its state, never thrown. */
  async refresh(): Promise<void> {
    for (const url of this.#states.keys()) await this.#refreshOne(url);
  }

  async #refreshOne(url: string): Promise<void> {
    const held = this.#states.get(url)?.crl;
    try {
      const der = await this.#fetcher.fetch(url);
      const fetched = this.#judge(der, held);
      if (typeof fetched === 'string') throw new Error(fetched);
      this.#keepCopy(url, der);
      this.#states.set(url, { url, crl: fetched, lastProblem: undefined });
    } catch (error) {
      const lastProblem = error instanceof Error ? error.message : String(error);
      this.#states.set(url, { url, crl: held, lastProblem });
    }
  }

  /** The verified CRL, or a sentence that says what is wrong with it. */
  #judge(der: Uint8Array, held: TrustedCrl | undefined): TrustedCrl | string {
    const parsed = parseCrl(der);
    if (!parsed.ok) return `is not a CRL (${parsed.failure.reason})`;
    let failure: CrlFailure = { code: 'crl-issuer-mismatch' };
    // One name, several keys: every pinned certificate is tried, and the signature decides.
    for (const signer of [...this.#trustStore.intermediates, ...this.#trustStore.anchors]) {
      const verdict = verifyCrl(parsed.crl, signer);
      if (verdict.ok) return this.#isOlder(verdict.crl, held) ? 'is older than the one in use' : verdict.crl;
      if (verdict.failure.code !== 'crl-issuer-mismatch') failure = verdict.failure;
    }
    return `is not by a pinned certificate (${failure.code})`;
  }

  #isOlder(next: TrustedCrl, held: TrustedCrl | undefined): boolean {
    if (held === undefined) return false;
    const [number, heldNumber] = [next.header.crlNumber, held.header.crlNumber];
    if (number !== undefined && heldNumber !== undefined && number < heldNumber) return true;
    return next.header.thisUpdate < held.header.thisUpdate;
  }

  #loadCopy(url: string): CrlState {
    const path = this.#pathOf(url);
    if (!existsSync(path)) return { url, crl: undefined, lastProblem: 'has not been fetched yet' };
    const copy = this.#judge(readFileSync(path), undefined);
    return typeof copy === 'string'
      ? { url, crl: undefined, lastProblem: copy }
      : { url, crl: copy, lastProblem: undefined };
  }

  #keepCopy(url: string, der: Uint8Array): void {
    const path = this.#pathOf(url);
    const beside = `${path}.${process.pid}.new`;
    writeFileSync(beside, der, { mode: 0o600 });
    renameSync(beside, path);
  }

  #pathOf(url: string): string {
    return join(this.#folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.crl`);
  }
}
