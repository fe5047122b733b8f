import { Redis } from 'ioredis';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { createRedisSessionStore, type RedisSessionStore } from '../../../src/adapters/redis/session-store.ts';
import { openSharedSessions } from '../../../src/flows/sessions/shared-sessions.ts';
import type { Timers } from '../../../src/flows/sessions/watch-ends.ts';
import type { SessionRecordReader } from '../../../src/flows/ports/session-records.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import { startRedis, type PrivateRedis } from '../../../test/support/redis.ts';
import { cpuMicroseconds, median, type Work } from '../measure.ts';
import type { Row } from '../row.ts';
import { aSession, checkOne, CROWD, LIMITS, openCrowd, PORTAL_HOST } from './crowd.ts';

const NAME = `Redis, ${CROWD.toLocaleString('en')} sessions`;
const FLOOR = 'bare GET and PEXPIRE';

/** Requests that are under way at once, as on a busy node. */
const AT_ONCE = 50;
const ROUND_TRIPS = 2_000;

/** The store that nodes share, beside the least that any store in Redis would ask: one key read, one expiry written. */
export async function benchInRedis(): Promise<readonly Row[]> {
  const servers = await Promise.all([startRedis(), startRedis()]);
  const opened = await Promise.all(servers.map(openStore));
  try {
    const [crowded, lone] = opened;
    if (crowded === undefined || lone === undefined) throw new Error('There are two.');
    await openCrowd(lone.store, 'lone', 1);
    const before = await crowded.usedMemory();
    await openCrowd(crowded.store, 'crowd', CROWD);
    const bytes = ((await crowded.usedMemory()) - before) / CROWD;
    return [
      {
        name: `${NAME}: kept for each, two cookies`,
        unit: 'bytes',
        ours: bytes,
        peers: {},
        target: { kind: 'figure', atMost: 1024 },
      },
      ...(await benchChecks(crowded, lone)),
    ];
  } finally {
    for (const each of opened) await each.close();
    for (const server of servers) await server.stop();
  }
}

async function benchChecks(crowded: OpenedStore, lone: OpenedStore): Promise<readonly Row[]> {
  const shared = await openSharedSessions({
    store: crowded.store,
    records: NO_ENDS,
    clock: { now: () => new Date() },
    timers: TIMERS,
    lifetimeMs: LIMITS.lifetimeMs,
    onProblem: problem => console.error('The recorded ends cannot be read:', problem),
  });
  await crowded.bare.set('bare', 'x'.repeat(300), 'PX', LIMITS.idleMs);
  const bare = () => crowded.bare.pipeline().get('bare').pexpire('bare', LIMITS.idleMs).exec();
  const any = () => Math.floor(Math.random() * CROWD);
  const check = await cpuMicroseconds(
    {
      one: atOnce(() => checkOne(lone.store, 'lone', 0)),
      sameOfMany: atOnce(() => checkOne(crowded.store, 'crowd', 7)),
      anyOfMany: atOnce(() => checkOne(crowded.store, 'crowd', any())),
      kept: atOnce(() => checkOne(shared, 'crowd', 7)),
      bare: atOnce(bare),
    },
    async () => (await crowded.cpu()) + (await lone.cpu()),
  );
  await shared.stop();
  const change = await cpuMicroseconds(
    {
      open: atOnce(async () => {
        const session = aSession();
        await crowded.store.open(session, hashSecret(session.reference));
        await crowded.store.end(session.reference, 'logout');
      }),
    },
    crowded.cpu,
  );
  const wait = await roundTrip(() => checkOne(crowded.store, 'crowd', any()));
  const waitBare = await roundTrip(bare);
  const each = (figure: number) => figure / AT_ONCE;
  const unit = 'µs CPU, Redis’ own included';
  const peers = { 'with one session': each(check.one), [FLOOR]: each(check.bare) };
  return [
    {
      name: `${NAME}: check and touch, of one person`,
      unit,
      ours: each(check.sameOfMany),
      peers,
      target: { kind: 'ratio', peer: 'with one session', atMost: 1.25 },
    },
    {
      name: `${NAME}: check and touch, of any person`,
      unit,
      ours: each(check.anyOfMany),
      peers,
      target: { kind: 'ratio', peer: 'with one session', atMost: 1.25 },
    },
    {
      name: `${NAME}: the same within a second, as a gateway asks`,
      unit,
      ours: each(check.kept),
      peers,
      target: undefined,
    },
    { name: `${NAME}: open one and end it`, unit, ours: each(change.open), peers: {}, target: undefined },
    {
      name: `${NAME}: check and touch, waited for`,
      unit: 'µs',
      ours: wait,
      peers: { [FLOOR]: waitBare },
      target: undefined,
    },
  ];
}

interface OpenedStore {
  readonly store: RedisSessionStore;
  readonly bare: Redis;
  /** Microseconds of CPU that the server has used. */
  readonly cpu: () => Promise<number>;
  readonly usedMemory: () => Promise<number>;
  close(): Promise<void>;
}

async function openStore(server: PrivateRedis): Promise<OpenedStore> {
  const { host, port, password } = server;
  const say = (what: string) => (detail?: unknown) => console.error(`Redis ${what}:`, detail ?? '');
  const connection = await openRedis(
    { server: { host, port }, password, keyPrefix: 'gateway:' },
    { onAway: say('is away'), onBack: say('is back'), onWarning: say('warns'), onClockJump: say('jumped') },
  );
  const store = createRedisSessionStore(connection, { limits: LIMITS, portalHost: PORTAL_HOST, now: Date.now });
  const bare = new Redis({ host, port, password, protocol: 2, replyMapping: 'legacy' });
  const figure = async (section: string, name: string): Promise<number> => {
    const found = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(await bare.info(section))?.[1];
    if (found === undefined) throw new Error(`Redis does not tell its ${name}.`);
    return Number(found);
  };
  return {
    store,
    bare,
    cpu: async () => 1e6 * ((await figure('cpu', 'used_cpu_user')) + (await figure('cpu', 'used_cpu_sys'))),
    usedMemory: () => figure('memory', 'used_memory'),
    close: async () => {
      store.close();
      connection.close();
      await bare.quit();
    },
  };
}

/** Nobody else ends anything here. */
const NO_ENDS: Pick<SessionRecordReader, 'listEndsAfter'> = {
  listEndsAfter: () => Promise.resolve({ ends: [], mark: 'none' }),
};

const TIMERS: Timers = {
  now: () => performance.now(),
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
};

function atOnce(one: () => Promise<unknown>): Work {
  return async () => {
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  };
}

/** Microseconds that one alone waits for its answer: the median. */
async function roundTrip(one: () => Promise<unknown>): Promise<number> {
  const waits: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const start = performance.now();
    await one();
    waits.push((performance.now() - start) * 1000);
  }
  return median(waits);
}
