import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';
import { runGatewayCommand } from '../support/program.ts';
import { startRedisGroup, type RedisGroup } from '../support/redis-sentinel.ts';
import type { PrivateRedis } from '../support/redis.ts';
import { startTwoGateways, type TwoGateways } from '../support/two-gateways.ts';
import { logInAt, statusAt, type AtWork } from './on-nodes.ts';

const PEOPLE = 20;
/** After this nothing may be served to a session that is over (DESIGN §2). */
const WITHIN_MS = 2_000;

let postgres: PrivatePostgres;
let group: RedisGroup;
let two: TwoGateways;

beforeAll(async () => {
  [postgres, group] = await Promise.all([startPostgres(), startRedisGroup()]);
  const { server } = group.settings;
  if (!('name' in server)) throw new Error('The group has its Sentinels.');
  const servers = server.sentinels.map(({ host, port }) => `${host}:${port}`);
  two = await startTwoGateways({
    postgresqlUrl: await postgres.createDatabase(),
    redis: { sentinel: { name: server.name, servers } },
    redisPassword: group.master.password,
    settings: { more: { sessions: { concurrent: { account: PEOPLE, card: PEOPLE } } } },
  });
});
afterAll(async () => {
  await two.close();
  await group.stop();
  await postgres.stop();
});

interface Browser extends AtWork {
  /** When the end was acknowledged (`performance.now()`). */
  endedAt: number;
}

interface Answered {
  readonly browser: Browser;
  readonly status: number;
  readonly sentAt: number;
}

test('D3-06 fail-over of Redis under load, the ends lost with the old master: none of the ended is served again', async () => {
  const browsers: Browser[] = [];
  for (let i = 0; i < PEOPLE; i += 1) {
    const node = i % 2 === 0 ? two.a : two.b;
    browsers.push({ ...(await logInAt(two, two.browser(), node.address)), endedAt: Infinity });
  }
  const others = browsers.slice(PEOPLE / 2);
  const ended = browsers.slice(0, PEOPLE / 2);
  let recoveredAt = Infinity;
  const answers = await underLoad(browsers, async () => {
    await cutOff(group);
    const [byThemselves, byCommand] = [ended.slice(0, 5), ended.slice(5)];
    for (const browser of byThemselves) {
      const headers = { origin: browser.company };
      const at = browser.client.at(two.a.address);
      expect((await at.send(`${browser.company}/.gateway/logout`, { method: 'POST', headers })).status).toBe(303);
      browser.endedAt = performance.now();
    }
    const references = await referencesOf(byCommand);
    const args = ['session', 'end', '--session', ...references, '--reason', '測試', '--json', '--config'];
    expect((await runGatewayCommand(...args, two.b.configuration)).exitCode).toBe(0);
    for (const browser of byCommand) browser.endedAt = performance.now();
    // What will be the master knows nothing of it: the ends are lost.
    expect([await countSessions(group.master), await countSessions(group.replica)]).toEqual([others.length, PEOPLE]);
    await group.master.kill();

    await vi.waitUntil(async () => (await statusesOf(others)).every(status => status < 500), {
      timeout: 60_000,
      interval: 250,
    });
    recoveredAt = performance.now();
    await new Promise(resolve => setTimeout(resolve, 4_000));
  });

  const late = answers.filter(({ browser, sentAt }) => sentAt >= browser.endedAt + WITHIN_MS);
  expect(late.length).toBeGreaterThan(0);
  expect(late.filter(({ status }) => status === 200)).toEqual([]);
  const after = answers.filter(({ sentAt }) => sentAt > recoveredAt);
  expect(after.length).toBeGreaterThan(PEOPLE);
  expect(after.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await statusesOf(ended)).toEqual(ended.flatMap(() => [401, 401]));
  // These were on the replica before it was cut off: they go on.
  expect(await statusesOf(others)).toEqual(others.flatMap(() => [200, 200]));
  expect([two.a.isRunning(), two.b.isRunning()]).toEqual([true, true]);
});

/** Everybody asks without a pause, at each node in turn, while `work` goes on. */
async function underLoad(browsers: readonly Browser[], work: () => Promise<void>): Promise<Answered[]> {
  const answers: Answered[] = [];
  let isOver = false;
  const loops = browsers.map(async (browser, index) => {
    for (let round = index; !isOver; round += 1) {
      const sentAt = performance.now();
      const { address } = round % 2 === 0 ? two.a : two.b;
      const headers = { cookie: browser.cookie, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' };
      const { status } = await browser.client.at(address).send(`${browser.company}/echo`, { headers });
      answers.push({ browser, status, sentAt });
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  });
  const load = Promise.all(loops);
  try {
    await Promise.race([work(), load]);
  } finally {
    isOver = true;
    await load;
  }
  return answers;
}

/** From now on the replica hears nothing of the master, which does not know. */
async function cutOff({ master, replica }: RedisGroup): Promise<void> {
  await asking(replica, client => client.config('SET', 'masterauth', 'wrong'));
  await asking(master, client => client.call('CLIENT', 'KILL', 'TYPE', 'replica'));
  await vi.waitUntil(
    () => asking(replica, async client => (await client.info('replication')).includes('master_link_status:down')),
    { timeout: 15_000 },
  );
}

async function countSessions(server: PrivateRedis): Promise<number> {
  return (await asking(server, client => client.keys('gateway:s:*'))).length;
}

async function asking<T>({ port, password }: PrivateRedis, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ host: '127.0.0.1', port, password, protocol: 2, replyMapping: 'legacy' });
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

const identitySchema = z.object({ headers: z.array(z.tuple([z.string(), z.string()])) });

/** Their sessions' names, as the system sees them in the assertion. */
async function referencesOf(browsers: readonly Browser[]): Promise<string[]> {
  const references: string[] = [];
  for (const { client, company } of browsers) {
    const { headers } = identitySchema.parse(JSON.parse((await client.navigate(`${company}/echo`)).text));
    const [, assertion = ''] = headers.find(([name]) => name.toLowerCase() === 'x-gateway-assertion') ?? [];
    const claims: unknown = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'));
    references.push(z.object({ sid: z.string() }).parse(claims).sid);
  }
  return references;
}

async function statusesOf(browsers: readonly Browser[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const browser of browsers) {
    for (const { address } of [two.a, two.b]) statuses.push(await statusAt(address, browser));
  }
  return statuses;
}
