import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { Application } from '../../../src/applications/application.ts';
import { archiveApplication } from '../../../src/flows/applications/archive-application.ts';
import { draftApplication } from '../../../src/flows/applications/draft-application.ts';
import {
  by,
  codeOf,
  decide,
  execute,
  file,
  foundAgency,
  GRANT,
  letter,
  openOffice,
  unwrap,
  valuesFor,
  type Office,
} from './office.ts';

let office: Office;
let officer: Account;
let administrator: Account;
beforeAll(async () => {
  office = await openOffice();
  const ministry = { organisation: office.ministry, unit: null };
  officer = await office.employ(ministry, ['case-officer']);
  administrator = await office.employ(ministry, ['ministry-administrator']);
});
afterAll(() => office.close());

const reads = () => office.stores.context.database;

/** Every act but those of the filer; `do` tries it. */
const ACTS: readonly {
  readonly kind: string;
  readonly do: (account: Account, application: Application) => Promise<Parameters<typeof codeOf>[0]>;
}[] = [
  { kind: 'approve', do: (account, application) => decide(office, account, application) },
  { kind: 'record-letter', do: (account, application) => letter(office, account, application) },
  { kind: 'execute', do: (account, application) => execute(office, account, application) },
  {
    kind: 'archive',
    do: (account, { number, version }) =>
      archiveApplication(office.stores.context, { actor: by(account), number, version, note: '' }),
  },
];

/** Everybody tries everything; whatever is due at this point of the route is left out. */
async function expectNoWayPast(
  people: Readonly<Record<string, Account>>,
  application: Application,
  due: { readonly by: string; readonly kind: string } | null,
): Promise<void> {
  for (const [name, account] of Object.entries(people)) {
    for (const { kind, do: attempt } of ACTS) {
      if (name === due?.by && kind === due.kind) continue;
      expect([name, kind, codeOf(await attempt(account, application))]).not.toEqual([name, kind, 'ok']);
    }
  }
  expect(await reads().applications.findApplicationByNumber(application.number)).toEqual(application);
}

test('D1-081 from draft to right of use there is no way but through every desk in order', async () => {
  const { head, registrar, clerk } = await foundAgency(office);
  const people = { clerk, head, registrar, officer, administrator };
  const rights = async () => (await reads().accounts.findAccess(clerk.id))?.grants.length;
  const values = valuesFor(office, { change: 'change', loginName: clerk.loginName }, [GRANT]);
  const input = { actor: by(clerk), form: 'D-06-09', organisationId: null, values } as const;
  const draft = unwrap(await draftApplication(office.stores.context, input)).application;
  await expectNoWayPast(people, draft, null);
  const submitted = await file(office, by(clerk), 'D-06-09', values);
  await expectNoWayPast(people, submitted, { by: 'head', kind: 'approve' });
  expect(await rights()).toBe(0);
  const approved = unwrap(await decide(office, head, submitted)).application;
  await expectNoWayPast(people, approved, { by: 'registrar', kind: 'execute' });
  expect(await rights()).toBe(0);
  unwrap(await execute(office, registrar, approved));
  expect(await rights()).toBe(1);
});

test('D1-094 neither account nor initial secret is there before application and sign-off are complete', async () => {
  const { head, registrar, clerk } = await foundAgency(office);
  const people = { clerk, head, registrar, officer, administrator };
  const values = valuesFor(office, { change: 'add', unit: 'commerce' }, [GRANT]);
  const wished = values.fields.wishedLoginName ?? '';
  const secrets = async () =>
    (await reads().events.listEvents({ code: 'activation.secret-issued', limit: 500 })).length;
  const before = await secrets();
  const submitted = await file(office, by(clerk), 'D-06-09', values);
  await expectNoWayPast(people, submitted, { by: 'head', kind: 'approve' });
  const approved = unwrap(await decide(office, head, submitted)).application;
  await expectNoWayPast(people, approved, { by: 'registrar', kind: 'execute' });
  expect([await reads().accounts.findAccountByLoginName(wished), await secrets()]).toEqual([undefined, before]);

  const executed = unwrap(await execute(office, registrar, approved));
  const account = await reads().accounts.findAccountByLoginName(wished);
  expect(account?.state).toBe('pending-activation');
  expect(executed.secret).not.toBeNull();
  expect(await reads().credentials.findInitialSecret(account?.id ?? '')).toBeDefined();
  expect(await secrets()).toBe(before + 1);
});

test('D1-094 a refused application leaves neither', async () => {
  const { head, registrar, clerk } = await foundAgency(office);
  const values = valuesFor(office, { change: 'add', unit: 'commerce' }, [GRANT]);
  const refused = unwrap(
    await decide(office, head, await file(office, by(clerk), 'D-06-09', values), 'refuse', '無業務需要'),
  ).application;
  await expectNoWayPast({ clerk, head, registrar, officer, administrator }, refused, null);
  expect(await reads().accounts.findAccountByLoginName(values.fields.wishedLoginName ?? '')).toBeUndefined();
});

test('E17 D1-013 D1-014 the case officer decides, the administrator of 本署 executes, and not the other way round', async () => {
  const { head, registrar, clerk } = await foundAgency(office);
  const values = valuesFor(office, { change: 'appoint', loginName: clerk.loginName });
  const submitted = await file(office, by(clerk), 'D-06-10', values);
  const reviewed = unwrap(await decide(office, head, submitted)).application;
  const lettered = unwrap(await letter(office, head, reviewed)).application;
  const people = { clerk, head, registrar, officer, administrator };
  await expectNoWayPast(people, lettered, { by: 'officer', kind: 'approve' });
  const decided = unwrap(await decide(office, officer, lettered)).application;
  expect(decided.stage).toBe('ministry-execution');
  await expectNoWayPast(people, decided, { by: 'administrator', kind: 'execute' });
  unwrap(await execute(office, administrator, decided));
  expect((await reads().accounts.findAccount(clerk.id))?.roles).toContain('registrar');
});
