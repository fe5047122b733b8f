import { writeFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { openStores } from '../../src/stores.ts';
import { openDatabase } from '../../src/adapters/database/open-database.ts';
import { startChild, waitUntilReady, type DemoChild } from './child-process.ts';
import { insertCard } from './cards.ts';
import { makeDemoFolder, readJson, replaceFile, type DemoFolder } from './demo-folder.ts';
import { composeDescription, type DemoDescription } from './description.ts';
import { composeConfiguration, demoOrigin, demoSystems, type DemoSettings } from './gateway-configuration.ts';
import { openDemoAuthority } from './open-authority.ts';
import { PINNED } from '../../test/authority/trust-files.ts';
import { prepareInitialSecrets } from './initial-secrets.ts';
import { DEMO_PEOPLE } from './people.ts';
import { seedApplications } from './seed-applications.ts';
import { startPkiServices, type PkiServices } from './pki-services.ts';
import { choosePorts } from './ports.ts';
import { seedDemo } from './seed.ts';
import { startDemoUpstreams } from './upstreams/business-systems.ts';

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The demo, up and ready. */
export interface RunningDemo {
  readonly description: DemoDescription;
  /** What its CAs publish; revokes and reinstates. */
  readonly pki: PkiServices;
  readonly gateway: DemoChild;
  readonly agent: DemoChild;
  /** Settles with a sentence when one of its programs ends by itself. */
  readonly broken: Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts everything on loopback: the authority's CRL and OCSP services, the ten business systems, the gateway and the
 * card agent (the last two as their own programs, from `dist/`).
 *
 * Started again after any end, SIGKILL too, it goes on with the same keys, people, cards and accounts.
 */
export async function startDemo(checkout: string, folder: DemoFolder, settings: DemoSettings): Promise<RunningDemo> {
  makeDemoFolder(folder);
  const ports = await choosePorts(folder, settings.isOneOfMany ?? false);
  const portal = demoOrigin('portal', ports.public);
  const cardHost = demoOrigin('card', ports.card);
  const ops = `http://${settings.gatewayAddress ?? '127.0.0.1'}:${ports.ops}`;
  const forwardAuth = `http://${settings.gatewayAddress ?? '127.0.0.1'}:${ports.forwardAuth}`;
  const systems = demoSystems(checkout, ports.public);
  const authority = await openDemoAuthority(folder, {
    pkiOrigin: `http://127.0.0.1:${ports.pki}`,
    hosts: [portal, ...systems.map(system => system.origin)].map(origin => new URL(origin).hostname),
    now: new Date(),
  });

  const { postgresqlUrl } = settings;
  const database = await openDatabase(
    postgresqlUrl === undefined
      ? { kind: 'embedded', folder: join(folder.data, 'database') }
      : { kind: 'postgresql', url: postgresqlUrl },
  );
  try {
    if ((await database.accounts.countAccounts()) === 0) {
      const secrets = await prepareInitialSecrets(folder.initialPasswords);
      await seedDemo(database, authority.cards, secrets, new Date());
    }
  } finally {
    await database.close();
  }
  if (readJson(join(folder.cards, 'reader.json')) === undefined) {
    await insertCard(folder.cards, DEMO_PEOPLE[0]?.account ?? null);
  }

  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const pki = await startPkiServices({ authority: authority.authority, host: '127.0.0.1', port: ports.pki });
    closers.push(() => pki.close());
    const trustTls = new Agent({ connect: { ca: authority.tlsCertificate, lookup: loopback } });
    const upstreams = await startDemoUpstreams({
      systems,
      issuer: portal,
      jwks: new URL(`${portal}/.well-known/jwks.json`),
      // The demo's names resolve in Chromium only, and only the demo knows its TLS authority.
      fetchJwks: async url => jwksSchema.parse(await (await undiciFetch(url, { dispatcher: trustTls })).json()),
      host: '127.0.0.1',
    });
    closers.push(() => upstreams.close());

    writeFileSync(folder.log, '', { mode: 0o600 });
    if (postgresqlUrl !== undefined) replaceFile(join(folder.root, 'database-url'), postgresqlUrl);
    const upstreamOrigins = Object.fromEntries([...upstreams.upstreams].map(([id, { origin }]) => [id, origin]));
    const crls = PINNED.map(({ id }) => pki.crlUrls[id]);
    replaceFile(
      folder.configuration,
      composeConfiguration(checkout, folder, ports, { upstreams: upstreamOrigins, crls }, settings),
    );
    const stores = await openStores(loadConfig(folder.configuration));
    await seedApplications(stores.gateway).finally(() => stores.close());
    const gateway = startChild(join(checkout, 'dist/cli.js'), ['serve', '--config', folder.configuration], folder.log);
    closers.push(() => gateway.stop());
    const cardSource = settings.cardSource ?? ['--soft-card-dir', folder.cards];
    const agent = startChild(
      join(checkout, 'dist/card-agent/main.js'),
      ['--port', String(ports.cardAgent), '--allow-origin', portal, ...cardSource],
      folder.log,
    );
    closers.push(() => agent.stop());
    await waitUntilReady(gateway, 'The gateway', () => answers(`${ops}/readyz`));
    await waitUntilReady(agent, 'The card agent', () => answers(`http://localhost:${ports.cardAgent}/`));

    const description = composeDescription({
      folder,
      ports,
      portal,
      cardHost,
      forwardAuth,
      ops,
      systems,
      authority,
      pki,
    });
    replaceFile(folder.description, JSON.stringify(description, null, 2));
    const broken = Promise.race([ended(gateway, 'gateway'), ended(agent, 'card agent')]);
    return { description, pki, gateway, agent, broken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ended(child: DemoChild, name: string): Promise<string> {
  return new Promise(resolve => {
    child.process.once('exit', (code, signal) =>
      resolve(`The ${name} has ended (${signal ?? `exit ${code ?? '?'}`}).`),
    );
  });
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.ok;
}

/** Every name of the demo is this machine. */
const loopback: LookupFunction = (_name, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
