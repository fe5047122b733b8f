import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { Application } from '../../../src/applications/application.ts';
import { readAttachment } from '../../../src/flows/applications/view-application.ts';
import { by, file, foundAgency, openOffice, valuesFor, type Agency, type Office } from './office.ts';

let office: Office;
let agency: Agency;
let application: Application;
beforeAll(async () => {
  office = await openOffice();
  agency = await foundAgency(office);
  const values = valuesFor(office, { change: 'add', unit: 'commerce' });
  application = await file(office, by(agency.clerk), 'D-06-09', values);
});
afterAll(() => office.close());

const database = () => office.stores.context.database;
async function read(account: Account, mayDecide: boolean) {
  const [attachment] = await database().applications.listAttachments(application.id);
  const { id = '' } = attachment ?? {};
  const outcome = await readAttachment(office.stores.context, by(account, mayDecide), application.number, id);
  return outcome.ok ? 'ok' : outcome.failure.code;
}
const exports = () => database().events.listEvents({ code: 'data.exported', limit: 50 });

test('D1-088 an attachment leaves to anybody but its filer with a record, and not by one-day password', async () => {
  expect(await read(agency.clerk, false)).toBe('ok');
  expect(await exports()).toEqual([]);
  expect(await read(agency.head, false)).toBe('card-session-required');
  expect(await exports()).toEqual([]);
  expect(await read(agency.head, true)).toBe('ok');
  expect(await exports()).toMatchObject([
    {
      actor: { kind: 'account', accountId: agency.head.id },
      facts: { subject: 'attachment', number: application.number, fileName: 'sheet.pdf' },
    },
  ]);
});

test('D1-088 whoever sees nothing of the form gets no attachment either, and leaves no record of one', async () => {
  const before = await exports();
  const elsewhere = await foundAgency(office);
  expect(await read(elsewhere.head, true)).toBe('not-found');
  expect(await exports()).toEqual(before);
});
