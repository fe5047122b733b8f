import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTlsAuthority, issueServerCertificate } from '../../../test/authority/tls-authority.ts';
import { startPostgres, type PrivatePostgres } from '../../../test/support/postgres.ts';
import { median } from '../measure.ts';
import type { Row } from '../row.ts';
import {
  BARE,
  OURS,
  OURS_ON_POSTGRESQL,
  startContenders,
  startOnPostgresql,
  WITH_POSTGRESQL,
  type Contender,
} from './contenders.ts';
import { benchGigabyte } from './gigabyte.ts';
import { benchForwardAuth } from './forward-auth.ts';
import { cpuOfRequests, waitUnderOpenLoad } from './load.ts';
import { HOST, NAME_DIALLED, nginxUpstream } from './peer-configurations.ts';
import { freePort, requirePeers, startServer, stop } from './processes.ts';
import type { ProxyTask } from './program.ts';

const ROUNDS = 5;
const LOAD_S = 2;
const WARM_UP_S = 3;
const OPEN_LOAD_ROUNDS = 3;
const OPEN_LOAD_S = 4;

/** The rows of DESIGN about the data plane: what a request costs, how long people wait, what a large file takes. */
export async function benchGateway(say: (text: string) => void): Promise<readonly Row[]> {
  requirePeers();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const postgres = await startPostgres();
  try {
    const identity = await writeIdentity(folder);
    const requests = await benchRequests(folder, identity, postgres, say);
    say('CPU of a forward-auth decision');
    const task = { ...identity, upstream: 'http://127.0.0.1:9' };
    const asked = await benchForwardAuth(task, await postgres.createDatabase());
    say('a gigabyte up and down');
    return [...requests, ...asked, ...(await benchGigabyte(identity))];
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchRequests(
  folder: string,
  identity: Omit<ProxyTask, 'upstream'>,
  postgres: PrivatePostgres,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const port = await freePort();
  const configuration = join(folder, 'system.conf');
  writeFileSync(configuration, nginxUpstream(folder, port));
  const system = await startServer(port, '/usr/sbin/nginx', ['-c', configuration]);
  const task = { ...identity, upstream: `http://127.0.0.1:${port}` };
  const contenders = await startContenders(folder, task);
  const onPostgresql = await startOnPostgresql(postgres, task);
  try {
    say('CPU of a proxied request');
    const all = [...contenders, ...onPostgresql];
    for (const contender of all) await cpuOfRequests(contender, WARM_UP_S);
    const cpu = await inTurn(all, ROUNDS, contender => cpuOfRequests(contender, LOAD_S));
    say('waiting under an open load');
    const waits = await inTurn(contenders, OPEN_LOAD_ROUNDS, contender => waitUnderOpenLoad(contender, OPEN_LOAD_S));
    return [
      {
        ...split(without(cpu, [OURS_ON_POSTGRESQL, WITH_POSTGRESQL]), OURS, figure => figure),
        name: 'proxied authenticated request of 1 KiB over TLS, the store in the same process',
        unit: 'µs CPU',
        target: { kind: 'ratio', peer: BARE, atMost: 1.25 },
      },
      {
        ...split(without(cpu, [OURS]), OURS_ON_POSTGRESQL, figure => figure),
        name: 'the same, the store in a PostgreSQL that is not counted',
        unit: 'µs CPU',
        target: { kind: 'ratio', peer: BARE, atMost: 1.25 },
      },
      { ...split(waits, OURS, ({ p50 }) => p50), name: 'the same, 250 a second: p50', unit: 'ms', target: undefined },
      { ...split(waits, OURS, ({ p99 }) => p99), name: 'the same, 250 a second: p99', unit: 'ms', target: undefined },
    ];
  } finally {
    const children = [...contenders, ...onPostgresql].flatMap(({ processes }) => processes);
    for (const child of [...children, system]) await stop(child);
  }
}

/** Everybody measured once a round, so that what disturbs the machine disturbs them alike. */
async function inTurn<Figure>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<Figure>,
): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) figures.get(contender.name)?.push(await measure(contender));
  }
  return figures;
}

/** The median of one of ours and those of the peers. */
function split<Figure>(
  figures: ReadonlyMap<string, readonly Figure[]>,
  which: string,
  read: (figure: Figure) => number,
): Pick<Row, 'ours' | 'peers'> {
  const medians = new Map([...figures].map(([name, all]) => [name, median(all.map(read))]));
  const ours = medians.get(which) ?? NaN;
  medians.delete(which);
  return { ours, peers: Object.fromEntries(medians) };
}

function without<Figure>(figures: ReadonlyMap<string, Figure>, names: readonly string[]): ReadonlyMap<string, Figure> {
  return new Map([...figures].filter(([name]) => !names.includes(name)));
}

async function writeIdentity(folder: string): Promise<Omit<ProxyTask, 'upstream'>> {
  const now = new Date();
  const issued = await issueServerCertificate(await createTlsAuthority(now), [HOST, NAME_DIALLED], now);
  const identity = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  writeFileSync(identity.certificate, issued.certificate.pem);
  writeFileSync(identity.key, issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return identity;
}
