import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NodeLockFault, takeNodeLock, type NodeLock } from '../../../src/adapters/database/node-lock.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.ts';

/** Which nodes may serve on one PostgreSQL at the same time. */

let postgres: PrivatePostgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  url = await postgres.createDatabase();
});

type Mode = 'alone' | 'one-of-many';
const held: NodeLock[] = [];
afterEach(async () => {
  for (const lock of held.splice(0)) await lock.release();
});

/** What befell it, in the order of it: names of faults, and `regained`. */
async function take(mode: Mode, { waitMs = 300, at = url } = {}): Promise<{ lock: NodeLock; told: string[] }> {
  const told: string[] = [];
  const lock = await takeNodeLock({
    url: at,
    mode,
    waitMs,
    onLost: reason => told.push(reason instanceof Error ? reason.name : 'no error'),
    onRegained: () => {
      told.push('regained');
      return Promise.resolve();
    },
  });
  held.push(lock);
  return { lock, told };
}

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Ends the connections of nodes, as an operator or a fail-over would. */
async function cutConnections(spared = 'nobody'): Promise<void> {
  await query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name not like '%${spared}'`);
}

async function countWaiting(): Promise<number> {
  return (await query("select 1 from pg_locks where locktype = 'advisory' and not granted")).length;
}

test('nodes with Redis serve beside each other', async () => {
  const [a, b] = [await take('one-of-many'), await take('one-of-many')];
  a.lock.requireHeld();
  b.lock.requireHeld();
});

test.each<[Mode, Mode, string]>([
  ['one-of-many', 'alone', 'Configure the same "redis" here'],
  ['alone', 'one-of-many', 'configure "redis" there'],
  ['alone', 'alone', 'configure "redis" on both'],
])('beside one that is %s, one that is %s is refused, and told what to do', async (first, second, advice) => {
  const { lock } = await take(first);
  const refusal: unknown = await take(second).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NodeLockFault);
  expect(String(refusal)).toContain(advice);
  expect(String(refusal)).toContain('moica-gateway on ');
  expect(String(refusal)).toContain('127.0.0.1');
  expect(String(refusal)).not.toContain(new URL(url).password);
  lock.requireHeld();
  await lock.release();
  expect(() => lock.requireHeld()).toThrow(StoreFault);
  (await take(second)).lock.requireHeld();
});

test('gateways in databases of their own do not know each other', async () => {
  await take('alone');
  await take('alone', { at: await postgres.createDatabase() });
});

test('a start waits for a node that goes', async () => {
  const { lock } = await take('alone');
  const next = take('alone', { waitMs: 10_000 });
  await lock.release();
  (await next).lock.requireHeld();
});

test('a holder that is killed holds nothing', async () => {
  const program = `
    import { takeNodeLock } from ${JSON.stringify(fileURLToPath(new URL('../../../src/adapters/database/node-lock.ts', import.meta.url)))};
    await takeNodeLock({ url: process.argv[1], mode: 'alone', onLost: () => {}, onRegained: async () => {} });
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    await expect(take('alone')).rejects.toThrow(NodeLockFault);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
  await take('alone', { waitMs: 5_000 });
});

test('one whose connection is cut takes it again, and makes sure before it serves', async () => {
  const { lock, told } = await take('alone');
  await cutConnections();
  await expect.poll(() => told.at(-1)).toBe('regained');
  // The server may not have finished with the connection that it cut when it is asked anew.
  expect(told.filter(name => name !== 'NodeLockFault')).toEqual(['ConnectionFault', 'regained']);
  await expect.poll(() => isHeld(lock)).toBe(true);
  await expect(take('one-of-many')).rejects.toThrow(NodeLockFault);
});

test('one that another has taken the place of serves nobody until that one is gone', async () => {
  const { lock, told } = await take('alone');
  const other = new pg.Client({ connectionString: url, application_name: 'moica-gateway on other' });
  await other.connect();
  // It waits in PostgreSQL's own queue, and so has the lock before anybody who asks later.
  const taken = other.query(
    'select pg_advisory_lock(classid::int8::int, objid::int8::int) from pg_locks where granted and objsubid = 2',
  );
  await expect.poll(() => countWaiting()).toBe(1);
  await cutConnections('other');
  await taken;
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['ConnectionFault', 'NodeLockFault']);
  expect(() => lock.requireHeld()).toThrow('another serves: moica-gateway on other');
  await other.end();
  await expect.poll(() => isHeld(lock), { timeout: 5_000 }).toBe(true);
  expect(told).toEqual(['ConnectionFault', 'NodeLockFault', 'regained']);
});

test('while PostgreSQL is away it is not held; back, it is held again', async () => {
  const { lock, told } = await take('alone');
  await postgres.halt();
  await expect.poll(() => isHeld(lock)).toBe(false);
  await postgres.resume();
  await expect.poll(() => isHeld(lock), { timeout: 5_000 }).toBe(true);
  expect(told).toEqual(['ConnectionFault', 'regained']);
});

function isHeld(lock: NodeLock): boolean {
  try {
    lock.requireHeld();
    return true;
  } catch (error) {
    if (error instanceof StoreFault) return false;
    throw error;
  }
}
