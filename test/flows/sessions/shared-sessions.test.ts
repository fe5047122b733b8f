import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { openPgliteSource } from '../../../src/adapters/database/pglite-source.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import type { SharedSessions } from '../../../src/flows/sessions/shared-sessions.ts';
import type { Session, SessionEndReason } from '../../../src/sessions/session.ts';
import { commitAccount } from '../../contract/people-of-record.ts';
import { anEnd, aSession } from '../../contract/session-records.contract.ts';
import { prepareTestDatabase, type TestDatabase } from '../../contract/test-database.ts';
import { IDLE_MS, LIFETIME_MS, logInAt, PORTAL, SharedRig } from './shared-rig.ts';

let folder: string;
let database: TestDatabase;
let account: Account;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-shared-'));
  database = await prepareTestDatabase(await openPgliteSource(folder));
  ({ account } = await commitAccount(database.database));
});
afterAll(async () => {
  await database.database.close();
  await rm(folder, { recursive: true, force: true });
});

let rig: SharedRig;
let shared: SharedSessions;
beforeEach(async () => {
  rig = new SharedRig(database.database.sessions);
  shared = await rig.open();
});
afterEach(() => rig.close());

async function logIn(changes: Partial<Session> = {}): Promise<{ session: Session; hash: string }> {
  const opened = await logInAt(shared, account, changes);
  await database.write(writes => writes.sessions.insertSession(opened.session));
  return opened;
}

/** As another node would: in the database alone. */
const recordEnd = (reference: string, reason: SessionEndReason = 'administrator') =>
  database.write(async changes => {
    await changes.sessions.insertEnds([reference], anEnd({ reason, at: new Date() }));
  });

/** A second goes by, and the look at its end is over. */
async function nextLook(): Promise<void> {
  rig.timers.pass(1_000);
  await expect.poll(() => rig.timers.waiting, { interval: 2 }).toBe(1);
}

describe('ends', () => {
  test('here: refused at once, and told once, however often it is learnt', async () => {
    const { session, hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    expect(await shared.end(session.reference, 'logout')).toBe(true);
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'logout' });
    await recordEnd(session.reference, 'logout');
    await nextLook();
    expect(await shared.end(session.reference, 'administrator')).toBe(false);
    expect(rig.told).toEqual([[session.reference, 'logout']]);
  });

  test('here, while the store is away: refused from now on, and ended in the store when it is back', async () => {
    const { session, hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    rig.door.isShut = true;
    await expect(shared.end(session.reference, 'administrator')).rejects.toThrow(StoreFault);
    await expect(shared.check(PORTAL, hash, true)).rejects.toThrow(StoreFault);
    rig.door.isShut = false;
    expect(await rig.memory.check(PORTAL, hash, false)).toMatchObject({ alive: true });
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'administrator' });
    expect(await rig.memory.check(PORTAL, hash, false)).toEqual({ alive: false, endedBecause: 'administrator' });
    expect(rig.told).toEqual([[session.reference, 'administrator']]);
  });

  test('on another node, heard from the store: refused within the kept second', async () => {
    const { session, hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    await rig.memory.end(session.reference, 'logout-elsewhere');
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'logout-elsewhere' });
    expect(rig.told).toEqual([[session.reference, 'logout-elsewhere']]);
  });

  test('recorded by another node and never heard: refused after the next look, whatever the store says', async () => {
    const { session, hash } = await logIn();
    await recordEnd(session.reference, 'card-revoked');
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: true });
    await nextLook();
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'card-revoked' });
    // The store that had lost the end has it again.
    expect(await rig.memory.check(PORTAL, hash, false)).toEqual({ alive: false, endedBecause: 'card-revoked' });
    expect(rig.told).toEqual([[session.reference, 'card-revoked']]);
  });

  test('a look that finds it while the store is being asked is in time', async () => {
    const { session, hash } = await logIn();
    const checking = shared.check(PORTAL, hash, true);
    void shared.end(session.reference, 'logout');
    expect(await checking).toMatchObject({ alive: false });
  });

  test('an end that cannot be told the store again is refused all the same', async () => {
    const { session, hash } = await logIn();
    await recordEnd(session.reference);
    await nextLook();
    const checking = shared.check(PORTAL, hash, true);
    // The store has answered the check by then, and is away when it is told.
    queueMicrotask(() => (rig.door.isShut = true));
    expect(await checking).toEqual({ alive: false, endedBecause: 'administrator' });
    expect(await rig.memory.check(PORTAL, hash, false)).toMatchObject({ alive: true });
    rig.door.isShut = false;
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: false });
    expect(await rig.memory.check(PORTAL, hash, false)).toMatchObject({ alive: false });
  });

  test('no cookie is added to a session that is over, known before or found out while it was added', async () => {
    const { session } = await logIn();
    const other = await logIn();
    await recordEnd(session.reference);
    await nextLook();
    expect(await shared.addHostCookie(session.reference, 'company', 'x', null)).toBe(false);
    expect(rig.asksOf('addHostCookie')).toBe(0);
    const adding = shared.addHostCookie(other.session.reference, 'company', 'y', null);
    rig.door.isDeaf = true;
    void shared.end(other.session.reference, 'logout').catch(() => undefined);
    expect(await adding).toBe(false);
    expect(await shared.addHostCookie((await logIn()).session.reference, 'company', 'z', 5_000)).toBe(true);
    expect(await shared.check('company', 'z', false)).toMatchObject({ live: { idleRemainingMs: 5_000 } });
  });

  test('those that give way are over here at once, and the one pushed out is told by whom', async () => {
    rig.door.isDeaf = true;
    const first = await logIn({ method: 'one-day-password' });
    await shared.check(PORTAL, first.hash, true);
    const second = await logIn({ method: 'one-day-password', clientAddress: '203.0.113.9' });
    expect(await shared.check(PORTAL, first.hash, true)).toMatchObject({
      alive: false,
      endedBecause: 'replaced',
      replacedBy: { clientAddress: '203.0.113.9' },
    });
    await expect.poll(() => rig.told).toEqual([[first.session.reference, 'replaced']]);
    expect(await shared.check(PORTAL, second.hash, true)).toMatchObject({ alive: true });
  });

  test('all of an account', async () => {
    rig.door.isDeaf = true;
    const [one, other] = [await logIn(), await logIn({ method: 'card-tls' })];
    expect(await shared.endAllOf(account.id, 'account-changed', 'card')).toEqual([one.session]);
    expect(await shared.endAllOf(account.id, 'account-changed')).toEqual([other.session]);
    await expect.poll(() => rig.told.length).toBe(2);
    expect(await shared.check(PORTAL, other.hash, true)).toMatchObject({ alive: false });
  });

  test('lists leave out what is recorded as over', async () => {
    const [one, other] = [await logIn(), await logIn()];
    await recordEnd(one.session.reference);
    await nextLook();
    expect(await shared.listLiveOf(account.id)).toEqual([other.session]);
    expect(await shared.listLive(null)).toEqual({ sessions: [other.session], next: null });
    const both = [one.session.reference, other.session.reference];
    expect([...(await shared.describe(both)).keys()]).toEqual([other.session.reference]);
  });

  test('a listener that throws keeps no end from anybody', async () => {
    const { session, hash } = await logIn();
    const faults: unknown[] = [];
    const catchFault = (fault: unknown): void => void faults.push(fault);
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', catchFault);
    try {
      const late: string[] = [];
      shared.onEnd(() => {
        throw new Error('a listener’s own');
      });
      shared.onEnd(reference => late.push(reference));
      await recordEnd(session.reference);
      await nextLook();
      await expect.poll(() => faults.length).toBe(1);
      expect(late).toEqual([session.reference]);
      expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: false });
    } finally {
      process.off('uncaughtException', catchFault);
      for (const listener of before) process.on('uncaughtException', listener);
    }
  });

  test('a node that starts refuses what ended before it, as far back as a session can last', async () => {
    const { session, hash } = await logIn();
    await recordEnd(session.reference, 'administrator');
    const other = await rig.open();
    expect(await other.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'administrator' });
    await other.stop();
  });

  test('expiries are told by the store, and browser sessions are its own', async () => {
    const expired: string[] = [];
    shared.onExpiry(({ reference }) => expired.push(reference));
    const { session } = await logIn();
    rig.timers.stall(IDLE_MS + 1);
    rig.memory.sweep();
    expect(expired).toEqual([session.reference]);
    expect(shared.browserSessions).toBe(rig.memory.browserSessions);
  });
});

describe('a node that cannot read the recorded ends', () => {
  test('serves for 2 s after the beginning of its last look that succeeded, then nobody, and again when it can', async () => {
    const { session, hash } = await logIn();
    rig.reading.isDown = true;
    await nextLook();
    await nextLook();
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: true });
    expect(shared.isCurrent()).toBe(true);
    rig.timers.stall(1);
    expect(shared.isCurrent()).toBe(false);
    const asked = rig.asked.length;
    await expect(shared.check(PORTAL, hash, true)).rejects.toThrow(StoreFault);
    await expect(shared.addHostCookie(session.reference, 'company', 'x', null)).rejects.toThrow(StoreFault);
    await expect(shared.open(aSession(account), 'y')).rejects.toThrow(StoreFault);
    await expect(shared.ping()).rejects.toThrow(StoreFault);
    expect(rig.asked.length).toBe(asked);
    // Taking access away is never refused.
    expect(await shared.end(session.reference, 'logout')).toBe(true);
    expect(rig.problems).toHaveLength(1);
    expect(rig.problems[0]).toBeInstanceOf(StoreFault);

    rig.reading.isDown = false;
    await nextLook();
    expect(rig.problems).toEqual([expect.any(StoreFault), undefined]);
    await shared.ping();
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'logout' });
    expect((await logIn()).session).toBeDefined();
  });

  test('does not count a look from its end: what is committed during it may be missed', async () => {
    const { hash } = await logIn();
    let letGo: () => void = () => undefined;
    rig.reading.gate = new Promise(resolve => (letGo = resolve));
    rig.timers.pass(1_000);
    rig.timers.stall(1_500);
    const looks = rig.reading.looks;
    rig.timers.pass(0);
    expect(rig.reading.looks).toBe(looks);
    rig.reading.gate = undefined;
    letGo();
    // That look is over, and as it took its time another one follows at once.
    await expect.poll(() => rig.timers.waiting).toBe(1);
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: true });
    rig.timers.stall(501);
    expect(shared.isCurrent()).toBe(false);
    rig.timers.pass(0);
    await expect.poll(() => shared.isCurrent()).toBe(true);
  });

  test('whose process was held up looks before it refuses, and so many wait for one look', async () => {
    const [kept, gone] = [await logIn(), await logIn()];
    await recordEnd(gone.session.reference);
    rig.timers.stall(2_001);
    const looks = rig.reading.looks;
    expect(shared.isCurrent()).toBe(false);
    const checks = await Promise.all([
      shared.check(PORTAL, gone.hash, true),
      shared.check(PORTAL, kept.hash, true),
      shared.addHostCookie(gone.session.reference, 'company', 'x', null),
      shared.ping(),
    ]);
    expect(checks).toMatchObject([{ alive: false, endedBecause: 'administrator' }, { alive: true }, false, undefined]);
    expect(rig.reading.looks).toBe(looks + 1);
    rig.timers.stall(2_001);
    expect((await logIn()).session).toBeDefined();
  });

  test('whose process was held up in the middle of a look looks once more: that one had begun before', async () => {
    const { session, hash } = await logIn();
    let letGo: () => void = () => undefined;
    rig.reading.gate = new Promise(resolve => (letGo = resolve));
    rig.timers.pass(1_000);
    rig.timers.stall(2_001);
    const checking = shared.check(PORTAL, hash, true);
    rig.reading.gate = undefined;
    letGo();
    expect(await checking).toMatchObject({ alive: true });
    // In the middle of a question, too: the answer is of before, so it is asked again, and moves nothing more.
    rig.timers.stall(1_001);
    const asked = rig.asksOf('check');
    Object.assign(rig.door, { lateMs: 3_000, isLateOnce: true });
    const late = await shared.check(PORTAL, hash, true);
    expect(late).toMatchObject({ alive: true, live: { idleRemainingMs: IDLE_MS - 3_000 } });
    expect(rig.asksOf('check')).toBe(asked + 2);
    // What was recorded meanwhile counts.
    Object.assign(rig.door, { lateMs: 3_000, isLateOnce: true });
    await recordEnd(session.reference);
    expect(await shared.check(PORTAL, hash, true)).toEqual({ alive: false, endedBecause: 'administrator' });
  });

  test('waits a second for a look, no longer, and then refuses', async () => {
    const { hash } = await logIn();
    rig.timers.stall(2_001);
    let letGo: () => void = () => undefined;
    rig.reading.gate = new Promise(resolve => (letGo = resolve));
    let isSettled = false;
    const checking = shared.check(PORTAL, hash, true).finally(() => (isSettled = true));
    rig.timers.pass(999);
    await new Promise(resolve => setImmediate(resolve));
    expect(isSettled).toBe(false);
    rig.timers.pass(1);
    await expect(checking).rejects.toThrow(StoreFault);
    letGo();
  });

  test('lets nobody in when it never could', async () => {
    rig.reading.isDown = true;
    const other = await rig.open();
    expect(other.isCurrent()).toBe(false);
    await expect(other.check(PORTAL, 'x', true)).rejects.toThrow(StoreFault);
    await other.stop();
  });

  test('becomes unable while the store is being asked: the answer is not used', async () => {
    const { hash } = await logIn();
    rig.reading.isDown = true;
    await nextLook();
    rig.door.lateMs = 1_500;
    await expect(shared.check(PORTAL, hash, true)).rejects.toThrow(StoreFault);
  });

  test('stops looking when it is stopped, also in the middle of a look', async () => {
    let letGo: () => void = () => undefined;
    rig.reading.gate = new Promise(resolve => (letGo = resolve));
    rig.timers.pass(1_000);
    const looks = rig.reading.looks;
    const stopped = shared.stop();
    letGo();
    await stopped;
    expect(rig.timers.waiting).toBe(0);
    rig.timers.pass(5_000);
    expect(rig.reading.looks).toBe(looks);
  });
});

test('ends are forgotten when no session can have lasted so long, not before', async () => {
  const { session } = await logIn();
  await shared.end(session.reference, 'logout');
  // Opened again under its name, as no store would: only what is remembered refuses it.
  const hash = randomUUID();
  await rig.memory.open(session, hash);
  rig.timers.pass(LIFETIME_MS + 3_600_000);
  await expect.poll(() => rig.timers.waiting).toBe(1);
  expect(await shared.addHostCookie(session.reference, 'company', 'x', null)).toBe(false);
  expect(rig.asksOf('addHostCookie')).toBe(0);
  rig.timers.pass(1_001);
  await expect.poll(() => rig.timers.waiting).toBe(1);
  await shared.addHostCookie(session.reference, 'company', 'x', null);
  expect(rig.asksOf('addHostCookie')).toBe(1);
});
