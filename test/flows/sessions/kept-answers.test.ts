import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import type { SharedSessions } from '../../../src/flows/sessions/shared-sessions.ts';
import { anAccount, anOrganisation } from '../../contract/people-of-record.ts';
import { IDLE_MS, LIFETIME_MS, logInAt, PORTAL, SharedRig } from './shared-rig.ts';

let rig: SharedRig;
let shared: SharedSessions;
const account = anAccount(anOrganisation());
const logIn = () => logInAt(shared, account);

beforeEach(async () => {
  // Nothing is ever recorded; what is recorded has its own tests.
  rig = new SharedRig({ listEndsAfter: () => Promise.resolve({ ends: [], mark: '' }) });
  shared = await rig.open();
});
afterEach(() => rig.close());

/** A second goes by, and the look at its end is over. */
async function nextLook(): Promise<void> {
  rig.timers.pass(1_000);
  await expect.poll(() => rig.timers.waiting, { interval: 2 }).toBe(1);
}

describe('answers that are kept', () => {
  test('the store is asked once a second', async () => {
    const { session, hash } = await logIn();
    for (const atMs of [0, 400, 600]) {
      rig.timers.stall(atMs);
      const check = await shared.check(PORTAL, hash, true);
      expect(check).toMatchObject({ alive: true, live: { session } });
    }
    expect(rig.asksOf('check')).toBe(1);
    rig.timers.stall(1);
    await shared.check(PORTAL, hash, true);
    expect(rig.asksOf('check')).toBe(2);
  });

  test('requests at once share one answer', async () => {
    const { hash } = await logIn();
    const checks = await Promise.all(Array.from({ length: 20 }, () => shared.check(PORTAL, hash, true)));
    expect(checks.every(({ alive }) => alive)).toBe(true);
    expect(rig.asksOf('check')).toBe(1);
  });

  test('what is judged by its session is asked once a second too, and is over with it', async () => {
    const { session } = await logIn();
    for (let count = 0; count < 3; count += 1) {
      expect(await shared.checkAgain(PORTAL, session.reference)).toMatchObject({ alive: true, live: { session } });
    }
    expect(rig.asksOf('checkAgain')).toBe(1);
    await shared.end(session.reference, 'administrator');
    expect(await shared.checkAgain(PORTAL, session.reference)).toMatchObject({ alive: false });
  });

  test('a kept answer says how much is left now', async () => {
    const { hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    rig.timers.stall(700);
    expect(await shared.check(PORTAL, hash, false)).toMatchObject({
      live: { idleRemainingMs: IDLE_MS - 700, fixedRemainingMs: LIFETIME_MS - 700, declaration: null },
    });
    expect(rig.asksOf('check')).toBe(1);
  });

  test('a person’s request after an answer that moved nothing asks, and moves the limit', async () => {
    const { hash } = await logIn();
    rig.timers.stall(500);
    await shared.check(PORTAL, hash, false);
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ live: { idleRemainingMs: IDLE_MS } });
    expect(rig.asksOf('check')).toBe(2);
    // And the answer to that is good for both.
    await shared.check(PORTAL, hash, false);
    await shared.check(PORTAL, hash, true);
    expect(rig.asksOf('check')).toBe(2);
  });

  test('no answer outlives the session’s own end', async () => {
    const { session, hash } = await logIn();
    await nextLook();
    for (let second = 1; second < 10; second += 1) await nextLook();
    rig.timers.stall(-300);
    expect(await shared.check(PORTAL, hash, false)).toMatchObject({ live: { idleRemainingMs: 300 } });
    rig.timers.stall(300);
    expect(await shared.check(PORTAL, hash, false)).toMatchObject({ alive: true });
    rig.timers.stall(1);
    expect(await shared.check(PORTAL, hash, false)).toEqual({ alive: false, endedBecause: 'idle' });
    await expect.poll(() => rig.told).toEqual([[session.reference, 'idle']]);
  });

  test('nothing is kept while ends on other nodes are not heard', async () => {
    const { hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    rig.door.isHeard = false;
    expect(shared.isCurrent()).toBe(false);
    await shared.check(PORTAL, hash, true);
    await shared.check(PORTAL, hash, true);
    expect(rig.asksOf('check')).toBe(3);
  });

  test('what nobody knows is asked every time', async () => {
    for (let time = 0; time < 2; time += 1) {
      expect(await shared.check(PORTAL, 'unknown', true)).toEqual({ alive: false, endedBecause: null });
    }
    expect(rig.asksOf('check')).toBe(2);
  });

  test('a fault is nobody’s answer but of those who waited for it', async () => {
    const { hash } = await logIn();
    rig.door.isShut = true;
    const both = await Promise.allSettled([shared.check(PORTAL, hash, true), shared.check(PORTAL, hash, true)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    rig.door.isShut = false;
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: true });
  });

  test('a kept answer serves on while the store is away, for no longer than its second', async () => {
    const { hash } = await logIn();
    await shared.check(PORTAL, hash, true);
    rig.door.isShut = true;
    expect(await shared.check(PORTAL, hash, true)).toMatchObject({ alive: true });
    rig.timers.stall(1_001);
    await expect(shared.check(PORTAL, hash, true)).rejects.toThrow(StoreFault);
  });

  test('an answer that took too long is none', async () => {
    const { hash } = await logIn();
    await nextLook();
    rig.door.lateMs = 2_001;
    await expect(shared.check(PORTAL, hash, true)).rejects.toThrow(StoreFault);
  });
});
