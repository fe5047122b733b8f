import { randomBytes, randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolderAt, makeDemoFolder, replaceFile, type DemoFolder } from '../../scripts/demo-parts/demo-folder.ts';
import { composeConfiguration, demoOrigin, demoSystems } from '../../scripts/demo-parts/gateway-configuration.ts';
import { openDemoAuthority } from '../../scripts/demo-parts/open-authority.ts';
import { startPkiServices } from '../../scripts/demo-parts/pki-services.ts';
import { choosePorts } from '../../scripts/demo-parts/ports.ts';
import { seedDemo } from '../../scripts/demo-parts/seed.ts';
import { createWebClient, type WebClient } from '../../scripts/demo-parts/web-client.ts';
import { openDatabase } from '../../src/adapters/database/open-database.ts';
import { createPasswordHasher } from '../../src/adapters/passwords/argon2-hasher.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import type { Database } from '../../src/flows/ports.ts';
import { prepareSecret, type PreparedSecret } from '../../src/flows/credentials/prepare-secret.ts';
import { PINNED } from '../authority/trust-files.ts';
import { CHECKOUT, requireBuild } from '../support/temporary-demo.ts';

/** The demo's people in a gateway whose program the test starts and kills itself. */
export interface BareGateway {
  readonly folder: DemoFolder;
  readonly portal: string;
  /** Starts the program and waits until its portal answers. @param meanwhile is done to it before that */
  start(
    env?: Readonly<Record<string, string>>,
    meanwhile?: (child: ChildProcess) => Promise<void>,
  ): Promise<ChildProcess>;
  /** Works on its store while no program runs. */
  withDatabase<T>(work: (database: Database, parts: BareParts) => Promise<T>): Promise<T>;
  client(): WebClient;
  close(): Promise<void>;
}

export interface BareParts {
  readonly work: Pick<GatewayContext, 'clock' | 'randomness'>;
  readonly prepare: () => Promise<PreparedSecret>;
}

/** Lays one out in a folder of its own. */
export async function layOutGateway(): Promise<BareGateway> {
  requireBuild();
  const folder = demoFolderAt(mkdtempSync(join(tmpdir(), 'moica-')));
  makeDemoFolder(folder);
  const ports = await choosePorts(folder, true);
  const portal = demoOrigin('portal', ports.public);
  const systems = demoSystems(CHECKOUT, ports.public);
  const authority = await openDemoAuthority(folder, {
    pkiOrigin: `http://127.0.0.1:${ports.pki}`,
    hosts: [portal, ...systems.map(({ origin }) => origin)].map(origin => new URL(origin).hostname),
    now: new Date(),
  });
  const pki = await startPkiServices({ authority: authority.authority, host: '127.0.0.1', port: ports.pki });
  const upstreams = Object.fromEntries(systems.map(({ id }) => [id, 'http://127.0.0.1:9']));
  const crls = PINNED.map(({ id }) => pki.crlUrls[id]);
  replaceFile(folder.configuration, composeConfiguration(CHECKOUT, folder, ports, { upstreams, crls }, {}));

  const randomness = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() };
  const work = { clock: { now: () => new Date() }, randomness };
  const parts: BareParts = {
    work,
    prepare: () => prepareSecret({ randomness, passwords: createPasswordHasher() }),
  };
  const withDatabase = async <T>(use: (database: Database, parts: BareParts) => Promise<T>): Promise<T> => {
    const database = await openDatabase({ kind: 'embedded', folder: join(folder.data, 'database') });
    return use(database, parts).finally(() => database.close());
  };
  await withDatabase(database => seedDemo(database, authority.cards, new Map(), new Date()));

  const client = () => createWebClient(readFileSync(join(folder.tls, 'ca.pem')));
  const children: ChildProcess[] = [];
  return {
    folder,
    portal,
    withDatabase,
    client,
    async start(env = {}, meanwhile = () => Promise.resolve()) {
      const log = openSync(folder.log, 'a', 0o600);
      const child = spawn(process.execPath, ['dist/cli.js', 'serve', '--config', folder.configuration], {
        cwd: CHECKOUT,
        env: { ...process.env, ...env },
        stdio: ['ignore', log, log],
      });
      children.push(child);
      await meanwhile(child);
      for (let round = 0; ; round += 1) {
        const answer = await client()
          .navigate(`${portal}/login`)
          .catch(() => undefined);
        if (answer?.status === 200) return child;
        if (child.exitCode !== null || round > 600) throw new Error(readFileSync(folder.log, 'utf8').slice(-2_000));
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await pki.close();
      rmSync(folder.root, { recursive: true, force: true });
    },
  };
}

/** Whether a process has a handler of SIGHUP, the first signal. */
export function catchesHangUp({ pid }: ChildProcess): boolean {
  const caught = /^SigCgt:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}
