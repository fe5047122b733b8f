import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { openCookieSecret } from './adapters/signing/cookie-secret.ts';
import { openControlSocket } from './cli/control-socket.ts';
import { compose, type CompositionParts } from './composition.ts';
import type { GatewayConfig } from './config.ts';
import { listFigures } from './figures.ts';
import { createOpsListener } from './gateway/ops-listener.ts';
import { startJobs } from './job-schedule.ts';
import { startKeyKeeping } from './key-keeping.ts';
import { ListenerAddresses, openListeners } from './listeners.ts';
import { LiveConfiguration } from './reload.ts';
import { startSessionKeeping } from './session-keeping.ts';
import { openStoresToServe } from './stores.ts';

/** Time for requests in flight when the gateway stops: container runtimes send SIGKILL ten seconds after SIGTERM. */
const CLOSE_GRACE_MS = 8_000;

/** Runs the gateway until SIGTERM or SIGINT. @throws when it cannot start; nothing is left open then */
export async function serve(config: GatewayConfig): Promise<void> {
  const state: { isOpen: boolean; isHungUp: boolean; live?: LiveConfiguration } = { isOpen: false, isHungUp: false };
  process.on('SIGHUP', () => {
    state.isHungUp = true;
    void state.live?.renew();
  });
  const log = pino({ level: config.log.level });
  // What was opened last is closed first, at a start that fails as well.
  await using opened = new AsyncDisposableStack();
  const stores = await openStoresToServe(config, log);
  opened.defer(() => stores.close());
  const keeping = await startSessionKeeping(stores, log);
  opened.defer(() => keeping.stop());
  const keys = await startKeyKeeping(stores.gateway, log);
  opened.defer(() => keys.stop());

  const ops = createOpsListener({
    checks: {
      ...stores.readiness,
      open: () => (state.isOpen ? Promise.resolve() : Promise.reject(new Error('Not open.'))),
    },
    facts: () => ({ configuration: state.live?.facts(), trust: stores.trustReport() }),
    metrics: () => stores.metrics.scrape(),
    log,
  });
  await ops.listen({ host: config.listen.ops.address, port: config.listen.ops.port });
  opened.defer(() => ops.close());

  // A start does not wait for CRLs that are away: their copies serve, and logins are denied where there is none.
  await Promise.race([stores.refreshTrust(), delay(5_000, undefined, { ref: false })]);

  const addresses = new ListenerAddresses(config);
  const parts: CompositionParts = {
    log,
    cookieSecret: await openCookieSecret({ folder: config.keyFolder }),
    addresses: addresses.public,
    cardAddresses: addresses.card,
  };
  const first = compose(config, stores.gateway, parts);
  const listeners = await openListeners(first, addresses, log);
  opened.defer(() => listeners.close(CLOSE_GRACE_MS));
  stores.metrics.add(listFigures(stores, listeners.public));
  const running = new LiveConfiguration(first, stores, listeners, parts);
  state.live = running;
  // Asked for during the start: the files may have changed after they were read.
  if (state.isHungUp) void running.renew();

  const control = await openControlSocket(config.dataFolder, {
    get gateway() {
      return running.inUse.context;
    },
    health: async () => [running.check(), ...(await stores.health())],
  });
  opened.defer(() => control.close());
  const jobs = startJobs(() => running.inUse.context, log);
  opened.defer(() => jobs.stop());
  state.isOpen = true;
  const { address, port } = listeners.bound;
  log.info({ portal: config.portal.origin, cardHost: config.card?.origin, address, port }, 'The gateway is open.');

  await toldToStop();
  state.isOpen = false;
  process.once('SIGTERM', endAtOnce).once('SIGINT', endAtOnce);
  const { announceSeconds } = running.inUse.config.stop;
  log.info({ announceSeconds }, 'The gateway is closing.');
  listeners.public.announceEnd();
  await delay(announceSeconds * 1_000);
}

function toldToStop(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

/** Whoever asks twice does not want to wait for what is under way; what was acknowledged is in the stores. */
function endAtOnce(): never {
  process.exit(1);
}
