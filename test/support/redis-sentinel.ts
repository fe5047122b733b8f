import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisSettings } from '../../src/adapters/redis/connection-options.ts';
import { requireInstalled, runRedis, startOnFreePort, startRedis, type PrivateRedis } from './redis.ts';

const SENTINEL = '/usr/bin/redis-sentinel';
const NAME = 'gateway';

/** A master, its replica and three Sentinels, on 127.0.0.1. */
export interface RedisGroup {
  readonly master: PrivateRedis;
  readonly replica: PrivateRedis;
  readonly settings: RedisSettings;
  stop(): Promise<void>;
}

/** Starts them, and waits until the replica has all there is and the Sentinels know of each other. */
export async function startRedisGroup(): Promise<RedisGroup> {
  requireInstalled(SENTINEL);
  const folder = mkdtempSync(join(tmpdir(), 'gateway-sentinel-'));
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const master = await startRedis();
    stops.push(() => master.stop());
    const { password, port } = master;
    const replica = await startRedis({ password, flags: ['--replicaof', '127.0.0.1', String(port)] });
    stops.push(() => replica.stop());
    const sentinels = [];
    for (const index of [1, 2, 3]) {
      const started = await startOnFreePort(undefined, sentinelPort =>
        runRedis(SENTINEL, [writeSentinel({ folder, index, port: sentinelPort, master })]),
      );
      stops.push(() => endProcess(started.process));
      sentinels.push({ host: '127.0.0.1', port: started.port });
    }
    await waitUntilKnown(sentinels, replica);
    const server = { sentinels, name: NAME };
    return { master, replica, settings: { server, password, keyPrefix: 'gateway:' }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A Sentinel keeps what it learns in its configuration file, so that flags are not enough. */
function writeSentinel(input: { folder: string; index: number; port: number; master: PrivateRedis }): string {
  const { folder, index, port, master } = input;
  const file = join(folder, `sentinel-${index}.conf`);
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass ${NAME} ${master.password}`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

async function endProcess(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}

async function waitUntilKnown(
  sentinels: readonly { host: string; port: number }[],
  replica: PrivateRedis,
): Promise<void> {
  const clients = [
    ...sentinels.map(sentinel => new Redis({ ...sentinel, enableReadyCheck: false })),
    new Redis({ host: '127.0.0.1', port: replica.port, password: replica.password }),
  ];
  const deadline = performance.now() + 30_000;
  try {
    while (!(await Promise.all(clients.map(isSettled))).every(Boolean)) {
      if (performance.now() > deadline) throw new Error('The Sentinels do not find each other.');
      await pause(100);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}

/** A replica that has caught up, or a Sentinel that knows of a replica and two others. */
async function isSettled(client: Redis): Promise<boolean> {
  const info = await client.info();
  return info.includes('master_link_status:up') || /slaves=1,sentinels=3/.test(info);
}
