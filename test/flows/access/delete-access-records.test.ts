import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteOldAccessRecords } from '../../../src/flows/access/delete-access-records.ts';
import { scheduledJobs } from '../../../src/flows/operations/scheduled-jobs.ts';
import { anAccessRecord } from '../../contract/access-records.contract.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

let rig: TestContext;
beforeAll(async () => {
  rig = await openTestContext();
});
afterAll(() => rig.close());

test('access records go when so many calendar months are over, from the next Taipei day, with an event', async () => {
  const { database, randomness } = rig.context;
  // 1 May 2026, 00:00 in Taipei; 60 months before: 1 May 2021.
  const context = { database, randomness, clock: { now: () => new Date('2026-04-30T16:00:00Z') } };
  const [last, first] = [new Date('2021-04-30T15:59:59.999Z'), new Date('2021-04-30T16:00:00Z')];
  const [old, kept] = [anAccessRecord({ at: last }), anAccessRecord({ at: first })];
  await database.accessRecords.insertAccessRecords([old, kept]);
  expect(await deleteOldAccessRecords(context, 61)).toBe(0);
  expect(await deleteOldAccessRecords(context, 60)).toBe(1);
  const left = await database.accessRecords.listAccessRecords({}, { after: null, limit: 10 });
  expect(left.map(({ id }) => id)).toEqual([kept.id]);
  const [event] = await database.events.listEvents({ code: 'access-records.deleted', limit: 10 });
  expect(event).toMatchObject({ actor: { kind: 'gateway' }, facts: { before: first.toISOString(), deleted: 1 } });
  expect(await deleteOldAccessRecords(context, 60)).toBe(0);
});

test('the job of every day deletes by the months of the configuration', async () => {
  const job = scheduledJobs(rig.context).find(({ name }) => name === 'access-records');
  expect(job?.cadence).toBe('daily');
  expect(await job?.run(rig.context)).toEqual({ deleted: 1 });
  expect(await job?.run({ ...rig.context, accessRecordMonths: 14 })).toEqual({ deleted: 0 });
});
