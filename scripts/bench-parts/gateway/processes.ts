import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { portOf, type ProxyReady, type ProxyTask } from './program.ts';

/** What the bench of the data plane runs beside what the tests run. */
const PARTS: Readonly<Record<string, string>> = {
  '/usr/sbin/nginx': 'nginx-light',
  '/usr/bin/caddy': 'caddy',
  '/usr/sbin/haproxy': 'haproxy',
  '/usr/bin/wrk': 'wrk',
  '/usr/bin/setpriv': 'util-linux',
};

/** @throws with the line that installs what is missing */
export function requirePeers(): void {
  const missing = Object.keys(PARTS).filter(file => !existsSync(file));
  if (missing.length === 0) return;
  const packages = missing.map(file => PARTS[file]).join(' ');
  throw new Error(`Peers are missing. Install them: apt-get install -y --no-install-recommends ${packages}`);
}

/** Runs one of this folder's programs as a process of its own, until it says that it listens. */
export async function startNode(program: string, task: ProxyTask): Promise<ProxyReady & { child: ChildProcess }> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(file, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ready = await new Promise<ProxyReady>((resolve, reject) => {
    child.once('message', resolve as (message: unknown) => void);
    child.once('exit', code => reject(new Error(`${program} ended with ${code ?? 'a signal'}.`)));
  });
  return { ...ready, child };
}

/** Runs a server of another maker until its port answers; the kernel ends it with this process. */
export async function startServer(port: number, program: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig=TERM', program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** `getconf CLK_TCK` is 100 on every Linux that Debian has. */
const MICROSECONDS_PER_TICK = 10_000;

/** CPU microseconds (user and system, all threads) that these processes and all below them have used so far. */
export function cpuOfTrees(roots: readonly number[]): number {
  const seen = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat !== undefined) seen.set(Number(name), stat);
  }
  const isBelow = (pid: number): boolean => roots.includes(pid) || isBelowParent(seen.get(pid)?.parent ?? 0);
  const isBelowParent = (pid: number): boolean => pid > 1 && isBelow(pid);
  let ticks = 0;
  for (const [pid, stat] of seen) if (isBelow(pid)) ticks += stat.ticks;
  return ticks * MICROSECONDS_PER_TICK;
}

/** proc(5): after the name in brackets come state, parent, …; user and system time are fields 14 and 15. */
function statOf(pid: string): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended while the list was read.
    return undefined;
  }
}

/** Memory of a process that is in use now, MiB. */
export function residentMebibytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
