import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { weakestHold } from '../../../src/flows/sessions/end-hold.ts';
import { endOwnSessions } from '../../../src/flows/sessions/end-own-sessions.ts';
import { endSessions, type EndFilter } from '../../../src/flows/sessions/end-sessions.ts';
import { recordPendingEnds } from '../../../src/flows/sessions/record-pending-ends.ts';
import type { Session } from '../../../src/sessions/session.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

const EVERYTHING = { kind: 'everything' } as const;
const ORDER = { reason: 'administrator', actor: { kind: 'gateway' } } as const;
const ORIGIN = { requestId: 'test', clientAddress: '192.0.2.1' };

let rig: TestContext;
let context: GatewayContext;
beforeAll(async () => {
  const many = 1_000;
  const concurrent = { account: many, card: many, 'card-tls': many, 'one-day-password': many };
  rig = await openTestContext({ sessionLimits: { concurrent } });
  ({ context } = rig);
});
afterAll(() => rig.close());
afterEach(async () => {
  await endSessions(context, { scope: EVERYTHING }, ORDER);
  await recordPendingEnds(context);
});

const away = (): Promise<never> => Promise.reject(new StoreFault('The test has taken it away.'));

/** The same gateway without what is named; the store still knows, and hears nothing of ends, as one behind a broken line. */
function without(...gone: ('database' | 'store' | 'disk')[]): GatewayContext {
  const database = Object.create(context.database, { change: { value: away } }) as GatewayContext['database'];
  const sessions = { ...context.sessions, end: away, listLiveOf: away, listLive: away };
  return {
    ...context,
    ...(gone.includes('database') ? { database } : {}),
    ...(gone.includes('store') ? { sessions } : {}),
    ...(gone.includes('disk') ? { pendingEnds: { ...context.pendingEnds, keep: away } } : {}),
  };
}

const end = (on: GatewayContext, filter: Omit<EndFilter, 'scope'>) =>
  endSessions(on, { scope: EVERYTHING, ...filter }, ORDER);
const namesOf = (sessions: readonly Pick<Session, 'reference'>[]) => sessions.map(({ reference }) => reference).sort();
const isStanding = async ({ reference }: Session) => (await context.sessions.describe([reference])).size === 1;
const waiting = async () => namesOf(await context.pendingEnds.list());
const reasonOf = async ({ reference }: Session) =>
  (await context.database.sessions.findSession(reference))?.end?.reason;

describe('how far an end holds', () => {
  test('in the database: recorded, whether the store has heard of it or not', async () => {
    const { session } = await rig.openSession();
    const ended = await end(without('store'), { references: [session.reference] });
    expect(ended).toMatchObject({ hold: 'recorded', ended: [{ reference: session.reference }] });
    expect(await reasonOf(session)).toBe('administrator');
  });

  test('in the store and on disk: its record waits, and says whose it was', async () => {
    const { session } = await rig.openSession();
    const order = { ...ORDER, accountId: session.accountId };
    const filter = { scope: EVERYTHING, references: [session.reference] };
    expect(await endSessions(without('database'), filter, order)).toMatchObject({ hold: 'record-pending' });
    expect(await isStanding(session)).toBe(false);
    const [pending] = await context.pendingEnds.list();
    expect(pending).toMatchObject({ reference: session.reference, event: { accountId: session.accountId } });
    await recordPendingEnds(context);
    expect(await reasonOf(session)).toBe('administrator');
  });

  test('on disk alone: on this node only, until it reaches either store', async () => {
    const sessions = [(await rig.openSession()).session, (await rig.openSession()).session];
    const standing = () => Promise.all(sessions.map(isStanding));
    for (const { reference } of sessions) {
      expect(await end(without('database', 'store'), { references: [reference] })).toMatchObject({ hold: 'here-only' });
    }
    await expect(recordPendingEnds(without('database', 'store'))).rejects.toThrow(StoreFault);
    expect([await standing(), await waiting()]).toEqual([[true, true], namesOf(sessions)]);
    // The store is back: it is told of all, though their records have to wait on.
    await expect(recordPendingEnds(without('database'))).rejects.toThrow(StoreFault);
    expect([await standing(), await waiting()]).toEqual([[false, false], namesOf(sessions)]);
  });

  test('in the store alone, because the disk is full: access goes, and it is said that no record is kept', async () => {
    const { session } = await rig.openSession();
    const ended = await end(without('database', 'disk'), { references: [session.reference] });
    expect(ended).toEqual({ ended: [{ reference: session.reference, accountId: null }], hold: 'unrecorded' });
    expect([await isStanding(session), await waiting()]).toEqual([false, []]);
  });

  test('nowhere: nothing is promised', async () => {
    const { session } = await rig.openSession();
    await expect(end(without('database', 'store', 'disk'), { references: [session.reference] })).rejects.toThrow(
      StoreFault,
    );
    expect(await isStanding(session)).toBe(true);
  });

  test('nothing that ended holds as well as can be', async () => {
    expect(await end(without('database'), { accountId: randomUUID() })).toEqual({ ended: [], hold: 'recorded' });
    expect(weakestHold(['recorded', 'here-only', 'record-pending'])).toBe('here-only');
    expect(weakestHold(['unrecorded', 'recorded'])).toBe('unrecorded');
  });

  test('a mistake of ours is no store that is away', async () => {
    const { session } = await rig.openSession();
    const broken = {
      ...without('database'),
      pendingEnds: { ...context.pendingEnds, keep: () => Promise.reject(new TypeError('x')) },
    };
    await expect(end(broken, { references: [session.reference] })).rejects.toThrow(TypeError);
  });
});

describe('with the database away the store names', () => {
  const address = '203.0.113.7';
  let sessions: Record<'card' | 'tls' | 'day', Session>;
  const openAll = async () => {
    const open = async (method: Session['method']) => (await rig.openSession({ method })).session;
    sessions = { card: await open('card'), tls: await open('card-tls'), day: await open('one-day-password') };
  };

  test.each<[string, () => Omit<EndFilter, 'scope'>, ('card' | 'tls' | 'day')[]]>([
    ['everybody’s', () => ({}), ['card', 'tls', 'day']],
    ['all but one', () => ({ exceptReference: sessions.tls.reference }), ['card', 'day']],
    ['those of a method', () => ({ method: 'card' }), ['card']],
    ['those from an address', () => ({ clientAddress: '127.0.0.1' }), ['card', 'tls', 'day']],
    ['none from another', () => ({ clientAddress: address }), []],
    [
      'those of an account, by method',
      () => ({ accountId: sessions.day.accountId, method: 'one-day-password' }),
      ['day'],
    ],
    ['none of another account', () => ({ accountId: randomUUID() }), []],
    [
      'some by reference, of an account',
      () => ({ accountId: sessions.card.accountId, references: [sessions.card.reference] }),
      ['card'],
    ],
    ['none by reference, of another', () => ({ accountId: randomUUID(), references: [sessions.card.reference] }), []],
  ])('%s', async (_name, filter, meant) => {
    await openAll();
    const { ended } = await end(without('database'), filter());
    const expected = namesOf(meant.map(name => sessions[name]));
    expect(namesOf(ended)).toEqual(expected);
    expect(await waiting()).toEqual(expected);
    for (const [name, session] of Object.entries(sessions)) {
      expect([name, await isStanding(session)]).toEqual([name, !meant.some(each => each === name)]);
    }
    // And when it is back, each has its record.
    await recordPendingEnds(context);
    for (const name of meant) expect(await reasonOf(sessions[name])).toBe('administrator');
  });

  test.each<[string, EndFilter]>([
    ['an agency’s', { scope: { kind: 'organisation', organisationId: 'x' } }],
    ['those of a system', { scope: EVERYTHING, systemId: 'company' }],
    ['a name’s', { scope: EVERYTHING, text: 'demo' }],
  ])('not %s: nothing ends', async (_name, filter) => {
    const { session } = await rig.openSession();
    await expect(endSessions(without('database'), filter, ORDER)).rejects.toThrow(StoreFault);
    expect([await isStanding(session), await waiting()]).toEqual([true, []]);
  });

  test('more than go in one batch', async () => {
    const opened = await Promise.all(Array.from({ length: 203 }, () => rig.openSession()));
    const { ended, hold } = await end(without('database'), {});
    expect([ended.length, hold, (await waiting()).length]).toEqual([opened.length, 'record-pending', opened.length]);
    await recordPendingEnds(context);
  });
});

describe('one’s own', () => {
  const own = async (on: GatewayContext, session: Session, which: Parameters<typeof endOwnSessions>[1]['which']) =>
    endOwnSessions(on, { session, origin: ORIGIN, which });

  test('all, with the database away', async () => {
    const [{ session }, { session: other }] = [await rig.openSession(), await rig.openSession()];
    expect(await own(without('database'), session, { kind: 'all' })).toEqual({
      ended: 2,
      hold: 'record-pending',
      isOver: true,
    });
    await recordPendingEnds(context);
    expect([await reasonOf(session), await reasonOf(other)]).toEqual(['logout', 'logout-elsewhere']);
  });

  test('this one, with both away; the others nobody can name, and so this one goes on where they are meant, too', async () => {
    const { session } = await rig.openSession();
    const on = without('database', 'store');
    await expect(own(on, session, { kind: 'all' })).rejects.toThrow(StoreFault);
    await expect(own(on, session, { kind: 'others' })).rejects.toThrow(StoreFault);
    expect(await waiting()).toEqual([]);
    const ended = await own(on, session, { kind: 'one', reference: session.reference });
    expect(ended).toEqual({ ended: 1, hold: 'here-only', isOver: true });
  });

  test('somebody else’s is not ended by its reference, whatever is away', async () => {
    const { session } = await rig.openSession();
    const foreign = { ...session, accountId: randomUUID() };
    const which = { kind: 'one', reference: session.reference } as const;
    const mine = { ...foreign, reference: randomUUID() };
    expect(await own(context, mine, which)).toMatchObject({ ended: 0 });
    expect(await own(without('database'), mine, which)).toMatchObject({ ended: 0 });
    await expect(own(without('database', 'store'), mine, which)).rejects.toThrow(StoreFault);
    expect([await isStanding(session), await waiting()]).toEqual([true, []]);
  });
});

describe('what stands without a record', () => {
  test('ends with all others; a login of this moment, which has one, gets its end in it', async () => {
    const { session } = await rig.openSession();
    const unknown = { ...session, reference: randomUUID() };
    await context.sessions.open(unknown, randomUUID());
    let late: Session | undefined;
    // It logs in between the look at the records and that at the store.
    const database = Object.create(context.database, {
      change: {
        value: async (work: Parameters<typeof context.database.change>[0]) => {
          const result = await context.database.change(work);
          late ??= (await rig.openSession()).session;
          return result;
        },
      },
    }) as GatewayContext['database'];
    const { ended, hold } = await end({ ...context, database }, {});
    if (late === undefined) throw new Error('Nothing was recorded.');
    expect([namesOf(ended), hold]).toEqual([namesOf([session, unknown, late]), 'recorded']);
    expect(await reasonOf(late)).toBe('administrator');
    const events = await context.database.events.listEvents({ code: 'session.ended', limit: 1_000 });
    for (const { reference } of [unknown, late]) {
      expect(events.filter(({ sessionReference }) => sessionReference === reference)).toHaveLength(1);
    }
  });
});
