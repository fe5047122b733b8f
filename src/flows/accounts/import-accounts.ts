import { createHash } from 'node:crypto';
import type { Account } from '../../accounts/account.ts';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { Actor, AuditEvent } from '../../audit/event.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { createAccount, grantRole, type AccountChangeOrder } from './change-account.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { BusinessSystem, Change, DatabaseChanges } from '../ports.ts';
import { readCsv, type CsvProblem, type CsvRow } from '../operations/read-csv.ts';

/** The columns of a file of existing accounts, as documented; the first three are needed. */
export const ACCOUNT_COLUMNS = [
  { name: 'login_name', needed: true, maxLength: 32, kind: 'login-name' },
  { name: 'name', needed: true, maxLength: 60 },
  { name: 'organisation', needed: true, maxLength: 64 },
  { name: 'unit', needed: false, maxLength: 64 },
  { name: 'id_last_four', needed: false, maxLength: 4, kind: 'last-four' },
  { name: 'title', needed: false, maxLength: 60 },
  { name: 'phone', needed: false, maxLength: 40, kind: 'telephone' },
  { name: 'email', needed: false, maxLength: 254, kind: 'mail' },
  /** `company:case-handler; factory:case-handler` */
  { name: 'grants', needed: false, maxLength: 1_000 },
] as const;

type Row = CsvRow<(typeof ACCOUNT_COLUMNS)[number]['name']>;

/**
 * All of it is one transaction, some ten statements an account, and the embedded store has one connection: everybody else
 * waits meanwhile, for seconds and not for minutes. A larger file is split.
 */
const ACCOUNT_LIMIT = 500;

export interface ImportedAccount {
  readonly loginName: string;
  readonly name: string;
  readonly organisation: string;
  /** How many rights wait for their approval. */
  readonly grants: number;
}

export type AccountImportOutcome =
  | { readonly ok: true; readonly dryRun: boolean; readonly accounts: readonly ImportedAccount[] }
  | { readonly ok: false; readonly problems: readonly CsvProblem[] };

/**
 * Takes over existing accounts (DESIGN §2): as pending activation, with the role of a general user and nothing else; their
 * rights wait for approval in the portal and give nothing before. All lines or none.
 *
 * @param order.dryRun  judges everything, against the store too, and changes nothing
 */
export async function importAccounts(
  context: GatewayContext,
  order: { readonly file: Uint8Array; readonly actor: Actor; readonly dryRun: boolean },
): Promise<AccountImportOutcome> {
  const read = readCsv(order.file, ACCOUNT_COLUMNS);
  if (!read.ok) return read;
  if (read.rows.length > ACCOUNT_LIMIT) {
    return { ok: false, problems: [{ line: ACCOUNT_LIMIT + 2, column: null, code: 'too-many-lines' }] };
  }
  const fileSha256 = createHash('sha256').update(order.file).digest('hex');
  return context.database.change(async (changes): Promise<Change<AccountImportOutcome>> => {
    const { judged, problems } = await judgeRows(changes, context.systems, read.rows);
    if (problems.length > 0) return { result: { ok: false, problems }, unchanged: true };
    const accounts = judged.map(({ row, organisation, grants }) => ({
      loginName: row.cells.login_name ?? '',
      name: row.cells.name ?? '',
      organisation: organisation.name,
      grants: grants.length,
    }));
    const result = { ok: true, dryRun: order.dryRun, accounts } as const;
    if (order.dryRun) return { result, unchanged: true };

    const basis = { kind: 'migrated', reference: `file ${fileSha256}` } as const;
    const events: AuditEvent[] = [];
    for (const each of judged) events.push(...(await takeOver(context, changes, each, { actor: order.actor, basis })));
    const facts = { accounts: accounts.length, fileSha256 };
    const event = composeEvent(context, 'account.imported', { actor: order.actor, facts });
    return { result, events: [event, ...events] };
  });
}

interface JudgedRow {
  readonly row: Row;
  readonly organisation: Organisation;
  readonly unit: Unit | undefined;
  readonly grants: readonly { readonly systemId: string; readonly role: string }[];
}

async function judgeRows(
  changes: DatabaseChanges,
  systems: ReadonlyMap<string, BusinessSystem>,
  rows: readonly Row[],
): Promise<{ readonly judged: readonly JudgedRow[]; readonly problems: readonly CsvProblem[] }> {
  const problems: CsvProblem[] = [];
  const judged: JudgedRow[] = [];
  const organisations = new Map((await changes.listOrganisations()).map(each => [each.code, each]));
  const units = await changes.listUnits();
  const accounts = await changes.listAccounts();
  const taken = new Set(accounts.map(account => account.loginName));
  const people = new PeopleOfImport(changes, accounts, rows);
  const seen = new Map<string, number>();
  for (const row of rows) {
    const { line, cells } = row;
    const report = (column: keyof typeof cells, code: CsvProblem['code'], cell = cells[column] ?? ''): void =>
      void problems.push({ line, column, code, cell });
    const loginName = cells.login_name ?? '';
    if (seen.has(loginName)) report('login_name', 'repeated');
    else if (taken.has(loginName)) report('login_name', 'taken');
    seen.set(loginName, line);
    const doubt = await people.judge(row);
    if (doubt !== null) report(doubt === 'namesake' ? 'id_last_four' : 'name', doubt);

    const organisation = organisations.get(cells.organisation ?? '');
    if (organisation === undefined) report('organisation', 'unknown');
    const unit = units.find(each => each.organisationId === organisation?.id && each.code === cells.unit);
    if (organisation !== undefined && cells.unit !== null && unit === undefined) report('unit', 'unknown');

    const wanted = (cells.grants ?? '').split(';').flatMap(text => (text.trim() === '' ? [] : [text.trim()]));
    const grants = wanted.flatMap(text => {
      const [systemId = '', role = '', ...more] = text.split(':').map(part => part.trim());
      const isKnown = systems.get(systemId)?.roles.some(each => each.code === role) === true && more.length === 0;
      if (!isKnown) report('grants', 'unknown', text);
      return isKnown ? [{ systemId, role }] : [];
    });
    if (new Set(grants.map(each => `${each.systemId}:${each.role}`)).size < grants.length) report('grants', 'repeated');
    // Bodies that are no competent authority get nothing without a legal basis and an extra approval (D1-084, D1-085).
    if (organisation?.kind === 'other' && grants.length > 0) report('grants', 'contradiction');
    if (organisation !== undefined) judged.push({ row, organisation, unit, grants });
  }
  return { judged, problems };
}

/** Sees to it that nobody gets a second account (D1-086): a person is told by name and last four characters. */
class PeopleOfImport {
  readonly #changes: DatabaseChanges;
  readonly #liveNames: ReadonlySet<string>;
  readonly #namesakes = new Map<string, number>();
  readonly #seen = new Set<string>();

  constructor(changes: DatabaseChanges, accounts: readonly Account[], rows: readonly Row[]) {
    this.#changes = changes;
    this.#liveNames = new Set(accounts.filter(each => each.state !== 'deleted').map(each => each.name));
    for (const { cells } of rows) {
      const name = cells.name ?? '';
      this.#namesakes.set(name, (this.#namesakes.get(name) ?? 0) + 1);
    }
  }

  /** `namesake`: without the last four characters he cannot be told from another of his name, here or in the file. */
  async judge({ cells }: Row): Promise<'person-repeated' | 'person-taken' | 'namesake' | null> {
    const name = cells.name ?? '';
    const lastFour = cells.id_last_four;
    if (lastFour === null) {
      return this.#liveNames.has(name) || (this.#namesakes.get(name) ?? 0) > 1 ? 'namesake' : null;
    }
    const person = `${lastFour} ${name}`;
    if (this.#seen.has(person)) return 'person-repeated';
    this.#seen.add(person);
    if (!this.#liveNames.has(name)) return null;
    const known = await this.#changes.applications.listKnownAccounts(name, lastFour);
    return known.some(each => each.isLive) ? 'person-taken' : null;
  }
}

async function takeOver(
  context: GatewayContext,
  changes: DatabaseChanges,
  { row, organisation, unit, grants }: JudgedRow,
  order: AccountChangeOrder,
): Promise<AuditEvent[]> {
  const { cells } = row;
  const now = context.clock.now();
  const person = {
    id: context.randomness.uuid(),
    name: cells.name ?? '',
    idLastFour: cells.id_last_four,
    title: cells.title,
    phone: cells.phone,
    email: cells.email,
  };
  const account: Account = {
    id: context.randomness.uuid(),
    loginName: cells.login_name ?? '',
    personId: person.id,
    name: person.name,
    organisationId: organisation.id,
    unitId: unit?.id ?? null,
    state: 'pending-activation',
    roles: ['general-user'],
    issuedAt: now,
    lastLoginAt: null,
  };
  await changes.insertPerson(person);
  const events = [await createAccount(context, changes, account, order)];
  for (const { systemId, role } of grants) {
    const grant = {
      id: context.randomness.uuid(),
      accountId: account.id,
      systemId,
      role,
      reason: '自既有帳號移轉',
      basis: 'migrated',
      validFrom: taipeiDayOf(now),
      validUntil: null,
      state: 'pending',
    } as const;
    events.push(await grantRole(context, changes, grant, order));
  }
  return events;
}
