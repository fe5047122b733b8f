import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caddyForwardAuth, haproxy, nginxAuthRequest } from './peer-configurations.ts';
import type { PrivatePostgres } from '../../../test/support/postgres.ts';
import { freePort, startNode, startServer } from './processes.ts';
import type { ProxyTask } from './program.ts';

/** A proxy that runs, with everything that it needs to answer. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly cookie: string;
  /** The processes whose work is its work. */
  readonly processes: readonly ChildProcess[];
  /** Others that work for it, and run on when it ends. */
  readonly beside?: readonly number[];
}

export const OURS = 'the gateway';
export const OURS_ON_POSTGRESQL = 'the gateway, its store in PostgreSQL';
export const WITH_POSTGRESQL = 'that PostgreSQL counted in';
export const BARE = 'bare undici proxy';
export const EXPRESS = 'Express stack';

export async function startContenders(folder: string, task: ProxyTask): Promise<readonly Contender[]> {
  writeFileSync(join(folder, 'both.pem'), readFileSync(task.certificate, 'utf8') + readFileSync(task.key, 'utf8'));
  return [
    await nodeContender(OURS, 'ours.ts', task),
    await nodeContender(BARE, 'bare-proxy.ts', task),
    await nodeContender(EXPRESS, 'express-stack.ts', task),
    await serverContender('nginx auth_request', folder, task, nginxAuthRequest, '/usr/sbin/nginx', file => [
      '-c',
      file,
    ]),
    await serverContender('Caddy forward_auth', folder, task, caddyForwardAuth, '/usr/bin/caddy', file => [
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      file,
    ]),
    await serverContender('HAProxy, asks nobody', folder, task, haproxy, '/usr/sbin/haproxy', file => [
      '-db',
      '-f',
      file,
    ]),
  ];
}

/** The gateway on a PostgreSQL, as in production: once by itself, once with the work that it makes there. */
export async function startOnPostgresql(postgres: PrivatePostgres, task: ProxyTask): Promise<readonly Contender[]> {
  const database = await postgres.createDatabase();
  const alone = await nodeContender(OURS_ON_POSTGRESQL, 'ours.ts', { ...task, database });
  const postmaster = Number.parseInt(readFileSync(join(postgres.folder, 'data', 'postmaster.pid'), 'latin1'), 10);
  return [alone, { ...alone, name: WITH_POSTGRESQL, beside: [postmaster] }];
}

export async function nodeContender(name: string, program: string, task: ProxyTask): Promise<Contender> {
  const { port, cookie, child } = await startNode(program, task);
  return { name, port, cookie, processes: [child] };
}

async function serverContender(
  name: string,
  parent: string,
  task: ProxyTask,
  configure: typeof haproxy,
  program: string,
  flags: (file: string) => readonly string[],
): Promise<Contender> {
  const folder = join(parent, name.replaceAll(/\W/g, '-'));
  mkdirSync(folder);
  const port = await freePort();
  const authority = await startNode('bare-answer.ts', task);
  const file = join(folder, 'configuration');
  writeFileSync(
    file,
    configure({
      ...task,
      folder: configure === haproxy ? parent : folder,
      port,
      authority: `127.0.0.1:${authority.port}`,
    }),
  );
  const server = await startServer(port, program, flags(file));
  return { name, port, cookie: '', processes: [server, authority.child] };
}
