import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { addDays } from '../../../src/calendar/months.ts';
import { by, decide, execute, file, foundAgency, openOffice, unwrap, type Agency, type Office } from './office.ts';

let office: Office;
let agency: Agency;
beforeAll(async () => {
  office = await openOffice();
  agency = await foundAgency(office);
});
afterAll(() => office.close());

/** A D-06-11 for this day, filed, approved and enabled. */
async function enable(clerk: Account, effectiveDay: string) {
  const fields = { loginName: clerk.loginName, effectiveDay, reasonKind: 'card-not-carried', reason: '未攜帶卡片' };
  const submitted = await file(office, by(clerk), 'D-06-11', { fields, grants: [] });
  const approved = unwrap(await decide(office, agency.head, submitted)).application;
  return unwrap(await execute(office, agency.registrar, approved));
}

test('D1-146 a second password for today ends what was opened with the first, and no session by card', async () => {
  const { clerk } = agency;
  await enable(clerk, office.today);
  const ended: [string, string][] = [];
  const { sessions, database } = office.stores.context;
  sessions.onEnd((reference, reason) => ended.push([reference, reason]));
  const day = await office.stores.openSession({ account: clerk, method: 'one-day-password' });
  await office.stores.openSession({ account: clerk, method: 'card' });
  await enable(clerk, addDays(office.today, 1));
  expect(ended).toEqual([]);
  await enable(clerk, office.today);
  expect(ended).toEqual([[day.session.reference, 'replaced']]);
  expect(await database.events.listEvents({ code: 'session.ended', limit: 5 })).toMatchObject([
    { accountId: clerk.id, sessionReference: day.session.reference, facts: { reason: 'replaced' } },
  ]);
});
