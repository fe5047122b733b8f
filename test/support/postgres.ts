import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const BIN = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL 15 of one test file: own folder, own port on 127.0.0.1, TLS with a certificate of its own. */
export interface PrivatePostgres {
  readonly port: number;
  /** Where its files lie. */
  readonly folder: string;
  /** PEM of the authority of its certificate, which names `localhost`. */
  readonly ca: string;
  /** Makes an empty database and returns its address. */
  createDatabase(options?: { readonly encoding?: 'UTF8' | 'SQL_ASCII' }): Promise<string>;
  /** Shuts it down in the middle of everything; `resume` brings it back, with its data and on its port. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** Starts it; fails, with the line that installs it, where it is missing. */
export async function startPostgres(): Promise<PrivatePostgres> {
  requireInstalled();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-postgres-'));
  try {
    const password = randomBytes(12).toString('hex');
    const ca = prepareFolder(folder, password);
    const first = await startServer(folder);
    const { port } = first;
    let { server } = first;
    const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill(signal);
      await gone;
    };
    return {
      port,
      folder,
      ca,
      createDatabase: options => createDatabase({ port, password, encoding: options?.encoding ?? 'UTF8' }),
      halt: () => end('SIGQUIT'),
      resume: async () => {
        ({ server } = await startServer(folder, port));
      },
      stop: async () => {
        await end('SIGINT');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function requireInstalled(): void {
  try {
    accessSync(join(BIN, 'postgres'));
    accessSync('/usr/bin/setpriv');
  } catch (error) {
    throw new Error('PostgreSQL 15 is missing. Install it: apt-get install -y postgresql-15 util-linux openssl', {
      cause: error,
    });
  }
}

/** PostgreSQL refuses root; root becomes the user that Debian's package made. */
const isRoot = process.getuid?.() === 0;
const AS_POSTGRES = isRoot ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

function prepareFolder(folder: string, password: string): string {
  const key = join(folder, 'server.key');
  const certificate = join(folder, 'server.pem');
  const passwordFile = join(folder, 'password');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
    ].concat(['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate]),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (isRoot) {
    const [uid, gid] = ['-u', '-g'].map(flag => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
    for (const path of [folder, key, certificate, passwordFile]) chownSync(path, uid ?? -1, gid ?? -1);
  }
  execFileSync(
    '/usr/bin/setpriv',
    [...AS_POSTGRES, join(BIN, 'initdb'), '-D', join(folder, 'data'), '-U', 'gateway', '--auth=scram-sha-256'].concat([
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]),
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return readFileSync(certificate, 'utf8');
}

/** The port is free when it is chosen; should another program take it meanwhile, the next one is tried. */
async function startServer(folder: string, wanted?: number): Promise<{ server: ChildProcess; port: number }> {
  let log = '';
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const port = wanted ?? (await findFreePort());
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.pem'),
      ssl_key_file: join(folder, 'server.key'),
      // The folder is thrown away; only a power failure could tell the difference.
      fsync: 'off',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // Tied to this process by the kernel: should the test be killed, the server shuts down too.
    const server = spawn(
      '/usr/bin/setpriv',
      ['--pdeathsig=INT', ...AS_POSTGRES, join(BIN, 'postgres'), '-D', join(folder, 'data'), ...flags],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const isReady = await new Promise<boolean>(resolve => {
      server.once('exit', () => resolve(false));
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (text.includes('ready to accept connections')) resolve(true);
      });
    });
    if (isReady) return { server, port };
  }
  throw new Error(`PostgreSQL did not start:\n${log}`);
}

async function createDatabase(options: { port: number; password: string; encoding: string }): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const address = `postgresql://gateway:${options.password}@127.0.0.1:${options.port}`;
  const client = new pg.Client({ connectionString: `${address}/postgres` });
  await client.connect();
  try {
    // A collation that is not the order of bytes, as a server in Taiwan would have.
    const locale = options.encoding === 'UTF8' ? "locale_provider icu icu_locale 'zh-TW'" : '';
    await client.query(`create database ${name} encoding '${options.encoding}' ${locale} template template0`);
  } finally {
    await client.end();
  }
  return `${address}/${name}`;
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
