import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SERVER = '/usr/bin/redis-server';

/** A Redis of one test file: own folder, own port on 127.0.0.1, nothing on the disk. */
export interface PrivateRedis {
  readonly host: 'localhost';
  readonly port: number;
  readonly password: string;
  /** Where its files lie. */
  readonly folder: string;
  readonly pid: number;
  /** PEM of the authority of its certificate, which names `localhost`; null without TLS. */
  readonly ca: string | null;
  /** Kills it as a power failure would; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** TLS only, with a certificate of its own. */
  readonly tls?: boolean;
  /** Further flags of redis-server. */
  readonly flags?: readonly string[];
  readonly password?: string;
  readonly port?: number;
}

/** Starts it; fails, with the line that installs it, where it is missing. */
export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  requireInstalled(SERVER);
  const folder = mkdtempSync(join(tmpdir(), 'gateway-redis-'));
  const password = options.password ?? randomBytes(12).toString('hex');
  const ca = options.tls === true ? makeCertificate(folder) : null;
  const flagsFor = (port: number): string[] => [
    ...(ca === null ? ['--port', String(port)] : ['--port', '0', '--tls-port', String(port)]),
    ...(ca === null
      ? []
      : ['--tls-cert-file', join(folder, 'server.pem'), '--tls-key-file', join(folder, 'server.key')]),
    ...(ca === null ? [] : ['--tls-ca-cert-file', join(folder, 'server.pem'), '--tls-auth-clients', 'no']),
    ...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    ...['--requirepass', password, '--masterauth', password, ...(options.flags ?? [])],
  ];
  try {
    const first = await startOnFreePort(options.port, port => runRedis(SERVER, flagsFor(port)));
    const { port } = first;
    let { process: server } = first;
    const kill = async (): Promise<void> => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    };
    return {
      host: 'localhost',
      port,
      password,
      folder,
      ca,
      get pid() {
        return server.pid ?? 0;
      },
      kill,
      restart: async () => {
        await kill();
        const again = await runRedis(SERVER, flagsFor(port));
        if (again === undefined) throw new Error('Redis did not start again.');
        server = again;
      },
      stop: async () => {
        await kill();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** @throws with the line that installs it */
export function requireInstalled(program: string): void {
  try {
    accessSync(program);
    accessSync('/usr/bin/setpriv');
  } catch (error) {
    throw new Error('Redis is missing. Install it: apt-get install -y redis-server redis-sentinel util-linux openssl', {
      cause: error,
    });
  }
}

/** The port is free when it is chosen; should another program take it meanwhile, the next one is tried. */
export async function startOnFreePort(
  wanted: number | undefined,
  start: (port: number) => Promise<ChildProcess | undefined>,
): Promise<{ process: ChildProcess; port: number }> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const port = wanted ?? (await findFreePort());
    const process = await start(port);
    if (process !== undefined) return { process, port };
  }
  throw new Error('Redis did not start.');
}

/**
 * Runs a program of Redis until it takes connections; undefined where it ends instead. Tied to this process by the
 * kernel: should the test be killed, it ends too.
 */
export async function runRedis(program: string, flags: readonly string[]): Promise<ChildProcess | undefined> {
  const server = spawn('/usr/bin/setpriv', ['--pdeathsig=KILL', program, ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const isReady = await new Promise<boolean>(resolve => {
    server.once('exit', () => resolve(false));
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (/Ready to accept connections|\+monitor master|Sentinel ID is/.test(text)) resolve(true);
    });
  });
  return isReady ? server : undefined;
}

function makeCertificate(folder: string): string {
  const certificate = join(folder, 'server.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj'].concat([
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout',
      join(folder, 'server.key'),
      '-out',
      certificate,
    ]),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return readFileSync(certificate, 'utf8');
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}
