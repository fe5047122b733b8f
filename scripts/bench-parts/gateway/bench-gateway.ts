import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTlsAuthority, issueServerCertificate } from '../../../test/authority/tls-authority.ts';
import { median } from '../measure.ts';
import type { Row } from '../row.ts';
import { BARE, OURS, startContenders, type Contender } from './contenders.ts';
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
  try {
    const identity = await writeIdentity(folder);
    const requests = await benchRequests(folder, identity, say);
    say('CPU of a forward-auth decision');
    const asked = await benchForwardAuth({ ...identity, upstream: 'http://127.0.0.1:9' });
    say('a gigabyte up and down');
    return [...requests, asked, ...(await benchGigabyte(identity))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchRequests(
  folder: string,
  identity: Omit<ProxyTask, 'upstream'>,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const port = await freePort();
  const configuration = join(folder, 'system.conf');
  writeFileSync(configuration, nginxUpstream(folder, port));
  const system = await startServer(port, '/usr/sbin/nginx', ['-c', configuration]);
  const contenders = await startContenders(folder, { ...identity, upstream: `http://127.0.0.1:${port}` });
  try {
    say('CPU of a proxied request');
    for (const contender of contenders) await cpuOfRequests(contender, WARM_UP_S);
    const cpu = await inTurn(contenders, ROUNDS, contender => cpuOfRequests(contender, LOAD_S));
    say('waiting under an open load');
    const waits = await inTurn(contenders, OPEN_LOAD_ROUNDS, contender => waitUnderOpenLoad(contender, OPEN_LOAD_S));
    return [
      {
        ...split(cpu, figure => figure),
        name: 'proxied authenticated request of 1 KiB over TLS',
        unit: 'µs CPU',
        target: { kind: 'ratio', peer: BARE, atMost: 1.25 },
      },
      { ...split(waits, ({ p50 }) => p50), name: 'the same, 250 a second: p50', unit: 'ms', target: undefined },
      { ...split(waits, ({ p99 }) => p99), name: 'the same, 250 a second: p99', unit: 'ms', target: undefined },
    ];
  } finally {
    for (const child of [...contenders.flatMap(({ processes }) => processes), system]) await stop(child);
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

/** Our median and those of the peers. */
function split<Figure>(
  figures: ReadonlyMap<string, readonly Figure[]>,
  read: (figure: Figure) => number,
): Pick<Row, 'ours' | 'peers'> {
  const medians = new Map([...figures].map(([name, all]) => [name, median(all.map(read))]));
  const ours = medians.get(OURS) ?? NaN;
  medians.delete(OURS);
  return { ours, peers: Object.fromEntries(medians) };
}

async function writeIdentity(folder: string): Promise<Omit<ProxyTask, 'upstream'>> {
  const now = new Date();
  const issued = await issueServerCertificate(await createTlsAuthority(now), [HOST, NAME_DIALLED], now);
  const identity = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  writeFileSync(identity.certificate, issued.certificate.pem);
  writeFileSync(identity.key, issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return identity;
}
