import type { RedisOptions } from 'ioredis';

export interface RedisServer {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is and how it is spoken to. */
export interface RedisSettings {
  /** One server, or the Sentinels that know which server is the master. */
  readonly server: RedisServer | { readonly sentinels: readonly RedisServer[]; readonly name: string };
  readonly user?: string;
  readonly password?: string;
  readonly sentinelUser?: string;
  readonly sentinelPassword?: string;
  /** Without it nothing off loopback is spoken to. `certificate` and `key` (PEM): shown to the servers. */
  readonly tls?: { readonly ca: string; readonly certificate?: string; readonly key?: string };
  /** Begins every key and channel. */
  readonly keyPrefix: string;
}

/** A question unanswered for so long is answered with a refusal: people wait no longer for a store that is away. */
const DEADLINE_MS = 1_000;

/** Short, so that people get in again soon after the store is back. */
const LONGEST_PAUSE_MS = 500;

/** A server that says nothing for so long is given up: it may hang, or its network has swallowed it without a word. */
const SILENCE_MS = 2_000;

/** How ioredis is set up: it never runs a command later than asked, nor twice. */
export function connectionOptions(
  settings: RedisSettings,
  role: 'asking' | 'listening',
): RedisOptions & { readonly replyMapping: 'legacy' } {
  const pause = (attempt: number): number => Math.min(attempt * 50, LONGEST_PAUSE_MS);
  const { user, password } = settings;
  return {
    ...addressOptions(settings),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    // A command is sent now or refused now, and one that was under way when the connection broke is not sent again.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Whoever listens subscribes anew himself: a failure of ioredis' own attempt would end the process.
    autoResubscribe: false,
    connectTimeout: DEADLINE_MS,
    commandTimeout: DEADLINE_MS,
    disconnectTimeout: DEADLINE_MS,
    ...(role === 'asking' ? { socketTimeout: SILENCE_MS } : {}),
    retryStrategy: pause,
    sentinelRetryStrategy: pause,
    // A master that was made a replica: the next connection asks anew which one is the master.
    reconnectOnError: error => error.message.startsWith('READONLY'),
    connectionName: `moica-gateway-${role}`,
  };
}

function addressOptions({ server, sentinelUser, sentinelPassword, tls }: RedisSettings): RedisOptions {
  const servers = 'name' in server ? server.sentinels : [server];
  if (tls === undefined) servers.forEach(requireLoopback);
  const secure = tls === undefined ? undefined : { ca: tls.ca, cert: tls.certificate, key: tls.key };
  if (!('name' in server))
    return { host: server.host, port: server.port, ...(secure === undefined ? {} : { tls: secure }) };
  return {
    name: server.name,
    sentinels: server.sentinels.map(({ host, port }) => ({ host, port })),
    // Those that are configured, and no others that one of them may name.
    updateSentinels: false,
    sentinelCommandTimeout: DEADLINE_MS,
    ...(sentinelUser === undefined ? {} : { sentinelUsername: sentinelUser }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(secure === undefined
      ? { natMap: refuseOffLoopback }
      : { sentinelTLS: secure, tls: secure, enableTLSForSentinelMode: true }),
  };
}

/** Without TLS, a Sentinel may lead to a master on this machine only. */
function refuseOffLoopback(address: string): null {
  const at = address.lastIndexOf(':');
  requireLoopback({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
  return null;
}

/** @throws when it is not this machine */
function requireLoopback({ host }: RedisServer): void {
  if (!isThisMachine(host)) throw new Error(`Redis at ${host} is not on this machine: TLS must be configured.`);
}

/** The name or address of this machine, which no network stands behind. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
