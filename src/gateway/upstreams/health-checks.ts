import { setTimeout as wait } from 'node:timers/promises';
import { Client, type buildConnector } from 'undici';
import type { UpstreamSettings } from '../../flows/ports/upstream-settings.ts';
import { connectorOf } from './connector.ts';
import type { UpstreamServer } from './upstream-server.ts';

type Health = NonNullable<UpstreamSettings['health']>;

/**
 * Asks each server of a system again and again whether it serves, on a connection of its own each time, until `signal` says
 * that nobody wants to know any more.
 *
 * @param authority the system's host and port as browsers write them, as in every request to it
 */
export function watchHealth(
  servers: readonly UpstreamServer[],
  settings: UpstreamSettings,
  authority: string,
  signal: AbortSignal,
): void {
  const { health, protocol } = settings;
  if (health === null) return;
  const connect = connectorOf({ ...settings, connectMs: health.timeoutMs }, protocol);
  const { path } = health;
  const isWell = (server: UpstreamServer): Promise<boolean> =>
    path === null
      ? isReached(server.origin, connect)
      : answers(server.origin, { connect, allowH2: protocol === 'h2' }, { path, authority }, health, signal);
  for (const server of servers) void watch(server, () => isWell(server), health, signal);
}

async function watch(
  server: UpstreamServer,
  isWell: () => Promise<boolean>,
  health: Health,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    server.checked(await isWell());
    // Ends with an error where it is broken off, which is no fault.
    await wait(health.everyMs, undefined, { ref: false, signal }).catch(() => undefined);
  }
}

function isReached(origin: string, connect: buildConnector.connector): Promise<boolean> {
  const { hostname, host, protocol, port } = new URL(origin);
  return new Promise(resolve => {
    connect({ hostname: hostname.replaceAll(/[[\]]/g, ''), host, protocol, port }, (...[error, socket]) => {
      socket?.on('error', () => undefined).destroy();
      resolve(error === null);
    });
  });
}

async function answers(
  origin: string,
  options: Client.Options,
  asked: { readonly path: string; readonly authority: string },
  health: Health,
  signal: AbortSignal,
): Promise<boolean> {
  const client = new Client(origin, options);
  try {
    const { statusCode, body } = await client.request({
      method: 'GET',
      path: asked.path,
      headers: { Host: asked.authority, 'User-Agent': 'moica-gateway-health-check' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(health.timeoutMs)]),
    });
    body.on('error', () => undefined).destroy();
    return statusCode >= 200 && statusCode < 400;
  } catch {
    // However it failed: it does not serve.
    return false;
  } finally {
    await client.destroy();
  }
}
