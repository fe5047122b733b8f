import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { addDays } from '../../../src/calendar/months.ts';
import { applyDueChanges } from '../../../src/flows/applications/apply-due-changes.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { reportDueChanges } from '../../../src/flows/applications/report-applications.ts';
import { setSuspension } from '../../../src/flows/accounts/suspend-account.ts';
import {
  by,
  codeOf,
  decide,
  desk,
  execute,
  file,
  foundAgency,
  GRANT,
  letter,
  openOffice,
  unwrap,
  valuesFor,
  type Agency,
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

const context = () => office.stores.context;
const DAY = 86_400_000;
const tomorrow = () => addDays(office.today, 1);
const accountOf = async ({ id }: Account) => context().database.accounts.findAccount(id);
const waitingFor = ({ id: accountId }: Account) => context().database.applications.listWaitingChanges({ accountId });

/** Files, has it approved and executes it at the agency. */
async function carryOut(agency: Agency, changes: Record<string, string>, grants: (typeof GRANT)[] = []) {
  const submitted = await file(office, by(agency.clerk), 'D-06-09', valuesFor(office, changes, grants));
  const approved = unwrap(await decide(office, agency.head, submitted)).application;
  return execute(office, agency.registrar, approved);
}

/** The registrar leaves on `effectiveDay`: D-06-10 up to its execution. */
async function leaveAsRegistrar(leaver: Account, effectiveDay: string) {
  const values = valuesFor(office, { change: 'delete', loginName: leaver.loginName, effectiveDay });
  const lettered = unwrap(await letter(office, officer, await file(office, by(leaver), 'D-06-10', values))).application;
  return execute(office, administrator, unwrap(await decide(office, officer, lettered)).application);
}

async function newestNotice({ id: accountId }: Account) {
  const { entries } = await context().database.operations.listNotices({ accountId }, { offset: 0, limit: 1 });
  return entries[0]?.notice;
}

describe('what waits for its day', () => {
  test('D1-082 D1-087 a leave that waits is not undone by a change that only gives', async () => {
    const agency = await foundAgency(office);
    const { loginName } = agency.clerk;
    const leave = unwrap(await carryOut(agency, { change: 'delete', loginName, effectiveDay: tomorrow() })).application;
    expect(await newestNotice(agency.clerk)).toMatchObject({ template: 'application-scheduled' });
    const giving = await carryOut(agency, { change: 'change', loginName }, [GRANT]);
    expect(giving).toMatchObject({
      failure: { code: 'execution-taking-away-waits', number: leave.number, day: tomorrow() },
    });
    office.stores.advance(DAY);
    expect(await applyDueChanges(context())).toEqual({ applied: 1, cancelled: 0 });
    expect((await accountOf(agency.clerk))?.state).toBe('deleted');
  });

  test('D1-082 a later taking-away comes over it, and the record names both', async () => {
    const agency = await foundAgency(office);
    const { loginName, id: accountId } = agency.clerk;
    const first = unwrap(
      await carryOut(agency, { change: 'suspend', loginName, effectiveDay: tomorrow() }),
    ).application;
    const second = unwrap(await carryOut(agency, { change: 'delete', loginName })).application;
    expect(await waitingFor(agency.clerk)).toEqual([]);
    const code = 'account.change-cancelled';
    const [event] = await context().database.events.listEvents({ accountId, code, limit: 5 });
    expect(event?.facts).toMatchObject({ number: first.number, because: second.number });
    const { cancelled } = await reportDueChanges(context(), by(agency.registrar), new Date(0));
    expect(cancelled).toMatchObject([{ number: first.number, because: second.number }]);
  });

  test('D1-082 what only gives is replaced by any later approval', async () => {
    const agency = await foundAgency(office);
    const change = { change: 'change', loginName: agency.clerk.loginName };
    unwrap(await carryOut(agency, { ...change, effectiveDay: tomorrow() }, [GRANT]));
    expect(codeOf(await carryOut(agency, change, [GRANT]))).toBe('ok');
    expect(await waitingFor(agency.clerk)).toEqual([]);
  });

  test('D1-082 what could not be applied today is not scheduled', async () => {
    const agency = await foundAgency(office);
    const { loginName, id } = agency.clerk;
    const values = valuesFor(office, { change: 'suspend', loginName, effectiveDay: tomorrow() });
    const submitted = await file(office, by(agency.clerk), 'D-06-09', values);
    const approved = unwrap(await decide(office, agency.head, submitted)).application;
    await office.setState(id, 'deleted');
    expect(codeOf(await execute(office, agency.registrar, approved))).toBe('execution-account-gone');
    expect(await waitingFor(agency.clerk)).toEqual([]);
  });

  test('D1-049 D1-087 a registrar who has become the last is out on his day all the same; his executor is told', async () => {
    const agency = await foundAgency(office);
    const { registrar } = agency;
    const second = await office.employ({ ...agency.place, unit: null }, ['registrar']);
    const leave = unwrap(await leaveAsRegistrar(registrar, tomorrow())).application;
    expect(codeOf(await leaveAsRegistrar(second, office.today))).toBe('ok');
    const { session } = await office.stores.openSession({ account: registrar });
    office.stores.advance(DAY);
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 1 });
    expect((await accountOf(registrar))?.state).toBe('suspended');
    expect(await context().sessions.end(session.reference, 'administrator')).toBe(false);
    const { cancelled } = await reportDueChanges(context(), by(administrator), new Date(0));
    expect(cancelled).toContainEqual(
      expect.objectContaining({ number: leave.number, because: 'execution-last-registrar' }),
    );
    expect(await newestNotice(administrator)).toMatchObject({ template: 'change-not-applied' });
  });

  test('D1-082 one that fails keeps nobody behind it waiting, and the job says so', async () => {
    const agency = await foundAgency(office);
    const neighbour = await office.employ(agency.place, ['general-user']);
    for (const { loginName } of [agency.clerk, neighbour]) {
      unwrap(await carryOut(agency, { change: 'suspend', loginName, effectiveDay: tomorrow() }));
    }
    office.stores.advance(DAY);
    const { database } = context();
    let changes = 0;
    const troubled: GatewayContext = {
      ...context(),
      database: {
        ...database,
        accounts: database.accounts,
        applications: database.applications,
        record: events => database.record(events),
        change: work => {
          changes += 1;
          return changes === 1 ? Promise.reject(new Error('示範故障')) : database.change(work);
        },
        ping: () => database.ping(),
        close: () => database.close(),
      },
    };
    await expect(applyDueChanges(troubled)).rejects.toThrow('1 due changes could not be dealt with');
    const states = await Promise.all([agency.clerk, neighbour].map(accountOf));
    expect(states.map(each => each?.state).sort()).toEqual(['active', 'suspended']);
    expect(await applyDueChanges(context())).toEqual({ applied: 1, cancelled: 0 });
  });

  test('D1-082 a new account is not opened before its day', async () => {
    const agency = await foundAgency(office);
    const values = { change: 'add', unit: 'commerce', effectiveDay: tomorrow() };
    const submitted = await file(office, by(agency.clerk), 'D-06-09', valuesFor(office, values));
    const approved = unwrap(await decide(office, agency.head, submitted)).application;
    expect(await execute(office, agency.registrar, approved)).toMatchObject({
      failure: { code: 'execution-day-ahead', day: tomorrow() },
    });
    office.stores.advance(DAY);
    expect(codeOf(await execute(office, agency.registrar, approved))).toBe('ok');
  });
});

describe('the last officers of 本署', () => {
  const atMinistry = () => ({ organisation: office.ministry, unit: null });

  async function decideAt(changes: Record<string, string>, decider: Account) {
    const clerk = await office.employ(atMinistry(), ['general-user']);
    const submitted = await file(office, by(clerk), 'D-06-09', valuesFor(office, changes));
    const lettered = unwrap(await letter(office, decider, submitted)).application;
    return unwrap(await decide(office, decider, lettered)).application;
  }

  test('D1-014 the last administrator keeps role and account, now and on a day to come', async () => {
    const second = await office.employ(atMinistry(), ['ministry-administrator']);
    const removal = { change: 'change', gatewayRole: 'ministry-administrator', roleAct: 'remove' };
    const later = await decideAt({ ...removal, loginName: second.loginName, effectiveDay: tomorrow() }, officer);
    expect(codeOf(await execute(office, administrator, later))).toBe('ok');
    const first = await decideAt({ ...removal, loginName: administrator.loginName }, officer);
    expect(codeOf(await execute(office, second, first))).toBe('ok');
    office.stores.advance(DAY);
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 1 });
    expect((await accountOf(second))?.roles).toContain('ministry-administrator');
    const leaving = await decideAt({ change: 'delete', loginName: officer.loginName }, await secondOfficer());
    await office.setState((await secondOfficer()).id, 'suspended');
    expect(codeOf(await execute(office, second, leaving))).toBe('execution-last-officer');
  });

  let spare: Account | undefined;
  async function secondOfficer(): Promise<Account> {
    spare ??= await office.employ(atMinistry(), ['case-officer']);
    return spare;
  }

  test('D1-014 the last case officer is not suspended at the desk; one of two is', async () => {
    const keeper = await office.employ(atMinistry(), ['ministry-administrator']);
    const suspend = ({ id: accountId }: Account) =>
      setSuspension(context(), { actor: desk(keeper), accountId, to: 'suspended', reason: '調查' });
    expect(codeOf(await suspend(officer))).toBe('fields-invalid');
    await office.employ(atMinistry(), ['case-officer']);
    expect(codeOf(await suspend(officer))).toBe('ok');
  });
});

describe('what a body may ask for', () => {
  test.each(['agency', 'other'] as const)('officers of 本署 are not applied for by %s', async kind => {
    const place = await office.found(kind);
    const user = await office.employ(place, ['general-user']);
    for (const gatewayRole of ['case-officer', 'ministry-administrator']) {
      const values = { change: 'change', loginName: user.loginName, gatewayRole, roleAct: 'add', legalBasis: '示範法' };
      await expect(file(office, by(user), 'D-06-09', valuesFor(office, values))).rejects.toThrow('gatewayRole');
    }
  });

  test('D1-085 D1-087 whoever leaves a body without competence needs no legal basis for it', async () => {
    const place = await office.found('other');
    const user = await office.employ(place, ['general-user']);
    const leave = valuesFor(office, { change: 'delete', loginName: user.loginName });
    expect((await file(office, by(user), 'D-06-09', leave)).status).toBe('in-review');
  });
});
