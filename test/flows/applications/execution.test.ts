import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { addDays } from '../../../src/calendar/months.ts';
import { applyDueChanges } from '../../../src/flows/applications/apply-due-changes.ts';
import { reconcileChanges, reportDueChanges } from '../../../src/flows/applications/report-applications.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
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
  takeToMinistry,
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

/** Files, has it approved and executes it at the agency. */
async function carryOut(agency: Agency, changes: Record<string, string>, grants: (typeof GRANT)[] = []) {
  const submitted = await file(office, by(agency.clerk), 'D-06-09', valuesFor(office, changes, grants));
  const approved = unwrap(await decide(office, agency.head, submitted)).application;
  return execute(office, agency.registrar, approved);
}

describe('one account, one person', () => {
  test('D1-086 who has a live account is given no second one', async () => {
    const agency = await foundAgency(office);
    const person = { name: '示範同一人', idLastFour: '7777' };
    expect(codeOf(await carryOut(agency, { change: 'add', unit: 'commerce', ...person }))).toBe('ok');
    const second = await carryOut(agency, { change: 'add', unit: 'commerce', ...person });
    expect(codeOf(second)).toBe('execution-person-has-account');
  });

  test('a rehired person gets a new account on the same person, and no old order touches it', async () => {
    const agency = await foundAgency(office);
    const person = { name: '示範回任員', idLastFour: '8888' };
    const first = unwrap(await carryOut(agency, { change: 'add', unit: 'commerce', ...person })).application;
    const old = await context().database.accounts.findAccount(first.subjectAccountId ?? '');
    const loginName = old?.loginName ?? '';
    const later = addDays(office.today, 3);
    const scheduled = unwrap(await carryOut(agency, { change: 'delete', loginName, effectiveDay: later })).application;
    expect(scheduled.status).toBe('executed');
    expect(codeOf(await carryOut(agency, { change: 'delete', loginName }))).toBe('ok');
    const again = unwrap(await carryOut(agency, { change: 'add', unit: 'commerce', ...person })).application;
    expect(again.subjectPersonId).toBe(first.subjectPersonId);
    expect(again.subjectAccountId).not.toBe(first.subjectAccountId);
    office.stores.advance(4 * DAY);
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 0 });
    expect((await context().database.accounts.findAccount(again.subjectAccountId ?? ''))?.state).toBe(
      'pending-activation',
    );
  });

  test('a login name is never given twice', async () => {
    const agency = await foundAgency(office);
    const values = { change: 'add', unit: 'commerce', wishedLoginName: 'demo.twice' };
    const submit = () => file(office, by(agency.clerk), 'D-06-09', valuesFor(office, values));
    const [one, two] = [await submit(), await submit()];
    const approved = unwrap(await decide(office, agency.head, one)).application;
    unwrap(await execute(office, agency.registrar, approved));
    const late = unwrap(await decide(office, agency.head, two)).application;
    expect(codeOf(await execute(office, agency.registrar, late))).toBe('execution-login-name-taken');
    expect((await context().database.applications.findApplication(two.id))?.status).toBe('in-review');
    await expect(submit()).rejects.toThrow('login-name-taken');
  });
});

test('D1-089 D1-120 a newcomer suspended and resumed by form is where he was; nobody is resumed who is not suspended', async () => {
  const agency = await foundAgency(office);
  const { application } = unwrap(await carryOut(agency, { change: 'add', unit: 'commerce' }));
  const find = () => context().database.accounts.findAccount(application.subjectAccountId ?? '');
  const loginName = (await find())?.loginName ?? '';
  unwrap(await carryOut(agency, { change: 'suspend', loginName }));
  const resume = valuesFor(office, { change: 'resume', loginName });
  const [one, two] = [
    await file(office, by(agency.clerk), 'D-06-09', resume),
    await file(office, by(agency.clerk), 'D-06-09', resume),
  ];
  unwrap(await execute(office, agency.registrar, unwrap(await decide(office, agency.head, one)).application));
  expect((await find())?.state).toBe('pending-activation');
  const late = unwrap(await decide(office, agency.head, two)).application;
  expect(codeOf(await execute(office, agency.registrar, late))).toBe('execution-transition-refused');
  expect((await find())?.state).toBe('pending-activation');
});

describe('on their day', () => {
  test('D1-082 a change of a day to come waits, and is applied once, at the first instant of that Taipei day or later', async () => {
    const agency = await foundAgency(office);
    const { clerk } = agency;
    const day = addDays(office.today, 2);
    unwrap(await carryOut(agency, { change: 'delete', loginName: clerk.loginName, effectiveDay: day }));
    const stateNow = async () => (await context().database.accounts.findAccount(clerk.id))?.state;
    expect(await stateNow()).toBe('active');
    const midnight = new Date(`${day}T00:00:00+08:00`).getTime();
    office.stores.advance(midnight - 1000 - context().clock.now().getTime());
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 0 });
    expect(await stateNow()).toBe('active');
    office.stores.advance(1000);
    const [first, second] = await Promise.all([applyDueChanges(context()), applyDueChanges(context())]);
    expect(first.applied + second.applied).toBe(1);
    expect(await stateNow()).toBe('deleted');
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 0 });
  });

  test('D1-087 D1-175 whoever leaves today has no session at his next request, and counts as same day', async () => {
    const agency = await foundAgency(office);
    const { clerk } = agency;
    const { session } = await office.stores.openSession({ account: clerk });
    unwrap(await carryOut(agency, { change: 'delete', loginName: clerk.loginName }));
    expect(await context().sessions.end(session.reference, 'administrator')).toBe(false);
    const report = await reportDueChanges(context(), by(agency.registrar), new Date(0));
    expect(report.takenAway).toMatchObject([{ isSameDay: true }]);
  });

  test('D1-082 what is late is listed until it is executed, and then counts as late', async () => {
    const agency = await foundAgency(office);
    const { clerk, head, registrar } = agency;
    const yesterday = addDays(office.today, -1);
    const values = valuesFor(office, { change: 'delete', loginName: clerk.loginName, effectiveDay: yesterday });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    const report = () => reportDueChanges(context(), by(registrar), new Date(0));
    expect((await report()).pending.map(each => each.number)).toEqual([submitted.number]);
    const stranger = await foundAgency(office);
    expect((await reportDueChanges(context(), by(stranger.registrar), new Date(0))).pending).toEqual([]);
    expect((await reportDueChanges(context(), by(clerk), new Date(0))).pending).toEqual([]);
    const approved = unwrap(await decide(office, head, submitted)).application;
    unwrap(await execute(office, registrar, approved));
    const after = await report();
    expect(after.pending).toEqual([]);
    expect(after.takenAway).toMatchObject([{ number: submitted.number, isSameDay: false }]);
  });

  test('a change that cannot be applied any more is cancelled with its reason', async () => {
    const agency = await foundAgency(office);
    const { loginName, id } = agency.clerk;
    unwrap(await carryOut(agency, { change: 'suspend', loginName, effectiveDay: addDays(office.today, 2) }));
    await office.setState(id, 'deleted');
    office.stores.advance(3 * DAY);
    expect(await applyDueChanges(context())).toEqual({ applied: 0, cancelled: 1 });
  });
});

describe('movers', () => {
  test('D1-064 a mover keeps his account, in the new unit, with nothing of what he held', async () => {
    const agency = await foundAgency(office);
    const { loginName, id } = agency.clerk;
    unwrap(await carryOut(agency, { change: 'change', loginName }, [GRANT]));
    unwrap(await carryOut(agency, { change: 'move', loginName, destination: 'other-unit', unit: 'labour' }));
    const access = await context().database.accounts.findAccess(id);
    expect(access?.account.state).toBe('active');
    expect(access?.grants.map(each => each.state)).toEqual(['ended']);
    const units = await context().database.accounts.listUnits(agency.place.organisation.id);
    expect(units.find(each => each.id === access?.account.unitId)?.code).toBe('labour');
  });

  test('D1-086 who leaves the agency loses the account; elsewhere he applies anew', async () => {
    const agency = await foundAgency(office);
    const { loginName, id } = agency.clerk;
    unwrap(await carryOut(agency, { change: 'move', loginName, destination: 'leaves-agency' }));
    expect((await context().database.accounts.findAccount(id))?.state).toBe('deleted');
  });
});

describe('the last registrar (D1-049)', () => {
  test('leaves only with a successor, by D-06-10 to 本署, and hands over in the same change', async () => {
    const { registrar, clerk, place } = await foundAgency(office);
    const chief = await office.employ({ ...place, unit: null }, ['unit-head']);
    const apply = (form: 'D-06-09' | 'D-06-10', more: Record<string, string> = {}) =>
      file(
        office,
        by(registrar),
        form,
        valuesFor(office, { change: 'delete', loginName: registrar.loginName, ...more }),
      );
    await expect(apply('D-06-09')).rejects.toThrow('account-unfit');
    await expect(apply('D-06-10')).rejects.toThrow('successor-missing');
    await expect(apply('D-06-10', { successor: registrar.loginName })).rejects.toThrow('account-unfit');
    const foreign = await foundAgency(office);
    await expect(apply('D-06-10', { successor: foreign.clerk.loginName })).rejects.toThrow('account-unknown');
    const submitted = await apply('D-06-10', { successor: clerk.loginName });
    expect(submitted.route).toEqual(['head-review', 'letter', 'ministry-review', 'ministry-execution']);
    const agreed = await takeToMinistry(office, submitted, { head: chief, officer });
    unwrap(await execute(office, administrator, agreed));
    const { accounts } = context().database;
    expect((await accounts.findAccount(registrar.id))?.state).toBe('deleted');
    expect((await accounts.findAccount(clerk.id))?.roles).toContain('registrar');
  });

  test('is refused at execution too, when he has become the last meanwhile', async () => {
    const { registrar, place } = await foundAgency(office);
    const second = await office.employ({ ...place, unit: null }, ['registrar']);
    const chief = await office.employ({ ...place, unit: null }, ['unit-head']);
    const values = valuesFor(office, { change: 'suspend', loginName: second.loginName });
    const submitted = await file(office, by(second), 'D-06-10', values);
    const agreed = await takeToMinistry(office, submitted, { head: chief, officer });
    await office.setState(registrar.id, 'suspended');
    expect(codeOf(await execute(office, administrator, agreed))).toBe('execution-last-registrar');
    expect((await context().database.accounts.findAccount(second.id))?.state).toBe('active');
  });
});

describe('D-06-11', () => {
  const password = (account: Account, more: Record<string, string> = {}) => ({
    fields: {
      loginName: account.loginName,
      effectiveDay: office.today,
      reasonKind: 'card-not-carried',
      reason: '當日須登記',
      ...more,
    },
    grants: [],
  });

  test('D1-142 D1-144 D1-145 D1-146 head approves, registrar enables, and only then there is a password', async () => {
    const { clerk, head, registrar } = await foundAgency(office);
    const submitted = await file(office, by(clerk), 'D-06-11', password(clerk));
    expect(submitted.route).toEqual(['head-review', 'enabling']);
    expect(codeOf(await execute(office, registrar, submitted))).toBe('application-act-refused');
    const approved = unwrap(await decide(office, head, submitted)).application;
    const find = () => context().database.credentials.findOneDayPassword(clerk.id, office.today);
    expect(await find()).toBeUndefined();
    expect(unwrap(await execute(office, registrar, approved)).secret).not.toBeNull();
    expect(await find()).toMatchObject({ applicationNumber: submitted.number, enabledBy: registrar.id });
  });

  test('D1-089 none is enabled for an account that never had a card', async () => {
    const { head, registrar, place } = await foundAgency(office);
    const clerk = await office.employ(place, ['general-user'], { state: 'pending-activation' });
    await office.setState(clerk.id, 'active');
    const submitted = await file(office, by(clerk), 'D-06-11', password(clerk));
    const approved = unwrap(await decide(office, head, submitted)).application;
    expect(codeOf(await execute(office, registrar, approved))).toBe('execution-account-gone');
    expect(await context().database.credentials.findOneDayPassword(clerk.id, office.today)).toBeUndefined();
  });

  test('D1-142 E5 a registrar’s own is enabled by another registrar, else by 本署', async () => {
    const { registrar, place } = await foundAgency(office);
    const chief = await office.employ({ ...place, unit: null }, ['unit-head']);
    const alone = await file(office, by(registrar), 'D-06-11', password(registrar));
    expect(alone.route).toEqual(['head-review', 'ministry-enabling']);
    const approved = unwrap(await decide(office, chief, alone)).application;
    expect(codeOf(await execute(office, registrar, approved))).toBe('application-role-missing');
    expect(codeOf(await execute(office, administrator, approved))).toBe('ok');
    const second = await office.employ({ ...place, unit: null }, ['registrar']);
    const next = await file(office, by(registrar), 'D-06-11', password(registrar));
    const agreed = unwrap(await decide(office, chief, next)).application;
    expect(codeOf(await execute(office, registrar, agreed))).toBe('application-own');
    expect(codeOf(await execute(office, second, agreed))).toBe('ok');
  });

  test('the head who is the only registrar reviews, and then 本署 enables', async () => {
    const place = await office.found();
    const both = await office.employ({ ...place, unit: null }, ['unit-head', 'registrar']);
    const clerk = await office.employ(place, ['general-user']);
    const submitted = await file(office, by(clerk), 'D-06-11', password(clerk));
    const approved = unwrap(await decide(office, both, submitted)).application;
    expect(approved.stage).toBe('ministry-enabling');
  });

  test('D1-141 D1-143 E7 without a reason, for a day gone by or beyond the limit: refused beside the field', async () => {
    const { clerk } = await foundAgency(office);
    const submit = (more: Record<string, string>) => file(office, by(clerk), 'D-06-11', password(clerk, more));
    await expect(submit({ reason: '' })).rejects.toThrow('missing');
    await expect(submit({ reasonKind: '' })).rejects.toThrow('missing');
    await expect(submit({ effectiveDay: addDays(office.today, -1) })).rejects.toThrow('day-out-of-range');
    await expect(submit({ effectiveDay: addDays(office.today, 8) })).rejects.toThrow('day-out-of-range');
    expect((await submit({ effectiveDay: addDays(office.today, 7) })).status).toBe('in-review');
  });

  test('is not enabled once its day is over', async () => {
    const { clerk, head, registrar } = await foundAgency(office);
    const submitted = await file(office, by(clerk), 'D-06-11', password(clerk));
    const approved = unwrap(await decide(office, head, submitted)).application;
    office.stores.advance(DAY);
    expect(codeOf(await execute(office, registrar, approved))).toBe('execution-day-over');
  });

  test('without a head the letter stands for him', async () => {
    const place = await office.found();
    const clerk = await office.employ(place, ['general-user']);
    const submitted = await file(office, by(clerk), 'D-06-11', password(clerk));
    const lettered = unwrap(await letter(office, officer, submitted)).application;
    const agreed = unwrap(await decide(office, officer, lettered)).application;
    expect(codeOf(await execute(office, administrator, agreed))).toBe('ok');
  });
});

test('D1-046 a change that no executed application speaks for stands out', async () => {
  const agency = await foundAgency(office);
  const { clerk, registrar } = agency;
  const executed = unwrap(
    await carryOut(agency, { change: 'change', loginName: clerk.loginName }, [GRANT]),
  ).application;
  await context().database.record([
    composeEvent(context(), 'account.granted', {
      actor: { kind: 'account', accountId: registrar.id },
      accountId: clerk.id,
      facts: { basis: 'application', basisReference: 'D-06-09-2026-9999' },
    }),
  ]);
  const found = await reconcileChanges(context(), by(registrar), new Date(0));
  const verdicts = found.map(each => [each.basisReference, each.verdict]);
  expect(verdicts).toContainEqual([executed.number, 'approved']);
  expect(verdicts).toContainEqual(['D-06-09-2026-9999', 'unapproved']);
  const stranger = await foundAgency(office);
  expect(await reconcileChanges(context(), by(stranger.registrar), new Date(0))).toEqual([]);
});

test('D1-011 D1-165 D1-173 each outcome tells the applicant, and what is sent names no secret', async () => {
  const agency = await foundAgency(office);
  const { clerk, head } = agency;
  const opened = unwrap(await carryOut(agency, { change: 'add', unit: 'commerce' }));
  for (const kind of ['return', 'refuse'] as const) {
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    unwrap(await decide(office, head, await file(office, by(clerk), 'D-06-09', values), kind, '理由'));
  }
  const told = await context().database.events.listEvents({ code: 'application.notified', limit: 50 });
  const templates = told.map(each => each.facts['template']);
  for (const template of ['account-opened', 'application-approved', 'application-returned', 'application-refused']) {
    expect(templates).toContain(template);
  }
  expect(JSON.stringify(told)).not.toContain(opened.secret);
  expect(told.every(each => each.facts['channel'] === 'mail')).toBe(true);
});
