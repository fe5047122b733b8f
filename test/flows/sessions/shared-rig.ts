import { randomUUID } from 'node:crypto';
import type { Account } from '../../../src/accounts/account.ts';
import { createMemorySessionStore, type MemorySessionStore } from '../../../src/adapters/memory/session-store.ts';
import type { SessionRecordReader } from '../../../src/flows/ports/session-records.ts';
import type { SessionStore } from '../../../src/flows/ports/session-store.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { openSharedSessions, type SharedSessions } from '../../../src/flows/sessions/shared-sessions.ts';
import type { Session, SessionEndReason } from '../../../src/sessions/session.ts';
import { aSession } from '../../contract/session-records.contract.ts';
import { HandTimers } from './hand-timers.ts';

export const PORTAL = 'portal.gateway.test';
export const IDLE_MS = 10_000;
export const LIFETIME_MS = 3_600_000;

/** A node over a store that others share, a real one behind a door, and over recorded ends that it may be kept from. */
export class SharedRig {
  readonly timers = new HandTimers();
  readonly memory: MemorySessionStore = createMemorySessionStore({
    now: () => this.timers.now(),
    limits: {
      idleMs: IDLE_MS,
      lifetimeMs: LIFETIME_MS,
      concurrent: { account: 3, card: 3, 'card-tls': 3, 'one-day-password': 1 },
    },
    portalHost: PORTAL,
  });
  /** What the node meets at the store; the test sets it. */
  readonly door = { isShut: false, isHeard: true, isDeaf: false, lateMs: 0, isLateOnce: false };
  readonly asked: string[] = [];
  /** What it meets where ends are read. */
  readonly reading: { isDown: boolean; gate: Promise<void> | undefined; looks: number } = {
    isDown: false,
    gate: undefined,
    looks: 0,
  };
  readonly problems: unknown[] = [];
  readonly told: [string, SessionEndReason][] = [];
  readonly #records: Pick<SessionRecordReader, 'listEndsAfter'>;
  readonly #nodes: SharedSessions[] = [];

  constructor(records: Pick<SessionRecordReader, 'listEndsAfter'>) {
    this.#records = records;
  }

  async open(): Promise<SharedSessions> {
    const shared = await openSharedSessions({
      store: this.#doorOf(this.memory),
      records: {
        listEndsAfter: async (mark, since) => {
          this.reading.looks += 1;
          await this.reading.gate;
          if (this.reading.isDown) throw new StoreFault('The test has taken the database away.');
          return this.#records.listEndsAfter(mark, since);
        },
      },
      clock: { now: () => new Date() },
      timers: this.timers,
      lifetimeMs: LIFETIME_MS,
      onProblem: problem => this.problems.push(problem),
    });
    if (this.#nodes.length === 0) shared.onEnd((reference, reason) => this.told.push([reference, reason]));
    this.#nodes.push(shared);
    return shared;
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) await node.stop();
    this.memory.stop();
  }

  asksOf(name: string): number {
    return this.asked.filter(asked => asked === name).length;
  }

  #doorOf(store: SessionStore): SessionStore {
    const guard = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
      this.asked.push(name);
      if (this.door.isShut) throw new StoreFault('The test has shut the store.');
      const answer = await work();
      this.timers.stall(this.door.lateMs);
      if (this.door.isLateOnce) this.door.lateMs = 0;
      return answer;
    };
    return {
      open: (session, hash) => guard('open', () => store.open(session, hash)),
      addHostCookie: (...of) => guard('addHostCookie', () => store.addHostCookie(...of)),
      declare: (...of) => guard('declare', () => store.declare(...of)),
      check: (...of) => guard('check', () => store.check(...of)),
      checkAgain: (...of) => guard('checkAgain', () => store.checkAgain(...of)),
      findToEnd: (...of) => guard('findToEnd', () => store.findToEnd(...of)),
      end: (...of) => guard('end', () => store.end(...of)),
      endAllOf: (...of) => guard('endAllOf', () => store.endAllOf(...of)),
      listLiveOf: (...of) => guard('listLiveOf', () => store.listLiveOf(...of)),
      listLive: (...of) => guard('listLive', () => store.listLive(...of)),
      describe: (...of) => guard('describe', () => store.describe(...of)),
      onEnd: listener =>
        store.onEnd((reference, reason) => {
          if (!this.door.isDeaf) listener(reference, reason);
        }),
      onExpiry: listener => store.onExpiry(listener),
      isCurrent: () => this.door.isHeard,
      ping: () => guard('ping', () => store.ping()),
      browserSessions: store.browserSessions,
    };
  }
}

/** Opens a session as a login would. */
export async function logInAt(
  shared: SharedSessions,
  account: Account,
  changes: Partial<Session> = {},
): Promise<{ session: Session; hash: string }> {
  const session = aSession(account, changes);
  const hash = randomUUID();
  await shared.open(session, hash);
  return { session, hash };
}
