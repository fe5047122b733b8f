import { randomBytes } from 'node:crypto';
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CrlBook } from '../../../src/adapters/revocation/crl-book.ts';
import { CrlThread } from '../../../src/adapters/revocation/crl-thread.ts';
import type { CrlFetcher } from '../../../src/adapters/revocation/fetch-crl.ts';
import type { TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { cpuMicroseconds, longestStall, median, runChild } from '../measure.ts';
import type { Row, Target } from '../row.ts';
import { issueLargeCrl } from './large-crl.ts';
import type { World } from './world.ts';

export const OPENSSL = 'openssl crl -noout';
const ROUNDS = 5;
const LOOKUPS = 1000;

interface Load {
  /** From the file on the disk to evidence: read, hashed, parsed, verified, sorted, sealed, saved, handed over. */
  readonly milliseconds: number;
  readonly crl: TrustedCrl;
}

/** Loading a large CRL with all that a gateway does, beside openssl, which reads the file and verifies nothing. */
export async function benchCrlLoad(
  world: World,
  folder: string,
  entries: number,
  loadTarget: Target | undefined,
): Promise<readonly Row[]> {
  const files = { small: join(folder, 'small.crl'), large: join(folder, `${entries}.crl`) };
  writeFileSync(files.small, issueLargeCrl(world.authority.cas['grca-g2'], 10));
  writeFileSync(files.large, issueLargeCrl(world.authority.cas['moica-g2'], entries));

  const runs: { openssl: number; megabytes: number; load: number; restart: number; stall: number }[] = [];
  let crl: TrustedCrl | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const { milliseconds: openssl, peakMegabytes: megabytes } = await runChild('openssl', [
      'crl',
      '-inform',
      'DER',
      '-noout',
      '-in',
      files.large,
    ]);
    const place = mkdtempSync(join(folder, 'crls-'));
    let load: Load | undefined;
    const stall = await longestStall(async () => {
      load = await loadFetched(world, place, files);
    });
    const restart = await loadSaved(world, place);
    rmSync(place, { recursive: true });
    crl = load?.crl;
    runs.push({ openssl, megabytes, load: load?.milliseconds ?? NaN, restart, stall });
  }
  rmSync(files.large);
  if (crl === undefined) throw new Error('The CRL was not loaded.');
  const middle = (figure: keyof (typeof runs)[number]): number => median(runs.map(run => run[figure]));
  const name = `CRL of ${entries.toLocaleString('en')} entries`;
  const peers = { [OPENSSL]: middle('openssl') };
  return [
    {
      name: `${name}: load`,
      unit: 'ms',
      ours: middle('load'),
      peers,
      target: loadTarget,
    },
    { name: `${name}: load after a restart`, unit: 'ms', ours: middle('restart'), peers, target: undefined },
    {
      name: `${name}: kept`,
      unit: 'bytes/entry',
      ours: crl.entries.index.bytesKept / crl.entries.index.size,
      peers: { [`${OPENSSL} at its peak`]: (middle('megabytes') * 1024 * 1024) / entries },
      target: { kind: 'figure', atMost: 16 },
    },
    {
      name: `${name}: look-up`,
      unit: 'µs',
      ours: await lookUp(crl),
      peers: {},
      target: { kind: 'figure', atMost: 2 },
    },
    {
      name: `${name}: longest stall of the event loop`,
      unit: 'ms',
      ours: middle('stall'),
      peers: { idle: await longestStall(() => setTimeout(1000)) },
      target: { kind: 'figure', atMost: 20 },
    },
  ];
}

/** Refreshes a small CRL and then the large one, in one thread, as a gateway with several does. */
async function loadFetched(world: World, place: string, files: { small: string; large: string }): Promise<Load> {
  let start = NaN;
  const fetcher: CrlFetcher = {
    fetch(url, path) {
      linkSync(url === 'large' ? files.large : files.small, path);
      if (url === 'large') start = performance.now();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const book = await openBook(world, place, fetcher, ['small', 'large']);
  await book.refresh();
  return { milliseconds: performance.now() - start, crl: loadedFrom(book, 'large') };
}

/** A start on what `loadFetched` left, the thread's own start included. */
async function loadSaved(world: World, place: string): Promise<number> {
  const fetcher: CrlFetcher = {
    fetch: () => Promise.reject(new Error('Nothing is fetched.')),
    close: () => Promise.resolve(),
  };
  const start = performance.now();
  const book = await openBook(world, place, fetcher, ['large']);
  const milliseconds = performance.now() - start;
  loadedFrom(book, 'large');
  return milliseconds;
}

const sealingKey = randomBytes(32);

/** A book as the gateway opens one. */
export function openBook(
  { trustStore }: World,
  folder: string,
  fetcher: CrlFetcher,
  urls: readonly string[],
): Promise<CrlBook> {
  const thread = new CrlThread(trustStore.certificates, sealingKey);
  return CrlBook.open({ urls, folder, sealingKey, trustStore, fetcher, thread, now: () => new Date() });
}

function loadedFrom(book: CrlBook, url: string): TrustedCrl {
  const state = book.states().find(each => each.url === url);
  if (state?.crl === undefined || state.lastProblem !== undefined)
    throw new Error(`No CRL: ${state?.lastProblem ?? ''}`);
  return state.crl;
}

async function lookUp({ entries }: TrustedCrl): Promise<number> {
  const serials = Array.from({ length: LOOKUPS }, () => randomBytes(16));
  const { thousand } = await cpuMicroseconds({
    thousand: () => {
      for (const serial of serials) entries.index.find(serial);
    },
  });
  return thousand / LOOKUPS;
}
