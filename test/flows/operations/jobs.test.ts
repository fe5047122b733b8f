import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { runDueJobs, type Job } from '../../../src/flows/operations/run-due-jobs.ts';
import { anEvent } from '../../contract/people-of-record.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

const SETTINGS = { leaseMs: 60_000, retryMs: 300_000 };
let test_: TestContext;
let name: string;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());
beforeEach(() => {
  // A job of its own for each test, on one store; the next noon in Taipei, so that minutes do not cross a day.
  name = randomUUID();
  const now = test_.context.clock.now().getTime();
  test_.advance(86_400_000 - ((now - 4 * 3_600_000) % 86_400_000));
});

function aJob(
  run: (context: GatewayContext) => Promise<void> = () => Promise.resolve(),
  cadence: Job['cadence'] = 'daily',
) {
  const runs: Date[] = [];
  const job: Job = {
    name,
    cadence,
    run: async context => {
      runs.push(context.clock.now());
      await run(context);
      return { done: 1 };
    },
  };
  return { job, runs };
}
const run = async (job: Job, holder = 'node-a') =>
  (await runDueJobs(test_.context, [job], { ...SETTINGS, holder }))[0]?.outcome;
const events = async (code: string) =>
  (await test_.context.database.events.listEvents({ code, limit: 100 })).filter(event => event.facts['job'] === name);

test('D1-082 a daily job runs once a Taipei day, and makes up for a midnight that was missed', async () => {
  const { job, runs } = aJob();
  expect(await run(job)).toBe('completed');
  expect(await run(job, 'node-b')).toBe('not-due');
  expect(await events('job.completed')).toMatchObject([
    { facts: { job: name, day: taipeiDayOf(test_.context.clock.now()), done: 1 } },
  ]);
  test_.advance(12 * 3_600_000 - 60_000);
  expect(await run(job)).toBe('not-due');
  test_.advance(60_000);
  expect(await run(job)).toBe('completed');
  // Nobody ran over two midnights: the next tick does, once.
  test_.advance(60 * 3_600_000);
  expect(await run(job)).toBe('completed');
  expect(await run(job)).toBe('not-due');
  expect(runs).toHaveLength(3);
});

test('D1-082 what a clock that was years ahead has written keeps no job from running, and is recorded', async () => {
  const { context } = test_;
  const { job, runs } = aJob();
  const day = taipeiDayOf(context.clock.now());
  const YEARS = 1_000 * 86_400_000;
  test_.advance(YEARS);
  expect(await run(job, 'node-ahead')).toBe('completed');
  // It died with its lease, or the lease is one that still runs.
  const now = context.clock.now().getTime();
  await context.database.jobs.takeLease(
    name,
    'node-ahead',
    new Date(now),
    new Date(now + 60_000),
    new Date(now + 900_000),
  );
  test_.advance(-YEARS);
  expect(await run(job)).toBe('completed');
  expect(runs).toHaveLength(2);
  expect(await events('job.day-implausible')).toMatchObject([{ facts: { job: name, day, holder: 'node-a' } }]);
  expect(await run(job, 'node-b')).toBe('not-due');
});

test('a node whose clock is a little behind midnight leaves what another has done for the next day', async () => {
  const { job, runs } = aJob();
  test_.advance(86_400_000);
  expect(await run(job)).toBe('completed');
  test_.advance(-86_400_000);
  expect(await run(job, 'node-behind')).toBe('not-due');
  expect(runs).toHaveLength(1);
});

test('of several nodes at once one runs a job', async () => {
  const { job, runs } = aJob(() => new Promise(resolve => setTimeout(resolve, 50)));
  const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map(node => run(job, node)));
  expect(runs).toHaveLength(1);
  expect(outcomes.filter(outcome => outcome === 'completed')).toHaveLength(1);
});

test('a failure is recorded, and tried again after its pause, not before', async () => {
  let broken = true;
  const { job, runs } = aJob(() => (broken ? Promise.reject(new Error('no disk')) : Promise.resolve()));
  expect(await run(job)).toBe('failed');
  expect(await events('job.failed')).toMatchObject([{ facts: { job: name, problem: 'no disk' } }]);
  const status = (await test_.context.database.operations.listJobs()).find(each => each.name === name);
  expect(status).toMatchObject({ lastProblem: 'no disk', lastCompletedDay: null });
  broken = false;
  expect(await run(job, 'node-b')).toBe('held-elsewhere');
  test_.advance(SETTINGS.retryMs);
  expect(await run(job, 'node-b')).toBe('completed');
  expect(runs).toHaveLength(2);
});

test('a holder that was away too long writes nothing more', async () => {
  const { context } = test_;
  const { job } = aJob(async fenced => {
    // Longer than its lease (its renewals with it); another node takes over.
    test_.advance(61_000);
    const taken = await context.database.jobs.takeLease(
      name,
      'node-b',
      context.clock.now(),
      new Date(context.clock.now().getTime() + 60_000),
      new Date(context.clock.now().getTime() + 900_000),
    );
    expect(taken).toMatchObject({ fence: 2 });
    await fenced.database.change(async changes => {
      await changes.setAccountState(test_.account.id, 'deleted');
      return { result: undefined, events: [anEvent()] };
    });
  });
  expect(await run(job)).toBe('lost');
  expect(await context.database.accounts.findAccount(test_.account.id)).toMatchObject({ state: 'active' });
  expect(await events('job.completed')).toEqual([]);
  expect(await events('job.failed')).toEqual([]);
});

test('a job that always runs leaves no event where nothing happened', async () => {
  const { job, runs } = aJob(undefined, 'always');
  expect(await run(job)).toBe('completed');
  expect(await run(job)).toBe('completed');
  expect(runs).toHaveLength(2);
  expect(await events('job.completed')).toEqual([]);
});

test('one job that fails does not keep the next from running', async () => {
  const failing = { ...aJob(() => Promise.reject(new Error('x'))).job, name: randomUUID() };
  const { job } = aJob();
  const outcomes = await runDueJobs(test_.context, [failing, job], { ...SETTINGS, holder: 'a' });
  expect(outcomes.map(each => each.outcome)).toEqual(['failed', 'completed']);
});
