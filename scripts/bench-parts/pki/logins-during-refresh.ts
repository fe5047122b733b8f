import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createCrlFetcher } from '../../../src/adapters/revocation/fetch-crl.ts';
import { judgeCardProof } from '../../../src/pki/card-proof.ts';
import type { TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { PINNED } from '../../../test/authority/trust-files.ts';
import { quantile } from '../measure.ts';
import type { Row } from '../row.ts';
import { openBook } from './crl-load.ts';
import { issueLargeCrl } from './large-crl.ts';
import type { World } from './world.ts';

const ENTRIES = 412_000;
const LOGINS_A_SECOND = 50;
const SECONDS = 6;

/** The wait of a login, from the moment that it was due to its verdict, beside the same without a refresh. */
export async function benchLoginsDuringRefresh(world: World, folder: string): Promise<readonly Row[]> {
  const published = join(folder, 'published');
  mkdirSync(published);
  for (const { id } of PINNED) writeFileSync(join(published, id), issueLargeCrl(world.authority.cas[id], ENTRIES));
  const { server, origin } = await serve(published);
  const fetcher = createCrlFetcher({ allowPrivateAddresses: true });
  const urls = PINNED.map(({ id }) => `${origin}/${id}`);
  const refreshOnce = async (): Promise<readonly TrustedCrl[]> => {
    // A place of its own for each round: a file that was seen before would not be parsed again.
    const place = mkdtempSync(join(folder, 'crls-'));
    const book = await openBook(world, place, fetcher, urls);
    await book.refresh();
    rmSync(place, { recursive: true });
    const problem = book.states().find(state => state.lastProblem !== undefined)?.lastProblem;
    if (problem !== undefined) throw new Error(problem);
    return book.crls();
  };
  try {
    const crls = await refreshOnce();
    await logIns(world, crls);
    const idle = await logIns(world, crls);
    const going = { on: true };
    let rounds = 0;
    const refreshing = (async () => {
      while (going.on) {
        await refreshOnce();
        rounds++;
      }
    })();
    const busy = await logIns(world, crls);
    going.on = false;
    await refreshing;
    const name = `${LOGINS_A_SECOND} logins/s while four CRLs of 412,000 entries are refreshed (${rounds} times in ${SECONDS} s)`;
    return (['p50', 'p99'] as const).map(part => {
      const at = part === 'p50' ? 0.5 : 0.99;
      const peers = { 'without refresh': quantile(idle, at) };
      return { name: `${name}: ${part}`, unit: 'ms', ours: quantile(busy, at), peers, target: undefined };
    });
  } finally {
    server.kill();
    await fetcher.close();
  }
}

/** Milliseconds that each login took, counted from when it was due. */
async function logIns({ trustStore, tbs, proof }: World, crls: readonly TrustedCrl[]): Promise<readonly number[]> {
  const policy = { require: 'every-certificate', graceMs: 0 } as const;
  const start = performance.now();
  const waits: number[] = [];
  for (let i = 0; i < LOGINS_A_SECOND * SECONDS; i++) {
    const due = start + (i * 1000) / LOGINS_A_SECOND;
    // Timers fire up to a millisecond early or late of their own accord; whole milliseconds ahead, then by turns.
    while (performance.now() < due) await setTimeout(Math.max(0, due - performance.now()));
    const verdict = judgeCardProof({ trustStore, crls, time: new Date(), policy, tbs, proof });
    if (!verdict.ok) throw new Error(verdict.failure.code);
    waits.push(performance.now() - due);
  }
  return waits;
}

/** The CRLs over HTTP from another process, so that serving them costs this one nothing. */
async function serve(published: string): Promise<{ readonly server: ChildProcess; readonly origin: string }> {
  const server = fork(join(import.meta.dirname, 'file-server.ts'), [published]);
  const origin = await new Promise<string>((resolve, reject) => {
    server.once('message', message =>
      typeof message === 'string' ? resolve(message) : reject(new Error('No address.')),
    );
    server.once('exit', code => reject(new Error(`The file server ended with ${code ?? 'a signal'}.`)));
  });
  return { server, origin };
}
