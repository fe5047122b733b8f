import session from 'express-session';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMemorySessionStore } from '../../../src/adapters/memory/session-store.ts';
import { hashSecret } from '../../../src/sessions/challenge.ts';
import { cpuMicroseconds, longestStall } from '../measure.ts';
import type { Row } from '../row.ts';
import { aSession, checkOne, cookieOf, CROWD, LIMITS, openCrowd, PORTAL_HOST } from './crowd.ts';

const NAME = `in process, ${CROWD.toLocaleString('en')} sessions`;
const PEER = 'express-session MemoryStore';

/** Checks in one call of a work: a clock read for each would be a good part of it. */
const CHECKS = 100;

/** The store of a single node beside the one that express-session brings, which is a Map of JSON texts. */
export async function benchInProcess(): Promise<readonly Row[]> {
  const open = () => createMemorySessionStore({ now: Date.now, limits: LIMITS, portalHost: PORTAL_HOST });
  const [lone, crowded] = [open(), open()];
  const peer = new session.MemoryStore();
  await openCrowd(lone, 'lone', 1);

  const ours = await bytesOf(() => openCrowd(crowded, 'crowd', CROWD));
  const theirs = await bytesOf(() => fillPeer(peer));

  const random = () => Math.floor(Math.random() * CROWD);
  const work = (check: (n: number) => Promise<void>, number: () => number) => async () => {
    for (let i = 0; i < CHECKS; i++) await check(number());
  };
  const check = await cpuMicroseconds({
    one: work(
      n => checkOne(lone, 'lone', n),
      () => 0,
    ),
    sameOfMany: work(
      n => checkOne(crowded, 'crowd', n),
      () => 7,
    ),
    anyOfMany: work(n => checkOne(crowded, 'crowd', n), random),
    peer: work(n => checkPeer(peer, n), random),
  });
  const each = (figure: number) => figure / CHECKS;
  const peers = { 'with one session': each(check.one), [PEER]: each(check.peer) };
  const change = await cpuMicroseconds({
    open: async () => {
      const opened = aSession();
      await crowded.open(opened, hashSecret(opened.reference));
      await crowded.end(opened.reference, 'logout');
    },
  });
  const stall = await longestStall(() => {
    crowded.sweep();
    return Promise.resolve();
  });
  lone.stop();
  crowded.stop();
  return [
    {
      name: `${NAME}: check and touch, of one person`,
      unit: 'µs CPU',
      ours: each(check.sameOfMany),
      peers,
      target: { kind: 'ratio', peer: 'with one session', atMost: 1.25 },
    },
    {
      name: `${NAME}: check and touch, of any person`,
      unit: 'µs CPU',
      ours: each(check.anyOfMany),
      peers,
      target: undefined,
    },
    {
      name: `${NAME}: kept for each, two cookies`,
      unit: 'bytes',
      ours,
      peers: { [PEER]: theirs },
      target: { kind: 'figure', atMost: 1024 },
    },
    { name: `${NAME}: open one and end it`, unit: 'µs CPU', ours: change.open, peers: {}, target: undefined },
    { name: `${NAME}: stall of the sweep, every second`, unit: 'ms', ours: stall, peers: {}, target: undefined },
  ];
}

/** Bytes of the heap and beside it that `work` leaves behind for each session. */
async function bytesOf(work: () => Promise<void>): Promise<number> {
  const before = keptBytes();
  await work();
  return (keptBytes() - before) / CROWD;
}

function keptBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function fillPeer(peer: session.MemoryStore): Promise<void> {
  for (let n = 0; n < CROWD; n++) {
    const kept = { cookie: freshCookie(), openedAtMs: Date.now(), ...aSession() };
    await settle(done => peer.set(hashSecret(cookieOf('peer', n)), kept, done));
  }
}

/** What express-session does for each request: reads the session, and writes its new expiry. */
async function checkPeer(peer: session.MemoryStore, n: number): Promise<void> {
  const id = hashSecret(cookieOf('peer', n));
  const kept = await settle<session.SessionData | null | undefined>(done => peer.get(id, done));
  if (!kept) throw new Error(`The peer has lost session ${n}.`);
  kept.cookie = freshCookie();
  await settle(done => peer.touch(id, kept, () => done(null)));
}

function freshCookie(): session.Cookie {
  const cookie = new session.Cookie();
  cookie.maxAge = LIMITS.idleMs;
  return cookie;
}

function settle<T>(call: (done: (error: unknown, value?: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    call((error, value) => {
      if (error === null || error === undefined) resolve(value);
      else reject(new Error('The peer failed.', { cause: error }));
    });
  });
}
