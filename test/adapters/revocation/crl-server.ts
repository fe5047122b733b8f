import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrlBook, type CrlState } from '../../../src/adapters/revocation/crl-book.ts';
import { CrlThread } from '../../../src/adapters/revocation/crl-thread.ts';
import { createCrlFetcher, type CrlFetcher } from '../../../src/adapters/revocation/fetch-crl.ts';
import { readTrustFolder } from '../../../src/adapters/revocation/trust-folder.ts';
import type { TrustStore } from '../../../src/pki/trust-store.ts';
import { createAuthority, type Authority } from '../../authority/authority.ts';
import { trustFilesOf } from '../../authority/trust-files.ts';

export interface Answer {
  readonly status?: number;
  readonly body: Uint8Array;
  readonly location?: string;
}

export interface BookOptions {
  readonly place?: string;
  readonly paths?: readonly string[];
  readonly allowPrivateAddresses?: boolean;
  readonly key?: Uint8Array;
  readonly heapLimitMb?: number;
  readonly now?: () => Date;
}

/** An authority whose CRLs are served over HTTP, and books that fetch them. */
export interface CrlServer {
  readonly authority: Authority;
  readonly trustStore: TrustStore;
  readonly trustFolder: string;
  readonly sealingKey: Uint8Array;
  readonly url: string;
  /** What is answered under `/crl`, or another path. */
  publish(answer: Answer, path?: string): void;
  /** A folder that nothing lies in. */
  newPlace(): string;
  /** Opens a book as a start of the gateway does; on the `place` of another, as a restart. */
  openBook(options?: BookOptions): Promise<CrlBook>;
  close(): Promise<void>;
}

export async function openCrlServer(): Promise<CrlServer> {
  const authority = await createAuthority({ origin: 'http://127.0.0.1:1' });
  const folder = mkdtempSync(join(tmpdir(), 'gateway-crls-'));
  const trustFolder = join(folder, 'trust');
  mkdirSync(trustFolder);
  const { manifest, files } = trustFilesOf(authority);
  for (const [name, content] of files) writeFileSync(join(trustFolder, name), content);
  writeFileSync(join(trustFolder, 'manifest.json'), JSON.stringify(manifest));
  const trustStore = readTrustFolder(trustFolder);

  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '');
    const location = answer?.location;
    response.writeHead(answer === undefined ? 404 : (answer.status ?? 200), location === undefined ? {} : { location });
    response.end(answer?.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;

  const fetchers: CrlFetcher[] = [];
  const sealingKey = randomBytes(32);
  const newPlace = () => mkdtempSync(join(folder, 'book-'));
  return {
    authority,
    trustStore,
    trustFolder,
    sealingKey,
    url: `${origin}/crl`,
    publish: (answer, path = '/crl') => void answers.set(path, answer),
    newPlace,
    openBook({ place = newPlace(), paths = ['/crl'], allowPrivateAddresses = true, ...options } = {}) {
      const fetcher = createCrlFetcher({ allowPrivateAddresses });
      fetchers.push(fetcher);
      const key = options.key ?? sealingKey;
      return CrlBook.open({
        urls: paths.map(path => origin + path),
        folder: place,
        sealingKey: key,
        trustStore,
        fetcher,
        thread: new CrlThread(trustStore.certificates, key, options.heapLimitMb),
        now: options.now ?? (() => new Date()),
      });
    },
    async close() {
      for (const fetcher of fetchers) await fetcher.close();
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a book says of its first address: the dates of the CRLs in use, and what is wrong. */
export function stateOf(book: CrlBook): { readonly held: readonly number[]; readonly problem: string | undefined } {
  const state: CrlState | undefined = book.states()[0];
  return { held: (state?.crls ?? []).map(crl => crl.header.thisUpdate), problem: state?.lastProblem };
}

/** The one file of a place whose name ends so. */
export function fileIn(place: string, ending: string): string {
  const [name, ...others] = readdirSync(place).filter(each => each.endsWith(ending));
  if (name === undefined || others.length > 0) throw new Error(`Not one ${ending} in ${place}.`);
  return join(place, name);
}
