import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';
import { runGatewayCommand } from '../support/program.ts';
import { startRedis, type PrivateRedis } from '../support/redis.ts';
import { startTwoGateways, type GatewayNode, type TwoGateways } from '../support/two-gateways.ts';
import { logInAt, type AtWork } from './on-nodes.ts';

let postgres: PrivatePostgres;
let redis: PrivateRedis;
let databaseUrl: string;
let two: TwoGateways;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  databaseUrl = await postgres.createDatabase();
  two = await startTwoGateways({
    postgresqlUrl: databaseUrl,
    redis: { server: `localhost:${redis.port}` },
    redisPassword: redis.password,
  });
});
afterAll(async () => {
  await two.close();
  await redis.stop();
  await postgres.stop();
});

const AT_ONCE = ['--now', '--reason', '測試'] as const;
const WAITING = { timeout: 10_000, interval: 100 };

const echoSchema = z.object({ headers: z.array(z.tuple([z.string(), z.string()])) });

const loggedIn = () => logInAt(two, two.browser(), two.a.address);

/** The assertion with which the system is reached through a node. */
async function assertionThrough({ address }: GatewayNode, { client, company }: AtWork): Promise<string> {
  const { headers } = echoSchema.parse(JSON.parse((await client.at(address).navigate(`${company}/echo`)).text));
  return headers.find(([name]) => name.toLowerCase() === 'x-gateway-assertion')?.[1] ?? '';
}

const kidThrough = async (node: GatewayNode, session: AtWork) =>
  decodeProtectedHeader(await assertionThrough(node, session)).kid;

async function keySetOf({ address }: GatewayNode): Promise<JSONWebKeySet> {
  const answer = await two.browser().at(address).send(`${two.demo.portal}/.well-known/jwks.json`);
  expect(answer, answer.text).toMatchObject({ status: 200 });
  return JSON.parse(answer.text) as JSONWebKeySet;
}

const publishedBy = async (node: GatewayNode) => (await keySetOf(node)).keys.map(({ kid }) => kid).toSorted();

const rotate = (node: GatewayNode, ...order: readonly string[]) =>
  runGatewayCommand('keys', 'rotate', ...order, '--json', '--config', node.configuration);

async function rotated(node: GatewayNode, ...order: readonly string[]): Promise<string> {
  const run = await rotate(node, ...order);
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  return z.object({ kid: z.string() }).parse(JSON.parse(run.stdout)).kid;
}

/** Waits until both publish these keys and no other. */
async function expectPublished(...kids: readonly (string | undefined)[]): Promise<void> {
  const wanted = kids.toSorted().join();
  for (const node of [two.a, two.b]) {
    await vi.waitUntil(async () => (await publishedBy(node)).join() === wanted, WAITING);
  }
}

test('D3-10 a key that one node makes is published and used by the other, which says yes to what either has signed', async () => {
  const session = await loggedIn();
  const first = await kidThrough(two.b, session);
  await expectPublished(first);
  await expectPublished(first, await rotated(two.a));
  expect(await kidThrough(two.b, session)).toBe(first);
  const next = await rotated(two.b, ...AT_ONCE);
  await expectPublished(next);
  for (const [node, other] of [
    [two.a, two.b],
    [two.b, two.a],
  ] as const) {
    const token = await assertionThrough(node, session);
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keySetOf(other)));
    expect(protectedHeader.kid).toBe(next);
  }
});

test('D3-10 a purpose that is declared on one counts on the other, at the next request', async () => {
  const session = await loggedIn();
  const { client, company } = session;
  const declared = { purpose: 'case-handling', case: '1140000123' };
  const answer = await client
    .at(two.a.address)
    .postForm(`${company}/.gateway/purpose`, { ...declared, return: '/echo' });
  expect([answer.status, answer.headers['location']]).toEqual([303, '/echo']);
  const token = await assertionThrough(two.b, session);
  const { payload } = await jwtVerify(token, createLocalJWKSet(await keySetOf(two.a)));
  expect(payload).toMatchObject(declared);
  const told = await client.at(two.b.address).send(`${company}/.gateway/session`);
  expect(JSON.parse(told.text)).toMatchObject({ alive: true, declared });
});

test('SIGKILL in the middle of a rotation: nothing changes for anybody, and the next start and rotation are whole', async () => {
  const session = await loggedIn();
  const folder = join(two.folder.root, 'keys', 'assertion-keys');
  const before = readdirSync(folder);
  const first = await kidThrough(two.b, session);
  const watcher = new pg.Client({ connectionString: databaseUrl });
  await watcher.connect();
  // The new key is there, and the rotation comes as far as the store.
  await watcher.query('begin; lock table assertion_keys in share mode');
  const broken = rotate(two.a, ...AT_ONCE);
  await vi.waitUntil(
    async () => (await watcher.query('select from pg_locks where not granted')).rowCount === 1,
    WAITING,
  );
  await two.a.kill();
  await watcher.query('rollback');
  await watcher.end();
  expect((await broken).exitCode).toBe(2);
  const [halfMade = '', ...others] = readdirSync(folder).filter(name => !before.includes(name));
  expect([halfMade, others]).toEqual([expect.stringMatching(/\.pem$/), []]);
  expect(await kidThrough(two.b, session)).toBe(first);

  await two.a.start();
  await expectPublished(first);
  expect(await kidThrough(two.a, session)).toBe(first);
  const listed = await runGatewayCommand('keys', 'list', '--config', two.a.configuration);
  expect([listed.exitCode, listed.stdout.includes(halfMade.replace('.pem', ''))]).toEqual([0, false]);

  const next = await rotated(two.a, ...AT_ONCE);
  await expectPublished(next);
  for (const node of [two.a, two.b]) expect(await kidThrough(node, session)).toBe(next);
  // It may be another gateway's, so nobody takes it away.
  expect(readdirSync(folder).toSorted()).toEqual([halfMade, `${next}.pem`].toSorted());
});
