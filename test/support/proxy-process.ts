import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { connect } from 'node:net';
import { vi } from 'vitest';

/** A proxy that runs beside the tests. */
export interface ProxyProcess {
  stop(): Promise<void>;
}

/**
 * Starts a proxy and waits until it listens on 127.0.0.1.
 *
 * @param debianPackage what brings the program
 */
export async function startProxy(
  program: string,
  flags: readonly string[],
  port: number,
  debianPackage: string,
): Promise<ProxyProcess> {
  try {
    accessSync(program);
  } catch (error) {
    const line = `apt-get install -y --no-install-recommends ${debianPackage}`;
    throw new Error(`${program} is missing. Install it: ${line}`, { cause: error });
  }
  // Tied to this process by the kernel: should the test be killed, it ends too.
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig=TERM', program, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-4_000)));
  await vi
    .waitUntil(() => listens(port), { timeout: 15_000 })
    .catch(() => {
      throw new Error(`${program} does not listen: ${said}`);
    });
  return {
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
