import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startRedis, type PrivateRedis } from '../../support/redis.ts';
import { connectStill, listenIn, settingsFor, StillClock, type Told } from '../../support/redis-stand.ts';
import { aCookie, aSession, COMPANY, HOUR, PORTAL, startNode, type TestNode } from './nodes.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const nodes: TestNode[] = [];
afterEach(() => {
  for (const node of nodes.splice(0)) node.close();
});

/** Nodes of one gateway, each with a monotonic clock of its own start; all beats and sweeps are the test's own calls. */
async function startNodes(count: number) {
  const settings = settingsFor(redis);
  const clock = new StillClock();
  const started: (TestNode & { told: Told })[] = [];
  for (let index = 0; index < count; index += 1) {
    const told = listenIn();
    const node = startNode(await connectStill(settings, clock, told.events));
    // Beats would look at the clock at moments that the test does not choose.
    node.store.close();
    nodes.push(node);
    started.push({ ...node, told });
  }
  return { clock, started };
}

async function openOn(node: TestNode) {
  const [session, cookie] = [aSession(), aCookie()];
  await node.store.open(session, cookie);
  return { session, cookie };
}

describe('a clock of Redis that is set back, or another master whose clock is slow', () => {
  test.each([
    ['by 3 s', 3_000],
    ['by an hour', HOUR],
    ['by a year', 8_760 * HOUR],
  ])('%s prolongs no session, also for a node that has just started (D1-098)', async (_name, backMs) => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    const { session, cookie } = await openOn(one);
    clock.advance(3 * HOUR);
    await one.store.check(PORTAL, cookie, false);
    clock.redisMs -= backMs;
    await one.store.sweep();
    clock.advance(HOUR);
    const check = await one.store.check(PORTAL, cookie, false);
    expect(check).toMatchObject({ alive: true, live: { session } });
    if (check.alive) expect(check.live.idleRemainingMs).toBeLessThanOrEqual(1);
    const late = startNode(await connectStill(one.connection.settings, clock));
    nodes.push(late);
    const again = await late.store.check(PORTAL, cookie, false);
    if (again.alive) expect(again.live.idleRemainingMs).toBeLessThanOrEqual(1);
    clock.advance(2);
    expect(await late.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'idle' });
    expect(one.told.jumps).toHaveLength(1);
    expect(Math.abs((one.told.jumps[0] ?? 0) + backMs)).toBeLessThanOrEqual(1);
  });

  test('it prolongs nothing either when every node was stopped meanwhile', async () => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    const { cookie } = await openOn(one);
    await one.store.sweep();
    one.close();
    clock.redisMs -= HOUR;
    const [told, toldNext] = [listenIn(), listenIn()];
    const late = startNode(await connectStill(one.connection.settings, clock, told.events));
    late.store.close();
    nodes.push(late);
    await late.store.sweep();
    // It is told all the same, by the first node that is there again.
    expect(told.jumps).toEqual([-HOUR]);
    expect(late.connection.reckonClock()).toBe(clock.redisMs + HOUR);
    const next = startNode(await connectStill(one.connection.settings, clock, toldNext.events));
    next.store.close();
    nodes.push(next);
    await next.store.sweep();
    expect(toldNext.jumps).toEqual([]);
    clock.advance(4 * HOUR);
    expect(await late.store.check(PORTAL, cookie, false)).toMatchObject({ alive: true });
    clock.advance(1);
    expect(await late.store.check(PORTAL, cookie, false)).toEqual({ alive: false, endedBecause: 'idle' });
  });

  test('the lifetime and the end of the day hold as well', async () => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    const cookie = aCookie();
    await one.store.open(aSession({ endsAt: new Date(clock.redisMs + 60_000) }), cookie);
    clock.redisMs -= HOUR;
    clock.advance(59_000);
    expect(await one.store.check(PORTAL, cookie, true)).toMatchObject({ alive: true });
    clock.advance(1_100);
    expect(await one.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'day-over' });
  });

  test.each([
    ['while a node was there', false],
    ['while none was', true],
  ])('set ahead and right again %s, the day ends early by that, and never late (D1-148)', async (_when, isAlone) => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    clock.redisMs += HOUR;
    await one.store.sweep();
    if (isAlone) one.close();
    clock.redisMs -= HOUR;
    const node = isAlone ? startNode(await connectStill(one.connection.settings, clock)) : one;
    if (isAlone) nodes.push(node);
    // Two hours before the end of the day by any clock that is right.
    const [early, cookie] = [aCookie(), aCookie()];
    await node.store.open(aSession({ endsAt: new Date(clock.redisMs + HOUR) }), early);
    await node.store.open(aSession({ endsAt: new Date(clock.redisMs + 2 * HOUR) }), cookie);
    expect(await node.store.check(PORTAL, early, true)).toEqual({ alive: false, endedBecause: 'day-over' });
    clock.advance(HOUR - 1_000);
    expect(await node.store.check(PORTAL, cookie, true)).toMatchObject({ alive: true });
    clock.advance(1_000);
    expect(await node.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'day-over' });
  });

  test('time never stands still afterwards, and is not moved on twice', async () => {
    const { clock, started } = await startNodes(3);
    const before = clock.redisMs;
    for (const { store } of started) await store.sweep();
    clock.redisMs -= HOUR;
    for (const { store } of [...started, ...started]) await store.sweep();
    const key = `${started[0]?.connection.settings.keyPrefix ?? ''}clock`;
    const moved = Number(await started[0]?.connection.client.get(key));
    expect(Math.abs(clock.redisMs + moved - before)).toBeLessThanOrEqual(1);
    clock.advance(HOUR);
    for (const { store } of started) await store.sweep();
    expect(Number(await started[0]?.connection.client.get(key))).toBe(moved);
    // Whoever asked first saw it and set it right; the others had nothing to see.
    expect(started.map(({ told }) => told.jumps.length)).toEqual([1, 0, 0]);
  });

  test('why a session ended is still remembered for no more than an hour', async () => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    const { session, cookie } = await openOn(one);
    await one.store.end(session.reference, 'administrator');
    clock.redisMs -= HOUR;
    clock.advance(HOUR - 10_000);
    expect(await one.store.check(PORTAL, cookie, false)).toMatchObject({ endedBecause: 'administrator' });
    clock.advance(10_001 + 3_600);
    expect(await one.store.check(PORTAL, cookie, false)).toEqual({ alive: false, endedBecause: null });
  });
});

describe('a clock of Redis that is set forward', () => {
  test('may end sessions, and every node tells of it', async () => {
    const { clock, started } = await startNodes(2);
    const [one, other] = started;
    if (one === undefined || other === undefined) throw new Error('No node.');
    const { session, cookie } = await openOn(one);
    await other.store.sweep();
    clock.redisMs += 4 * HOUR + 1;
    expect(await one.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'idle' });
    await other.store.sweep();
    expect(one.expired).toEqual([[session.reference, 'idle']]);
    for (const { told } of started) {
      expect(told.jumps).toHaveLength(1);
      expect(Math.abs((told.jumps[0] ?? 0) - 4 * HOUR)).toBeLessThanOrEqual(2);
    }
  });

  test('and set right again takes nothing back: who has come since goes on by the later time', async () => {
    const { clock, started } = await startNodes(1);
    const [one] = started;
    if (one === undefined) throw new Error('No node.');
    clock.redisMs += HOUR;
    const { session, cookie } = await openOn(one);
    clock.redisMs -= HOUR;
    await one.store.addHostCookie(session.reference, COMPANY, aCookie(), 600_000);
    clock.advance(600_000 - 1_000);
    expect(await one.store.check(PORTAL, cookie, false)).toMatchObject({ alive: true });
    clock.advance(1_700);
    expect(await one.store.check(PORTAL, cookie, true)).toEqual({ alive: false, endedBecause: 'idle' });
  });
});
