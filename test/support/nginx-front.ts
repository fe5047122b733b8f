import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { CHECKOUT } from './temporary-demo.ts';

const NGINX = '/usr/sbin/nginx';
const STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

/** nginx before two gateways, by the configuration that is shipped. */
export interface NginxFront {
  stop(): Promise<void>;
}

/**
 * Starts it on 127.0.0.1.
 *
 * @param ports of the gateways' listeners on both addresses, and of nginx on its own
 */
export async function startNginxFront(
  nodes: readonly [string, string],
  ports: { readonly public: number; readonly card: number },
): Promise<NginxFront> {
  try {
    accessSync(NGINX);
    accessSync(STREAM_MODULE);
  } catch (error) {
    const line = 'apt-get install -y --no-install-recommends nginx-light libnginx-mod-stream';
    throw new Error(`nginx or its stream module is missing. Install it: ${line}`, { cause: error });
  }
  const folder = mkdtempSync(join(tmpdir(), 'gateway-nginx-'));
  const shipped = readFileSync(join(CHECKOUT, 'config/deploy/nginx/gateway-nodes.conf'), 'utf8');
  const stream = shipped
    .replaceAll('10.1.2.11', nodes[0])
    .replaceAll('10.1.2.12', nodes[1])
    .replaceAll(/:443\b/g, `:${ports.public}`)
    .replaceAll(/:8444\b/g, `:${ports.card}`)
    .replace('listen 443;', `listen 127.0.0.1:${ports.public};`)
    .replace('listen 8444;', `listen 127.0.0.1:${ports.card};`);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `load_module ${STREAM_MODULE};\ndaemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}\n${stream}`,
  );
  // Tied to this process by the kernel: should the test be killed, it ends too.
  const nginx = spawn(
    '/usr/bin/setpriv',
    ['--pdeathsig=TERM', NGINX, '-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  nginx.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-4_000)));
  await vi
    .waitUntil(() => listens(ports.public), { timeout: 15_000 })
    .catch(() => {
      throw new Error(`nginx does not listen: ${said}`);
    });
  return {
    async stop() {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
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
