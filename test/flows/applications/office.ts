import { randomUUID } from 'node:crypto';
import type { Account, AccountState, GatewayRole } from '../../../src/accounts/account.ts';
import type { Organisation, OrganisationKind, Unit } from '../../../src/accounts/organisation.ts';
import type { Application } from '../../../src/applications/application.ts';
import type { FormId, FormValues, GrantRowInput } from '../../../src/applications/form.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import type { ApplicationActor } from '../../../src/flows/applications/application-actor.ts';
import { attachFile, type UploadedBytes } from '../../../src/flows/applications/attach-file.ts';
import { decideApplication } from '../../../src/flows/applications/decide-application.ts';
import type { DeskActor } from '../../../src/flows/accounts/desk-act.ts';
import { draftApplication } from '../../../src/flows/applications/draft-application.ts';
import { executeApplication } from '../../../src/flows/applications/execute-application.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
import { recordLetter } from '../../../src/flows/applications/record-letter.ts';
import { submitApplication } from '../../../src/flows/applications/submit-application.ts';
import { insertPastCard } from '../../contract/people-of-record.ts';
import { openTestContext, type TestContext, type TestContextOptions } from '../../support/gateway-context.ts';

export const PDF = Buffer.from('%PDF-1.7\n示範');
const ORIGIN = { requestId: 'test', clientAddress: '127.0.0.1' };

/** 本署 and agencies with people in every role, on real stores. */
export interface Office {
  readonly stores: TestContext;
  readonly ministry: Organisation;
  /** Makes an agency with one unit and nobody in it. */
  found(kind?: OrganisationKind): Promise<{ organisation: Organisation; unit: Unit }>;
  /** Makes an active account. */
  employ(
    place: { organisation: Organisation; unit: Unit | null },
    roles: readonly GatewayRole[],
    changes?: Partial<Account>,
  ): Promise<Account>;
  /** A right as it was taken over from an older system, waiting for approval; its id. */
  takeOver(account: Account, systemId: string, role: string): Promise<string>;
  /** Past every form. */
  setState(accountId: string, state: AccountState): Promise<void>;
  readonly today: string;
  close(): Promise<void>;
}

export async function openOffice(options: Pick<TestContextOptions, 'database'> = {}): Promise<Office> {
  const stores = await openTestContext(options);
  const { context } = stores;
  let count = 0;
  const write = (work: Parameters<typeof context.database.change<undefined>>[0]) => context.database.change(work);
  const event = () => composeEvent(context, 'setup.completed', { actor: { kind: 'gateway' } });
  const ministry: Organisation = { id: randomUUID(), code: 'ministry', name: '示範商業發展署', kind: 'ministry' };
  await write(async changes => {
    await changes.insertOrganisation(ministry);
    return { result: undefined, events: [event()] };
  });
  return {
    stores,
    ministry,
    found: async (kind = 'agency') => {
      count += 1;
      const organisation: Organisation = { id: randomUUID(), code: `agency-${count}`, name: '示範縣政府', kind };
      const unit: Unit = { id: randomUUID(), organisationId: organisation.id, code: 'commerce', name: '工商科' };
      const other: Unit = { id: randomUUID(), organisationId: organisation.id, code: 'labour', name: '勞工科' };
      await write(async changes => {
        await changes.insertOrganisation(organisation);
        await changes.insertUnit(unit);
        await changes.insertUnit(other);
        return { result: undefined, events: [event()] };
      });
      return { organisation, unit };
    },
    employ: async ({ organisation, unit }, roles, changed = {}) => {
      count += 1;
      const account: Account = {
        id: randomUUID(),
        loginName: `demo.${count}`,
        personId: randomUUID(),
        name: `示範員${count}`,
        organisationId: organisation.id,
        unitId: unit?.id ?? null,
        state: 'active',
        roles,
        issuedAt: context.clock.now(),
        lastLoginAt: null,
        ...changed,
      };
      await write(async changes => {
        await changes.insertPerson({
          id: account.personId,
          name: account.name,
          idLastFour: String(count).padStart(4, '0'),
          email: `demo.${count}@example.gov.tw`,
        });
        await changes.insertAccount(account);
        if (account.state === 'active') await insertPastCard(changes, account);
        return { result: undefined, events: [event()] };
      });
      return account;
    },
    takeOver: async (account, systemId, role) => {
      const id = randomUUID();
      const about = { reason: '移轉', basis: 'migrated', validFrom: '2026-01-01', validUntil: null } as const;
      await write(async changes => {
        await changes.insertGrant({ id, accountId: account.id, systemId, role, ...about, state: 'pending' });
        return { result: undefined, events: [event()] };
      });
      return id;
    },
    setState: (accountId, state) =>
      write(async changes => {
        await changes.setAccountState(accountId, state);
        return { result: undefined, events: [event()] };
      }),
    get today() {
      return taipeiDayOf(context.clock.now());
    },
    close: () => stores.close(),
  };
}

export function by(account: Account, mayDecide = true): ApplicationActor {
  return { kind: 'account', accountId: account.id, mayDecide, origin: ORIGIN };
}

/** The same person at the desk. */
export function desk(account: Account): DeskActor {
  return { accountId: account.id, mayDecide: true, origin: ORIGIN };
}

export function byCard(subjectHash: string, name: string, idLastFour: string | null = '1234'): ApplicationActor {
  return { kind: 'card', subjectHash, name, idLastFour, origin: ORIGIN };
}

let newPeople = 0;

/** Values of a form that can be submitted, whatever is changed. */
export function valuesFor(
  office: Pick<Office, 'today'>,
  changes: Record<string, string>,
  grants: GrantRowInput[] = [],
) {
  newPeople += 1;
  const person =
    changes['change'] === 'add'
      ? {
          name: `示範新進員${newPeople}`,
          idLastFour: '1234',
          title: '科員',
          phone: '00-0000-0000',
          email: `new.${newPeople}@example.gov.tw`,
          wishedLoginName: `new.${newPeople}`,
        }
      : {};
  const fields = { effectiveDay: office.today, reason: '業務需要', basis: '示範人字第 1 號', ...person, ...changes };
  return { fields, grants };
}

export const GRANT: GrantRowInput = {
  system: 'company',
  role: 'case-handler',
  act: 'add',
  reason: '承辦公司登記',
  validUntil: '',
};

/** The outcome that stands; a refusal fails the test. */
export function unwrap<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
  if (!isOk(outcome)) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
}

function isOk<T extends { readonly ok: boolean }>(outcome: T): outcome is Extract<T, { readonly ok: true }> {
  return outcome.ok;
}

/** What an outcome says for tests: `ok`, or the failure's code. */
export function codeOf(outcome: { ok: true } | { ok: false; failure: { code: string } }): string {
  return outcome.ok ? 'ok' : outcome.failure.code;
}

/** Drafts, attaches the signed sheet and submits. */
export async function file(
  office: Office,
  actor: ApplicationActor,
  form: FormId,
  values: FormValues,
  organisationId: string | null = null,
): Promise<Application> {
  const { context } = office.stores;
  let { application } = unwrap(await draftApplication(context, { actor, form, organisationId, values }));
  const sheet = { kind: 'signed-sheet', file: { fileName: 'sheet.pdf', bytes: PDF } } as const;
  const { number } = application;
  ({ application } = unwrap(await attachFile(context, { actor, number, version: application.version, ...sheet })));
  return unwrap(await submitApplication(context, { actor, number, version: application.version })).application;
}

export function decide(
  office: Office,
  account: Account,
  application: Application,
  kind: 'approve' | 'return' | 'refuse' = 'approve',
  note = '同意',
) {
  const { number, version } = application;
  return decideApplication(office.stores.context, { actor: by(account), number, version, kind, note });
}

export function letter(
  office: Office,
  account: Account,
  application: Application,
  paper: UploadedBytes = { fileName: '函.pdf', bytes: PDF },
) {
  return recordLetter(office.stores.context, {
    actor: by(account),
    number: application.number,
    version: application.version,
    letter: { number: '示範府經商字第 1 號', date: office.today, agency: '示範縣政府' },
    file: paper,
  });
}

export function execute(office: Office, account: Account, application: Application) {
  const { number, version } = application;
  return executeApplication(office.stores.context, { actor: by(account), number, version, note: '' });
}

export interface Agency {
  readonly place: { readonly organisation: Organisation; readonly unit: Unit };
  readonly head: Account;
  readonly registrar: Account;
  readonly clerk: Account;
}

/** An agency with one head, one registrar and one general user. */
export async function foundAgency(office: Office): Promise<Agency> {
  const place = await office.found();
  return {
    place,
    head: await office.employ(place, ['unit-head']),
    registrar: await office.employ({ ...place, unit: null }, ['registrar']),
    clerk: await office.employ(place, ['general-user']),
  };
}

/** The second route from the head on: letter, case officer, ministry administrator. */
export async function takeToMinistry(
  office: Office,
  submitted: Application,
  people: { readonly head: Account; readonly officer: Account },
): Promise<Application> {
  const reviewed = unwrap(await decide(office, people.head, submitted)).application;
  const lettered = unwrap(await letter(office, people.head, reviewed)).application;
  return unwrap(await decide(office, people.officer, lettered)).application;
}
