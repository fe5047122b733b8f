import { createServer } from 'node:http';
import type { FetchJwks, JsonWebKeySet } from '../../../src/verifier/verifier.ts';
import { createAssertionVerifier } from '../../../src/verifier/verifier.ts';
import { listen, stopListening } from '../listener.ts';
import type { DemoSystem, RunningSystem } from './demo-system.ts';
import { createRequestHandler } from './requests.ts';
import { createSocketEcho } from './socket-echo.ts';

/** Uploads may take as long as they take; only loopback reaches these servers. */
const NO_TIMEOUT = 0;

export interface DemoUpstream {
  /** Where the gateway reaches the system: `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Requests that have reached the system since it started, of every kind. */
  counter(): number;
}

export interface DemoUpstreams {
  readonly upstreams: ReadonlyMap<string, DemoUpstream>;
  close(): Promise<void>;
}

/**
 * Starts one small business system per entry, each on its own port. They show how a real one uses the gateway: every
 * page, stream and socket asks the verifier who is there, and whoever the verifier does not name gets 401.
 *
 * @param options.issuer origin of the portal
 * @param options.jwks address of the portal's keys, or the keys; first used with the first request
 * @param options.ports wanted port per system id; 0 or none takes a free one, a busy one rejects with `EADDRINUSE`
 */
export async function startDemoUpstreams(options: {
  readonly systems: readonly DemoSystem[];
  readonly issuer: string;
  readonly jwks: URL | JsonWebKeySet;
  readonly fetchJwks?: FetchJwks;
  readonly host: string;
  readonly ports?: Readonly<Record<string, number>>;
}): Promise<DemoUpstreams> {
  const started = await Promise.allSettled(options.systems.map(system => startSystem(system, options)));
  const running = started.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(running.map(system => system.stop()));
  };
  const failed = started.find(outcome => outcome.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { upstreams: new Map(running.map(({ id, upstream }) => [id, upstream])), close };
}

async function startSystem(
  system: DemoSystem,
  options: Parameters<typeof startDemoUpstreams>[0],
): Promise<{ readonly id: string; readonly upstream: DemoUpstream; readonly stop: () => Promise<void> }> {
  const { issuer, jwks, fetchJwks, host, ports } = options;
  const verifier = createAssertionVerifier({
    issuer,
    audience: system.origin,
    jwks,
    ...(fetchJwks === undefined ? {} : { fetchJwks }),
  });
  let requests = 0;
  const running: RunningSystem = { system, verifier, count: () => ++requests };
  const sockets = createSocketEcho(running);
  const server = createServer({ requestTimeout: NO_TIMEOUT }, createRequestHandler(running));
  server.on('upgrade', sockets.upgrade);
  const port = await listen(server, host, ports?.[system.id] ?? 0);
  return {
    id: system.id,
    upstream: { origin: `http://${host}:${port}`, counter: () => requests },
    stop: () => {
      sockets.close();
      return stopListening(server);
    },
  };
}
