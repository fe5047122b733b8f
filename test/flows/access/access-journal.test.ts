import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccessRecord } from '../../../src/audit/access-record.ts';
import { AccessJournal, type Gap, type JournalContext } from '../../../src/flows/access/access-journal.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { anAccessRecord } from '../../contract/access-records.contract.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { HandTimers } from '../sessions/hand-timers.ts';

let rig: TestContext;
beforeAll(async () => {
  rig = await openTestContext();
});
afterAll(() => rig.close());

let timers: HandTimers;
let batches: number[];
/** What the database is to do with the next writes: work, be away, or keep whoever writes waiting. */
let state: 'there' | 'away' | 'away-after-writing' | 'without-events' | Promise<void>;
let problems: unknown[];
let lost: Gap[];

beforeEach(() => {
  timers = new HandTimers();
  batches = [];
  state = 'there';
  problems = [];
  lost = [];
});

function openJournal(limits?: { records: number; bytes: number }): AccessJournal {
  const { clock, randomness, database } = rig.context;
  const stand = async <T>(work: () => Promise<T>): Promise<T> => {
    if (state === 'away') throw new StoreFault('away');
    if (state instanceof Promise) await state;
    const result = await work();
    if (state === 'away-after-writing') throw new StoreFault('no answer');
    return result;
  };
  const watched: JournalContext['database'] = {
    ping: () => stand(() => database.ping()),
    record: events =>
      state === 'without-events' ? Promise.reject(new StoreFault('no events')) : stand(() => database.record(events)),
    accessRecords: {
      listAccessRecords: (filter, page) => database.accessRecords.listAccessRecords(filter, page),
      insertAccessRecords: records => {
        batches.push(records.length);
        return stand(() => database.accessRecords.insertAccessRecords(records));
      },
    },
  };
  return new AccessJournal(
    { clock, randomness, database: watched },
    {
      timers,
      onProblem: problem => problems.push(problem),
      onLost: gap => lost.push(gap),
      ...(limits === undefined ? {} : { limits }),
    },
  );
}

const some = (count: number): AccessRecord[] => Array.from({ length: count }, () => anAccessRecord());
const isKept = async ({ requestId }: AccessRecord): Promise<boolean> =>
  (await rig.context.database.accessRecords.listAccessRecords({ requestId }, { after: null, limit: 1 })).length === 1;
const gaps = async () => rig.context.database.events.listEvents({ code: 'access-records.lost', limit: 100 });

describe('records that nobody waits for', () => {
  test('are written together, 200 ms after the first', async () => {
    const journal = openJournal();
    const records = some(3);
    for (const record of records) journal.add(record);
    timers.pass(199);
    expect(batches).toEqual([]);
    timers.pass(1);
    await expect.poll(() => journal.counts).toEqual({ waiting: 0, written: 3, lost: 0 });
    expect(batches).toEqual([3]);
    for (const record of records) expect(await isKept(record)).toBe(true);
    expect(timers.waiting).toBe(0);
  });

  test('are written at once where a whole batch waits, one batch after the other', async () => {
    const journal = openJournal();
    for (const record of some(1_200)) journal.add(record);
    await expect.poll(() => journal.counts.written).toBe(1_000);
    expect(batches).toEqual([500, 500]);
    timers.pass(200);
    await expect.poll(() => journal.counts.written).toBe(1_200);
    expect(batches).toEqual([500, 500, 200]);
  });

  test('wait while the database is away, and are there once when it is back', async () => {
    const journal = openJournal();
    const [first, second, third] = [anAccessRecord(), anAccessRecord(), anAccessRecord()];
    state = 'away-after-writing';
    journal.add(first);
    timers.pass(200);
    await expect.poll(() => problems).toHaveLength(1);
    state = 'away';
    journal.add(second);
    timers.pass(1_000);
    await expect.poll(() => batches).toEqual([1, 2]);
    // One complaint, however long it lasts.
    expect(problems).toHaveLength(1);
    state = 'there';
    journal.add(third);
    await expect.poll(() => timers.waiting).toBe(1);
    timers.pass(1_000);
    await expect.poll(() => journal.counts).toEqual({ waiting: 0, written: 3, lost: 0 });
    for (const record of [first, second, third]) expect(await isKept(record)).toBe(true);
    expect(await gaps()).toEqual([]);
  });

  test('are counted where there is no room for them, and the gap is one event when the database is back', async () => {
    const journal = openJournal({ records: 2, bytes: 1_000_000 });
    state = 'away';
    const records = some(5).map((record, index) => ({ ...record, at: new Date(Date.UTC(2026, 1, 1, 0, 0, index)) }));
    for (const record of records) journal.add(record);
    expect(journal.counts).toEqual({ waiting: 2, written: 0, lost: 3 });
    expect(lost).toMatchObject([{ count: 1 }]);
    timers.pass(200);
    await expect.poll(() => problems).toHaveLength(1);
    await expect.poll(() => timers.waiting).toBe(1);
    expect(await gaps()).toEqual([]);
    state = 'there';
    timers.pass(1_000);
    await expect.poll(() => journal.counts).toEqual({ waiting: 0, written: 2, lost: 3 });
    await expect
      .poll(async () => (await gaps()).map(({ facts }) => facts))
      .toEqual([{ from: '2026-02-01T00:00:02.000Z', to: '2026-02-01T00:00:04.000Z', count: 3 }]);
    expect(await isKept(records[0] ?? anAccessRecord())).toBe(true);
    expect(await isKept(records[2] ?? anAccessRecord())).toBe(false);
  });

  test('are bounded in bytes too', () => {
    const journal = openJournal({ records: 1_000, bytes: 10_000 });
    const long = anAccessRecord({ path: `/${'x'.repeat(1_000)}` });
    for (let count = 0; count < 5; count += 1) journal.add({ ...long });
    expect(journal.counts).toEqual({ waiting: 3, written: 0, lost: 2 });
  });

  test('one that the store cannot take is lost alone, and told', async () => {
    const journal = openJournal();
    const [good, bad, other] = [anAccessRecord(), anAccessRecord({ accountId: 'nobody' }), anAccessRecord()];
    for (const record of [good, bad, other]) journal.add(record);
    timers.pass(200);
    await expect.poll(() => journal.counts).toEqual({ waiting: 0, written: 2, lost: 1 });
    expect(problems).toHaveLength(1);
    expect([await isKept(good), await isKept(other)]).toEqual([true, true]);
    await expect.poll(async () => (await gaps()).map(({ facts }) => facts['count'])).toContain(1);
  });
});

describe('records that somebody waits for', () => {
  test('are durable when the waiting ends', async () => {
    const record = anAccessRecord();
    await openJournal().commit(record);
    expect(await isKept(record)).toBe(true);
  });

  test('many share a commit, and take along what waits', async () => {
    const journal = openJournal();
    let release = (): void => undefined;
    state = new Promise(resolve => (release = resolve));
    const first = journal.commit(anAccessRecord());
    const others = some(99).map(record => journal.commit(record));
    journal.add(anAccessRecord());
    state = 'there';
    release();
    await Promise.all([first, ...others]);
    expect(batches).toEqual([1, 100]);
  });

  test('are refused while the database is away, before and after that is known; other records wait on', async () => {
    const journal = openJournal();
    expect(journal.isWritable).toBe(true);
    state = 'away';
    journal.add(anAccessRecord());
    await expect(journal.commit(anAccessRecord())).rejects.toThrow(StoreFault);
    expect(journal.isWritable).toBe(false);
    await expect(journal.commit(anAccessRecord())).rejects.toThrow(StoreFault);
    expect(batches).toEqual([2]);
    expect(journal.counts).toEqual({ waiting: 1, written: 0, lost: 0 });
    state = 'there';
    await expect.poll(() => timers.waiting).toBe(1);
    timers.pass(1_000);
    await expect.poll(() => journal.isWritable).toBe(true);
    await journal.commit(anAccessRecord());
  });

  test('count once where the event of a gap cannot be written, and wait no longer for it afterwards', async () => {
    const journal = openJournal({ records: 2, bytes: 1_000_000 });
    state = 'without-events';
    const waited = journal.commit(anAccessRecord());
    for (const record of some(3)) journal.add(record);
    await waited;
    await expect.poll(() => problems).toHaveLength(1);
    expect(journal.counts).toEqual({ waiting: 2, written: 1, lost: 1 });
    timers.pass(1_000);
    await expect.poll(() => journal.counts).toEqual({ waiting: 0, written: 3, lost: 1 });
    await expect.poll(() => timers.waiting).toBe(1);
    expect(problems).toHaveLength(1);
    state = 'there';
    timers.pass(1_000);
    await expect.poll(() => journal.isWritable).toBe(true);
    // Whoever comes while another's is being written is written right after it, without the 200 ms.
    await Promise.all([journal.commit(anAccessRecord()), journal.commit(anAccessRecord())]);
    expect(journal.counts).toEqual({ waiting: 0, written: 5, lost: 1 });
  });

  test('are refused where there is no room', async () => {
    const journal = openJournal({ records: 1, bytes: 1_000_000 });
    journal.add(anAccessRecord());
    expect(journal.isWritable).toBe(false);
    await expect(journal.commit(anAccessRecord())).rejects.toThrow(StoreFault);
    expect(journal.counts.lost).toBe(0);
  });

  test('one whose answer was lost is refused; told again it stays as it was written', async () => {
    const journal = openJournal();
    const record = anAccessRecord();
    state = 'away-after-writing';
    await expect(journal.commit(record)).rejects.toThrow(StoreFault);
    state = 'there';
    journal.add({ ...record, outcome: 'broken-off' });
    await journal.stop(5_000);
    const { requestId } = record;
    const kept = await rig.context.database.accessRecords.listAccessRecords({ requestId }, { after: null, limit: 9 });
    expect(kept).toEqual([record]);
  });

  test('one that the store cannot take is refused alone', async () => {
    const journal = openJournal();
    let release = (): void => undefined;
    state = new Promise(resolve => (release = resolve));
    const first = journal.commit(anAccessRecord());
    const bad = journal.commit(anAccessRecord({ accountId: 'nobody' }));
    const good = journal.commit(anAccessRecord());
    state = 'there';
    release();
    const outcomes = await Promise.allSettled([first, bad, good]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(journal.isWritable).toBe(true);
  });
});

describe('a journal that stops', () => {
  test('writes what is left', async () => {
    const journal = openJournal();
    const records = some(700);
    for (const record of records) journal.add(record);
    await journal.stop(10_000);
    expect(journal.counts).toEqual({ waiting: 0, written: 700, lost: 0 });
    expect(timers.waiting).toBe(0);
  });

  test('waits no longer than it may, and tells what is lost then', async () => {
    const journal = openJournal();
    state = 'away';
    for (const record of some(3)) journal.add(record);
    await journal.stop(300);
    expect(journal.counts).toEqual({ waiting: 0, written: 0, lost: 3 });
    expect(lost.at(-1)).toMatchObject({ count: 3 });
  });

  test('does not wait for a database that hangs', async () => {
    const journal = openJournal();
    let release = (): void => undefined;
    state = new Promise(resolve => (release = resolve));
    for (const record of some(501)) journal.add(record);
    const waited = journal.commit(anAccessRecord());
    expect(journal.counts.waiting).toBe(502);
    await Promise.all([journal.stop(100), expect(waited).rejects.toThrow(StoreFault)]);
    expect(journal.counts).toEqual({ waiting: 0, written: 0, lost: 502 });
    expect(lost.at(-1)).toMatchObject({ count: 502 });
    release();
  });
});
