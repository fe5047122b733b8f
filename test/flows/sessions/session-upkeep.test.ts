import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../src/audit/event.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { deleteOldSessionRecords } from '../../../src/flows/sessions/delete-session-records.ts';
import { endRevokedSessions } from '../../../src/flows/sessions/end-revoked-sessions.ts';
import { endSessions } from '../../../src/flows/sessions/end-sessions.ts';
import { createReconciliation, endSessionsOfFormerProcess } from '../../../src/flows/sessions/reconcile-sessions.ts';
import { recordExpiries, type ExpiryRecords } from '../../../src/flows/sessions/record-expiry.ts';
import { recordPendingEnds } from '../../../src/flows/sessions/record-pending-ends.ts';
import type { Session } from '../../../src/sessions/session.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { openCardWorld, type CardWorld } from '../../web/support/cards.ts';
import { HandTimers } from './hand-timers.ts';

const MINUTE_MS = 60_000;
const EVERYTHING = { kind: 'everything' } as const;

let world: CardWorld;
let rig: TestContext;
let context: GatewayContext;
/** Is asked for the CRLs; tests change it. */
let crls: CardWorld['trust']['crls'];
/** The clock only goes forward, so each test begins when the sessions of the one before are over. */
beforeAll(async () => {
  world = await openCardWorld();
  rig = await openTestContext({ trust: { ...world.trust, crls: () => crls() } });
  ({ context } = rig);
});
afterAll(() => rig.close());
beforeEach(() => {
  crls = () => world.trust.crls();
});
afterEach(() => endSessions(context, { scope: EVERYTHING }, { reason: 'administrator', actor: { kind: 'gateway' } }));

/** A disk that takes nothing. */
const fullDisk = (): GatewayContext['pendingEnds'] => ({
  ...context.pendingEnds,
  keep: () => Promise.reject(new StoreFault('The disk is full.')),
});

/** The same gateway while its database takes nothing. */
function withoutDatabase(): GatewayContext {
  const database: GatewayContext['database'] = Object.create(context.database, {
    change: { value: () => Promise.reject(new StoreFault('The test has taken the database away.')) },
  }) as GatewayContext['database'];
  return { ...context, database };
}

const endOf = async ({ reference }: Pick<Session, 'reference'>) =>
  (await context.database.sessions.findSession(reference))?.end;

const eventsOf = async ({ reference }: Pick<Session, 'reference'>): Promise<AuditEvent[]> => {
  const events = await context.database.events.listEvents({ code: 'session.ended', limit: 1_000 });
  return events.filter(({ sessionReference }) => sessionReference === reference);
};

describe('sessions whose time is over', () => {
  let timers: HandTimers;
  let records: ExpiryRecords;
  let problems: unknown[];
  /** Stores tell whoever listened, so one rig for all; `on` is what is recorded with. */
  let on: GatewayContext;
  beforeAll(() => {
    timers = new HandTimers();
    problems = [];
    const switched = new Proxy(context, { get: (_, key: keyof GatewayContext) => on[key] });
    on = context;
    records = recordExpiries(switched, { timers, onProblem: problem => problems.push(problem) });
  });
  beforeEach(() => {
    on = context;
    problems.length = 0;
  });
  afterAll(() => records.stop());

  /** The store looks at them when it is asked. */
  const expire = async (sessions: readonly Session[]) => {
    rig.advance(4 * 60 * MINUTE_MS + 1_000);
    await context.sessions.describe(sessions.map(({ reference }) => reference));
  };

  test('are recorded with their events, many in one go (D1-098)', async () => {
    const opened = [await rig.openSession(), await rig.openSession(), await rig.openSession()];
    const day = await rig.openSession({
      method: 'one-day-password',
      endsAt: new Date(context.clock.now().getTime() + MINUTE_MS),
    });
    const sessions = [...opened, day].map(({ session }) => session);
    await expire(sessions);
    expect(timers.waiting).toBe(1);
    timers.pass(200);
    await expect.poll(() => endOf(day.session)).toMatchObject({ reason: 'day-over', by: { kind: 'gateway' } });
    for (const { session } of opened) {
      expect(await endOf(session)).toMatchObject({ reason: 'idle', note: null });
      expect(await eventsOf(session)).toMatchObject([
        { actor: { kind: 'gateway' }, accountId: rig.account.id, facts: { reason: 'idle' } },
      ]);
    }
    expect(timers.waiting).toBe(0);
  });

  test('wait on disk while the database is away, and are recorded late, once, on whatever node', async () => {
    const { session } = await rig.openSession();
    on = withoutDatabase();
    await expire([session]);
    timers.pass(200);
    await expect.poll(async () => (await context.pendingEnds.list()).length).toBe(1);
    expect(await endOf(session)).toBeNull();
    await expect(recordPendingEnds(on)).rejects.toThrow(StoreFault);
    expect(await context.pendingEnds.list()).toHaveLength(1);

    const [pending] = await context.pendingEnds.list();
    expect(await recordPendingEnds(context)).toBe(1);
    expect(await context.pendingEnds.list()).toEqual([]);
    expect(await endOf(session)).toEqual(pending?.end);
    const events = await eventsOf(session);
    expect(events).toMatchObject([{ accountId: rig.account.id, facts: { reason: 'idle', recordedLate: true } }]);

    // Killed between the record and the dropping, it comes again.
    await context.pendingEnds.keep(pending === undefined ? [] : [pending]);
    expect(await recordPendingEnds(context)).toBe(1);
    expect(await eventsOf(session)).toEqual(events);
    expect(await recordPendingEnds(context)).toBe(0);
    expect(problems).toEqual([]);
  });

  test('are tried again when neither database nor disk takes them', async () => {
    const { session } = await rig.openSession();
    on = { ...withoutDatabase(), pendingEnds: fullDisk() };
    await expire([session]);
    timers.pass(200);
    await expect.poll(() => problems.length).toBe(1);
    on = context;
    timers.pass(4_999);
    expect(await endOf(session)).toBeNull();
    timers.pass(1);
    await expect.poll(() => endOf(session)).toMatchObject({ reason: 'idle' });
  });

  test('are recorded before the process ends', async () => {
    const { session } = await rig.openSession();
    await expire([session]);
    await records.stop();
    expect(await endOf(session)).toMatchObject({ reason: 'idle' });
    expect(timers.waiting).toBe(0);
  });
});

describe('ends that waited', () => {
  test('an order that came too late for the record is in the events all the same', async () => {
    const { session } = await rig.openSession();
    const filter = { scope: EVERYTHING, references: [session.reference] };
    const actor = { kind: 'account', accountId: rig.account.id } as const;
    const order = { reason: 'administrator', actor, note: '遺失電腦' } as const;
    expect(await endSessions(withoutDatabase(), filter, order)).toMatchObject({ hold: 'record-pending' });
    await endSessions(context, filter, { reason: 'account-changed', actor: { kind: 'gateway' } });
    expect(await recordPendingEnds(context)).toBe(1);
    expect(await endOf(session)).toMatchObject({ reason: 'account-changed' });
    expect((await eventsOf(session)).map(({ facts }) => facts)).toEqual(
      expect.arrayContaining([
        { reason: 'account-changed' },
        { reason: 'administrator', note: '遺失電腦', recordedLate: true },
      ]),
    );
  });

  test('one of a session without a record leaves its event', async () => {
    const { session } = await rig.openSession();
    await endSessions(
      withoutDatabase(),
      { scope: EVERYTHING, references: [session.reference] },
      { reason: 'administrator', actor: { kind: 'gateway' } },
    );
    const [pending] = await context.pendingEnds.list();
    if (pending === undefined) throw new Error('Nothing waits.');
    await context.pendingEnds.drop([pending.event.id]);
    const reference = randomUUID();
    const event = { ...pending.event, id: randomUUID(), sessionReference: reference };
    await context.pendingEnds.keep([{ ...pending, reference, event }]);
    expect(await recordPendingEnds(context)).toBe(1);
    expect(await eventsOf({ reference })).toHaveLength(1);
  });
});

describe('sessions that the store does not know any more', () => {
  let nowMs = 0;
  const later = (ms: number): void => {
    nowMs += ms;
    rig.advance(ms);
  };
  /** As an emptied store: over, and nobody recorded it. */
  const lose = (session: Session) => context.sessions.end(session.reference, 'logout');

  test('end as store-lost when two looks a minute apart have missed them; others stay', async () => {
    const reconcile = createReconciliation(() => nowMs);
    const [lost, kept] = [await rig.openSession(), await rig.openSession()];
    await lose(lost.session);
    later(MINUTE_MS + 1);
    expect(await reconcile(context)).toBe(0);
    later(MINUTE_MS - 1);
    expect(await reconcile(context)).toBe(0);
    later(1);
    expect(await reconcile(context)).toBe(1);
    expect(await endOf(lost.session)).toMatchObject({ reason: 'store-lost', by: { kind: 'gateway' } });
    expect(await eventsOf(lost.session)).toMatchObject([{ facts: { reason: 'store-lost' } }]);
    expect(await endOf(kept.session)).toBeNull();
    expect(await reconcile(context)).toBe(0);
  });

  test('one whose login is just being opened is left alone', async () => {
    const reconcile = createReconciliation(() => nowMs);
    const { session } = await rig.openSession();
    await lose(session);
    // The wall clock has not passed a minute since the login, whatever the other one says.
    expect(await reconcile(context)).toBe(0);
    nowMs += 2 * MINUTE_MS;
    expect(await reconcile(context)).toBe(0);
    nowMs += 2 * MINUTE_MS;
    expect(await reconcile(context)).toBe(0);
    expect(await endOf(session)).toBeNull();
  });

  test('a look at which the store cannot be asked counts for nothing, and neither does the one before', async () => {
    const reconcile = createReconciliation(() => nowMs);
    const { session } = await rig.openSession();
    await lose(session);
    later(MINUTE_MS + 1);
    await reconcile(context);
    const sessions: GatewayContext['sessions'] = {
      ...context.sessions,
      describe: () => Promise.reject(new StoreFault('Redis is away.')),
    };
    later(MINUTE_MS);
    expect(await reconcile({ ...context, sessions })).toBe(0);
    expect(await reconcile(context)).toBe(0);
    expect(await endOf(session)).toBeNull();
    later(MINUTE_MS);
    expect(await reconcile(context)).toBe(1);
  });

  test('one that was only missed once is not lost', async () => {
    const reconcile = createReconciliation(() => nowMs);
    const { session } = await rig.openSession();
    later(MINUTE_MS + 1);
    const blind: GatewayContext['sessions'] = { ...context.sessions, describe: () => Promise.resolve(new Map()) };
    expect(await reconcile({ ...context, sessions: blind })).toBe(0);
    later(MINUTE_MS);
    expect(await reconcile(context)).toBe(0);
    later(MINUTE_MS);
    expect(await reconcile({ ...context, sessions: blind })).toBe(0);
    expect(await endOf(session)).toBeNull();
  });

  test('a process that keeps sessions to itself starts with none: those of the one before are over', async () => {
    const [one, other] = [await rig.openSession(), await rig.openSession()];
    await Promise.all([lose(one.session), lose(other.session)]);
    expect(await endSessionsOfFormerProcess(context)).toBe(2);
    expect(await endOf(other.session)).toMatchObject({ reason: 'store-lost' });
    expect(await endSessionsOfFormerProcess(context)).toBe(0);
  });
});

describe('sessions of a card whose certificate is revoked', () => {
  const sha256 = (der: Uint8Array) => createHash('sha256').update(der).digest('hex');

  async function openWith(der: Uint8Array): Promise<Session> {
    const { session } = await rig.openSession();
    const opened = { ...session, reference: randomUUID(), certificateSha256: sha256(der) };
    await context.database.change(async changes => {
      await changes.sessions.insertSession(opened);
      const [event] = await changes.events.listEvents({ limit: 1 });
      if (event === undefined) throw new Error('No event.');
      return { result: undefined, events: [{ ...event, id: randomUUID() }] };
    });
    await context.sessions.open(opened, randomUUID());
    return opened;
  }

  test('end when the CRLs in use say so; those of other cards and of passwords stay', async () => {
    const [card, other] = [await world.issueCard(), await world.issueCard()];
    for (const each of [card, other]) await world.bindCard(context, rig.account, each);
    const [revoked, sound] = [await openWith(card.certificate.der), await openWith(other.certificate.der)];
    const { session: byPassword } = await rig.openSession({ method: 'one-day-password' });
    expect(await endRevokedSessions(context)).toBe(0);

    world.revokeCard(card, context.clock.now());
    expect(await endRevokedSessions(context)).toBe(1);
    expect(await endOf(revoked)).toMatchObject({ reason: 'card-revoked', by: { kind: 'gateway' } });
    expect((await context.sessions.describe([revoked.reference])).size).toBe(0);
    expect(await endOf(sound)).toBeNull();
    expect(await endOf(byPassword)).toBeNull();
    expect(await endRevokedSessions(context)).toBe(0);
  });

  test('stand while nothing is known: no CRL, no path, no binding that has the certificate', async () => {
    const card = await world.issueCard();
    await world.bindCard(context, rig.account, card);
    const foreign = await (await openCardWorld()).issueCard();
    await world.bindCard(context, rig.account, foreign);
    const unbound = await world.issueCard();
    const sessions = [card, foreign, unbound].map(({ certificate }) => openWith(certificate.der));
    const opened = await Promise.all(sessions);
    for (const each of [card, unbound]) world.revokeCard(each, context.clock.now());
    crls = () => [];
    expect(await endRevokedSessions(context)).toBe(0);
    for (const session of opened) expect(await endOf(session)).toBeNull();
    crls = () => world.trust.crls();
    expect(await endRevokedSessions(context)).toBe(1);
    expect(await endOf(opened[0] ?? { reference: '' })).toMatchObject({ reason: 'card-revoked' });
  });
});

test('records go 30 days after their end, with an event that says how many; the events of them stay', async () => {
  const { session } = await rig.openSession();
  await endSessionsOfFormerProcess(context);
  rig.advance(30 * 24 * 60 * MINUTE_MS - 10 * MINUTE_MS);
  await deleteOldSessionRecords(context);
  expect(await endOf(session)).toMatchObject({ reason: 'store-lost' });
  rig.advance(11 * MINUTE_MS);
  const deleted = await deleteOldSessionRecords(context);
  expect(deleted).toBeGreaterThan(0);
  expect(await context.database.sessions.findSession(session.reference)).toBeUndefined();
  expect(await eventsOf(session)).toHaveLength(1);
  const [event] = await context.database.events.listEvents({ code: 'session.records-deleted', limit: 1 });
  expect(event?.facts).toMatchObject({ deleted });
  expect(await deleteOldSessionRecords(context)).toBe(0);
});
