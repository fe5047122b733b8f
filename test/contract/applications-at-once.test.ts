import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftApplication } from '../../src/flows/applications/draft-application.ts';
import { submitApplication } from '../../src/flows/applications/submit-application.ts';
import {
  by,
  codeOf,
  decide,
  execute,
  foundAgency,
  GRANT,
  openOffice,
  unwrap,
  valuesFor,
  type Office,
} from '../flows/applications/office.ts';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';

let postgres: PrivatePostgres;
let office: Office;
beforeAll(async () => {
  postgres = await startPostgres();
  office = await openOffice({ database: { kind: 'postgresql', url: await postgres.createDatabase() } });
});
afterAll(async () => {
  await office.close();
  await postgres.stop();
});

test('sixteen agencies that draft, submit, approve and execute at once on PostgreSQL all get through', async () => {
  const { context } = office.stores;
  const agencies = await Promise.all(Array.from({ length: 16 }, () => foundAgency(office)));
  const outcomes = await Promise.all(
    agencies.map(async ({ clerk, head, registrar }) => {
      const actor = by(clerk);
      const values = valuesFor(office, { change: 'change', loginName: clerk.loginName }, [GRANT]);
      const draft = { actor, form: 'D-06-09', organisationId: null, values } as const;
      const { number } = unwrap(await draftApplication(context, draft)).application;
      const submitted = unwrap(await submitApplication(context, { actor, number, version: 1 })).application;
      const approved = unwrap(await decide(office, head, submitted)).application;
      return { number, code: codeOf(await execute(office, registrar, approved)) };
    }),
  );
  expect(outcomes.map(({ code }) => code)).toEqual(agencies.map(() => 'ok'));
  expect(new Set(outcomes.map(({ number }) => number)).size).toBe(16);
});
