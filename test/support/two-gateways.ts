import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startChild, waitUntilReady, type DemoChild } from '../../scripts/demo-parts/child-process.ts';
import { demoFolderAt, makeDemoFolder, replaceFile, type DemoFolder } from '../../scripts/demo-parts/demo-folder.ts';
import type { DemoDescription } from '../../scripts/demo-parts/description.ts';
import type { DemoSettings } from '../../scripts/demo-parts/gateway-configuration.ts';
import { startDemo } from '../../scripts/demo-parts/start-demo.ts';
import { createWebClient, type WebClient } from '../../scripts/demo-parts/web-client.ts';
import { startNginxFront } from './nginx-front.ts';
import { CHECKOUT, requireBuild } from './temporary-demo.ts';

/** The addresses of the nodes; nginx is 127.0.0.1, so that the demo's names lead to it. */
const ADDRESSES = ['127.0.0.2', '127.0.0.3'] as const;

/** One of the two. */
export interface GatewayNode {
  /** To send a {@link WebClient} to this node alone. */
  readonly address: string;
  /** For its command line. */
  readonly configuration: string;
  /** Origin of its ops listener. */
  readonly ops: string;
  readonly log: string;
  /** Whether its process runs. */
  isRunning(): boolean;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, and waits until it is ready. */
  start(): Promise<void>;
}

/** The demo with two gateway processes of one name, on stores that they share, and nginx in front of them. */
export interface TwoGateways {
  readonly demo: DemoDescription;
  readonly folder: DemoFolder;
  readonly a: GatewayNode;
  readonly b: GatewayNode;
  /** A new browser; it comes through nginx unless it is sent to a node. */
  browser(): WebClient;
  close(): Promise<void>;
}

/**
 * Starts both.
 *
 * @param redis the key of that name in the configuration; its `passwordFile` is written with `redisPassword`
 */
export async function startTwoGateways(options: {
  readonly postgresqlUrl: string;
  readonly redis: Readonly<Record<string, unknown>>;
  readonly redisPassword: string;
  readonly settings?: DemoSettings;
}): Promise<TwoGateways> {
  requireBuild();
  const folder = demoFolderAt(mkdtempSync(join(tmpdir(), 'moica-two-')));
  makeDemoFolder(folder);
  writeFileSync(join(folder.root, 'redis-password'), options.redisPassword, { mode: 0o600 });
  const { settings = {} } = options;
  const running = await startDemo(CHECKOUT, folder, {
    ...settings,
    isOneOfMany: true,
    postgresqlUrl: options.postgresqlUrl,
    gatewayAddress: ADDRESSES[0],
    more: { keyFolder: 'keys', redis: { ...options.redis, passwordFile: 'redis-password' }, ...settings.more },
  });
  const demo = running.description;
  const closers: (() => Promise<void>)[] = [() => running.close()];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
    rmSync(folder.root, { recursive: true, force: true });
  };
  try {
    const a = composeNode(
      { address: ADDRESSES[0], folder, configuration: demo.configuration, log: folder.log, demo },
      running.gateway,
    );
    closers.push(() => a.stop());
    const configuration = join(folder.root, 'gateway-b.yaml');
    replaceFile(configuration, configurationOfSecond(readFileSync(demo.configuration, 'utf8')));
    const b = composeNode({ address: ADDRESSES[1], folder, configuration, log: join(folder.root, 'b.log'), demo });
    closers.push(() => b.stop());
    await b.start();
    const front = await startNginxFront(ADDRESSES, { public: portOf(demo.portal), card: portOf(demo.cardHost) });
    closers.push(() => front.stop());
    const ca = readFileSync(demo.ca);
    return { demo, folder, a, b, browser: () => createWebClient(ca), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const listener = z.looseObject({ address: z.string() });
const firstSchema = z.looseObject({
  listen: z.record(z.string(), listener),
  forwardAuth: z.looseObject({ listen: listener }),
});

/** The same but for its address and its data folder: what an operator would copy. */
function configurationOfSecond(first: string): string {
  const configuration = firstSchema.parse(parse(first));
  const listen = Object.fromEntries(
    Object.entries(configuration.listen).map(([name, each]) => [name, { ...each, address: ADDRESSES[1] }]),
  );
  const asked = { ...configuration.forwardAuth.listen, address: ADDRESSES[1] };
  const forwardAuth = { ...configuration.forwardAuth, listen: asked };
  return stringify({ ...configuration, listen, forwardAuth, dataFolder: 'data-b' });
}

function composeNode(
  facts: {
    readonly address: string;
    readonly folder: DemoFolder;
    readonly configuration: string;
    readonly log: string;
    readonly demo: DemoDescription;
  },
  running?: DemoChild,
): GatewayNode & { stop(): Promise<void> } {
  const { address, configuration, log } = facts;
  const ops = `http://${address}:${portOf(facts.demo.ops)}`;
  let child = running;
  const isRunning = () => child?.process.exitCode === null && child.process.signalCode === null;
  return {
    address,
    configuration,
    ops,
    log,
    isRunning,
    async kill() {
      if (child === undefined || !isRunning()) throw new Error(`The gateway at ${address} does not run.`);
      const gone = once(child.process, 'exit');
      child.process.kill('SIGKILL');
      await gone;
    },
    async start() {
      if (isRunning()) throw new Error(`The gateway at ${address} runs.`);
      child = startChild(join(CHECKOUT, 'dist/cli.js'), ['serve', '--config', configuration], log);
      await waitUntilReady(child, `The gateway at ${address}`, async () => (await fetch(`${ops}/readyz`)).ok);
    },
    stop: async () => child?.stop(),
  };
}

function portOf(origin: string): number {
  return Number(new URL(origin).port);
}
