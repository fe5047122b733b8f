import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { WebClient } from '../../scripts/demo-parts/web-client.ts';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';
import { runGatewayCommand } from '../support/program.ts';
import { startRedis, type PrivateRedis } from '../support/redis.ts';
import { startTwoGateways, type GatewayNode, type TwoGateways } from '../support/two-gateways.ts';
import { logInAt, openSocketAt, statusAt, type AtWork } from './on-nodes.ts';
import { answerChallenge, readCard } from './p12-card.ts';

/** After this nothing may be served to a session that is over (DESIGN §2). */
const WITHIN_MS = 2_000;
const NGINX = '127.0.0.1';
const PASSWORD_TRIES = 8;

let postgres: PrivatePostgres;
let redis: PrivateRedis;
let two: TwoGateways;
let ca: Buffer;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  two = await startTwoGateways({
    postgresqlUrl: await postgres.createDatabase(),
    redis: { server: `localhost:${redis.port}` },
    redisPassword: redis.password,
    settings: { more: { addressLimits: { passwords: PASSWORD_TRIES } } },
  });
  ca = readFileSync(two.demo.ca);
});
afterAll(async () => {
  await two.close();
  await redis.stop();
  await postgres.stop();
});

const wait = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));
const nodes = (): [GatewayNode, GatewayNode] => [two.a, two.b];

const loggedIn = (account?: string) => logInAt(two, two.browser(), two.a.address, account);

/** What each node says of the session, in turn. */
async function statuses(session: AtWork): Promise<number[]> {
  const found: number[] = [];
  for (const { address } of nodes()) found.push(await statusAt(address, session));
  return found;
}

/** What is told while the database is away. */
const standingSchema = z.object({ sessions: z.array(z.object({ session: z.string(), accountId: z.uuid() })) });

const listSchema = z.object({
  sessions: z.array(
    z.object({ session: z.string(), end: z.object({ reason: z.string(), note: z.string().nullable() }).nullable() }),
  ),
});

async function listed(node: GatewayNode, ...args: string[]) {
  const run = await runGatewayCommand('session', 'list', '--json', '--config', node.configuration, ...args);
  expect(run.stderr).toBe('');
  return listSchema.parse(JSON.parse(run.stdout)).sessions;
}

async function endByCommand(node: GatewayNode, ...args: string[]) {
  const run = await runGatewayCommand(
    ...['session', 'end', ...args, '--reason', '測試', '--json', '--config', node.configuration],
  );
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  return z.object({ ended: z.array(z.string()), hold: z.string() }).parse(JSON.parse(run.stdout));
}

describe('two nodes on one Redis and one PostgreSQL, behind nginx', () => {
  test('D3-06 logged in at one, used at the other; ended at the one, over at the other within two seconds', async () => {
    const session = await loggedIn();
    const { client, company } = session;
    expect(await statuses(session)).toEqual([200, 200]);
    expect((await client.at(two.b.address).navigate(`${two.demo.portal}/`)).status).toBe(200);
    const socket = await openSocketAt(two.b.address, session, ca);

    const headers = { origin: company };
    const answer = await client.at(two.a.address).send(`${company}/.gateway/logout`, { method: 'POST', headers });
    expect(answer.status).toBe(303);
    const endedAt = performance.now();
    const closed = await socket.closed;
    expect(closed).toMatchObject({ code: 1008, reason: 'session-over:logout' });
    expect(closed.at - endedAt).toBeLessThan(WITHIN_MS);
    await wait(WITHIN_MS - (performance.now() - endedAt));
    expect(await statuses(session)).toEqual([401, 401]);
    expect((await client.at(two.b.address).navigate(`${company}/echo`)).status).toBe(302);
  });

  test('D1-097 a page that polls at the other node is refused within two seconds of the logout', async () => {
    const session = await loggedIn();
    const { client, company } = session;
    let endedAt = Infinity;
    let isOver = false;
    const polling = (async () => {
      while (!isOver) {
        const sentAt = performance.now();
        const status = await statusAt(two.b.address, session);
        if (sentAt - endedAt >= WITHIN_MS) expect(status).toBe(401);
        isOver = status === 401;
      }
    })();
    await wait(500);
    await client.at(two.a.address).send(`${company}/.gateway/logout`, { method: 'POST', headers: { origin: company } });
    endedAt = performance.now();
    await polling;
  });

  test('a session that an administrator ends by the command line of one is over at the other', async () => {
    const gone = await loggedIn();
    const stays = await loggedIn('city-user');
    const [session] = await listed(two.a, '--account', 'county-user');
    const socket = await openSocketAt(two.b.address, gone, ca);
    const reference = session?.session ?? '';
    expect(await endByCommand(two.a, '--session', reference)).toEqual({ ended: [reference], hold: 'recorded' });
    expect(await socket.closed).toMatchObject({ code: 1008, reason: 'session-over:administrator' });
    await wait(WITHIN_MS);
    expect(await statuses(gone)).toEqual([401, 401]);
    expect(await statuses(stays)).toEqual([200, 200]);
    expect((await gone.client.at(two.b.address).navigate(`${two.demo.portal}/login`)).text).toContain('管理');
  });

  test('a challenge that one gave is answered at the other, once', async () => {
    const client = two.browser();
    const at = `${two.demo.portal}/login/card`;
    const sent: { url: string; value: unknown }[] = [];
    const across: WebClient = {
      ...client,
      postJson: (url, value) => {
        sent.push({ url, value });
        return client.at(url.endsWith('/challenge') ? two.a.address : two.b.address).postJson(url, value);
      },
    };
    expect(await answerChallenge(across, at, readCard(two.folder, 'county-user'))).toMatchObject({ status: 200 });
    const answered = sent.find(({ url }) => url === at);
    const again = await two.browser().at(two.a.address).postJson(at, answered?.value);
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('challenge-unknown')]);
  });

  test('SIGKILL of either loses no session, and nginx sends people to the other', async () => {
    const session = await loggedIn();
    for (const node of nodes()) {
      const other = node === two.a ? two.b : two.a;
      await node.kill();
      for (let i = 0; i < 6; i += 1) expect(await statusAt(NGINX, session)).toBe(200);
      expect(await statusAt(other.address, session)).toBe(200);
      await node.start();
      expect(await statuses(session)).toEqual([200, 200]);
      // So long nginx leaves out a node that took no connection; with the other gone meanwhile it would have none.
      await wait(WITHIN_MS);
    }
  });

  test('where no gateway runs, its command line ends sessions on the stores, for the other node', async () => {
    const session = await loggedIn('city-user');
    await two.a.kill();
    const { ended } = await endByCommand(two.a, '--account', 'city-user');
    expect(ended).not.toEqual([]);
    await wait(WITHIN_MS);
    expect(await statusAt(two.b.address, session)).toBe(401);
    await two.a.start();
    expect(await statuses(session)).toEqual([401, 401]);
  });

  test('too many wrong passwords are counted over both', async () => {
    const attempt = async (node: GatewayNode) => {
      const value = { account: 'county-user', password: 'Wrong-Password-1' };
      return (await two.browser().at(node.address).postJson(`${two.demo.portal}/login/one-day-password`, value)).status;
    };
    const tries: number[] = [];
    for (let i = 0; i < PASSWORD_TRIES; i += 1) tries.push(await attempt(i % 2 === 0 ? two.a : two.b));
    expect(tries).toEqual(Array.from({ length: PASSWORD_TRIES }, () => 403));
    expect([await attempt(two.a), await attempt(two.b)]).toEqual([429, 429]);
  });
});

describe('while PostgreSQL is away', () => {
  test('an end holds and is recorded later; nobody is let in who cannot be judged; all recovers by itself', async () => {
    const [other, gone] = [await loggedIn(), await loggedIn()];
    const stays = await loggedIn('city-user');
    const [session, ...others] = (await listed(two.a, '--account', 'county-user')).map(each => each.session);
    const reference = session ?? '';
    await postgres.halt();
    try {
      const one = await endByCommand(two.a, '--session', reference);
      expect(one).toEqual({ ended: [reference], hold: 'record-pending' });
      // Nobody knows names any more; the store knows whose the sessions are.
      const list = await runGatewayCommand('session', 'list', '--json', '--config', two.b.configuration);
      const { sessions } = standingSchema.parse(JSON.parse(list.stdout));
      const accountId = sessions.find(each => others.includes(each.session))?.accountId ?? '';
      expect(sessions.map(each => each.session)).not.toContain(reference);
      const rest = await endByCommand(two.b, '--account', accountId);
      expect([rest.ended.toSorted(), rest.hold]).toEqual([others.toSorted(), 'record-pending']);
      await wait(WITHIN_MS);
      expect([...(await statuses(gone)), ...(await statuses(other))]).not.toContain(200);
      // Whether anybody else's session was ended cannot be known either.
      expect(await statuses(stays)).toEqual([503, 503]);
    } finally {
      await postgres.resume();
    }
    await vi.waitUntil(async () => (await statuses(stays)).every(status => status === 200), { timeout: 30_000 });
    expect([...(await statuses(gone)), ...(await statuses(other))]).toEqual([401, 401, 401, 401]);
    const reasons = async () => {
      const found = await listed(two.b, '--ended', '--account', 'county-user');
      return [reference, ...others].map(name => found.find(each => each.session === name)?.end?.reason);
    };
    const areRecorded = async () => (await reasons()).every(reason => reason === 'administrator');
    await vi.waitUntil(areRecorded, { timeout: 30_000, interval: 500 });
    expect(nodes().map(node => node.isRunning())).toEqual([true, true]);
  });
});

describe('while Redis is away', () => {
  test('people get a page that says so, an end holds all the same, and whoever was not ended goes on', async () => {
    const gone = await loggedIn();
    const stays = await loggedIn('city-user');
    const [session] = await listed(two.a, '--account', 'county-user');
    // It hangs, and comes back with all that it held.
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await wait(WITHIN_MS);
      for (const { address } of nodes()) {
        const system = await stays.client.at(address).navigate(`${stays.company}/echo`);
        expect([system.status, system.headers['retry-after']]).toEqual([503, expect.any(String)]);
        expect(system.text).toContain('<html lang="zh-Hant-TW"');
        const portal = await stays.client.at(address).navigate(`${two.demo.portal}/`);
        expect([portal.status, portal.headers['retry-after']]).toEqual([503, expect.any(String)]);
        const login = await two.browser().at(address).postJson(`${two.demo.portal}/login/card/challenge`, {});
        expect(login.status).toBe(503);
      }
      const reference = session?.session ?? '';
      expect(await endByCommand(two.b, '--session', reference)).toEqual({ ended: [reference], hold: 'recorded' });
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await wait(WITHIN_MS);
    await vi.waitUntil(async () => (await statuses(stays)).every(status => status === 200), { timeout: 30_000 });
    expect(await statuses(gone)).toEqual([401, 401]);
  });

  test('D1-097 whoever a node has served can log out there; elsewhere he is told that he may not have', async () => {
    const [left, stays] = [await loggedIn(), await loggedIn('city-user')];
    const logOut = async (client: WebClient) => {
      const { text, status } = await client.navigate(`${two.demo.portal}/logout`);
      expect(status).toBe(200);
      const token = /name="token" value="([^"]*)"/.exec(text)?.[1] ?? '';
      return client.postForm(`${two.demo.portal}/logout`, { token });
    };
    const portalCookies = (client: WebClient) => client.cookies(new URL(two.demo.portal).hostname).size;
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await wait(WITHIN_MS);
      const there = await logOut(left.client.at(two.a.address));
      expect([there.status, there.headers['location']]).toEqual([303, '/logged-out']);
      const elsewhere = await logOut(stays.client.at(two.b.address));
      expect([elsewhere.status, elsewhere.text.includes('登出可能沒有完成')]).toEqual([503, true]);
      expect(portalCookies(stays.client) - portalCookies(left.client)).toBe(1);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await vi.waitUntil(async () => (await statuses(stays)).every(status => status === 200), { timeout: 30_000 });
    expect(await statuses(left)).toEqual([401, 401]);
  });

  test('and PostgreSQL too: an end is kept on the disk of the node that took the order, and holds when both are back', async () => {
    const gone = await loggedIn();
    const [session] = await listed(two.a, '--account', 'county-user');
    const reference = session?.session ?? '';
    await postgres.halt();
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await wait(WITHIN_MS);
      expect(await endByCommand(two.a, '--session', reference)).toEqual({ ended: [reference], hold: 'here-only' });
      // Not even a crash of that node loses it.
      await two.a.kill();
    } finally {
      process.kill(redis.pid, 'SIGCONT');
      await postgres.resume();
    }
    await two.a.start();
    await vi.waitUntil(async () => (await statuses(gone)).every(status => status === 401), { timeout: 30_000 });
    const [ended] = await listed(two.b, '--ended', '--account', 'county-user');
    expect(ended).toMatchObject({ session: reference, end: { reason: 'administrator', note: '測試' } });
  });

  test('lost with all that it held, people log in again; nothing crashes', async () => {
    const before = await loggedIn();
    await redis.kill();
    await wait(WITHIN_MS);
    expect(await statuses(before)).toEqual([503, 503]);
    await redis.restart();
    await vi.waitUntil(async () => (await statuses(before)).every(status => status === 401), { timeout: 30_000 });
    const after = await loggedIn();
    expect(await statuses(after)).toEqual([200, 200]);
    expect(nodes().map(node => node.isRunning())).toEqual([true, true]);
  });
});
