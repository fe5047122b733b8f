import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { DormancyPolicy } from '../../../src/accounts/dormancy.ts';
import { addDays, overFrom } from '../../../src/calendar/months.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import type { DeskActor } from '../../../src/flows/accounts/desk-act.ts';
import { previewDormancy } from '../../../src/flows/operations/dormancy.ts';
import { exemptFromDormancy } from '../../../src/flows/operations/exempt-from-dormancy.ts';
import { runDormancy } from '../../../src/flows/operations/run-dormancy.ts';
import { runDueJobs, type Job } from '../../../src/flows/operations/run-due-jobs.ts';
import { setSuspension } from '../../../src/flows/accounts/suspend-account.ts';
import { writeNotice } from '../../../src/notices/notice.ts';
import { anEvent } from '../../contract/people-of-record.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';

const DAY = 86_400_000;
const EVERYTHING = [{ scope: { kind: 'everything' } }] as const;
const SUSPEND: DormancyPolicy = { months: 3, action: 'suspend', warningDays: 14 };

let test_: TestContext;
let people: PeopleOfDesk;
const open = async (): Promise<void> => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
};
const close = (): Promise<void> => test_.close();

const today = (): string => taipeiDayOf(test_.context.clock.now());
const stateOf = async (account: Account) => (await test_.context.database.accounts.findAccount(account.id))?.state;
const eventsOf = (account: Account, code: string) =>
  test_.context.database.events.listEvents({ accountId: account.id, code, limit: 50 });
/** Everybody was issued on one day and never logged in: the day on which they are dormant. */
const dormantFrom = (): string => overFrom(taipeiDayOf(people.user.issuedAt), 3);

function advanceTo(day: string): void {
  test_.advance(new Date(`${day}T01:00:00+08:00`).getTime() - test_.context.clock.now().getTime());
}
async function logIn(account: Account): Promise<void> {
  await test_.context.database.change(async changes => {
    await changes.setLastLogin(account.id, test_.context.clock.now());
    return { result: undefined, events: [anEvent({ code: 'login.succeeded' })] };
  });
}
const actorOf = (account: Account, mayDecide = true): DeskActor => ({
  accountId: account.id,
  mayDecide,
  origin: { requestId: 'r', clientAddress: '127.0.0.1' },
});

describe('the rule', () => {
  beforeEach(open);
  afterEach(close);

  test('D1-100 E9 accounts are warned, then suspended on the day after three months, with rule and run in the event', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -15));
    expect(await runDormancy(context, SUSPEND)).toMatchObject({ warned: 0, acted: 0 });

    advanceTo(addDays(dormantFrom(), -14));
    expect((await runDormancy(context, SUSPEND)).warned).toBeGreaterThan(0);
    const warning = await context.database.operations.listNotices(
      { accountId: people.user.id },
      { offset: 0, limit: 10 },
    );
    expect(warning.entries[0]?.notice).toMatchObject({
      template: 'dormancy-warning',
      toAddress: 'c-user@example.gov.tw',
      textVersion: 'dormancy-warning/1',
    });
    expect(warning.entries[0]?.notice.body).toContain(dormantFrom());
    // Told once, not every night.
    advanceTo(addDays(dormantFrom(), -1));
    expect(await runDormancy(context, SUSPEND)).toMatchObject({ warned: 0, acted: 0 });
    expect(await stateOf(people.user)).toBe('active');

    await logIn(people.stranger);
    advanceTo(dormantFrom());
    const run = await runDormancy(context, SUSPEND);
    expect(await stateOf(people.user)).toBe('suspended');
    expect(await stateOf(people.stranger)).toBe('active');
    const [event] = await eventsOf(people.user, 'account.suspended');
    expect(event).toMatchObject({ actor: { kind: 'gateway' }, facts: { basis: 'policy', after: 'suspended' } });
    expect(event?.facts['basisReference']).toBe(`dormancy: over 3 months without login: suspend (run ${run.id})`);
    const [recorded] = await context.database.operations.listDormancyRuns();
    expect(recorded).toEqual(run);
    // A second run on the same day finds nothing more.
    expect(await runDormancy(context, SUSPEND)).toMatchObject({ warned: 0, acted: 0 });
  });

  test('D1-101 configured to delete, it ends grants and sessions too', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    const remove: DormancyPolicy = { ...SUSPEND, action: 'delete' };
    await runDormancy(context, remove);
    await context.database.change(async changes => {
      await changes.setLastLogin(test_.account.id, new Date(Date.now() - 400 * DAY));
      return { result: undefined, events: [anEvent()] };
    });
    // A warning speaks of one time of idleness: this one has a new beginning, so it is warned again first.
    await runDormancy(context, remove);
    expect(await stateOf(test_.account)).toBe('active');
    advanceTo(dormantFrom());
    const { session } = await test_.openSession();
    await runDormancy(context, remove);
    expect(await stateOf(people.user)).toBe('deleted');
    expect(await stateOf(test_.account)).toBe('deleted');
    const access = await context.database.accounts.findAccess(people.user.id);
    expect(access?.grants.every(grant => grant.state === 'ended')).toBe(true);
    const [ended] = await eventsOf(test_.account, 'session.ended');
    expect(ended).toMatchObject({ sessionReference: session.reference, facts: { reason: 'account-changed' } });
  });

  test('D1-100 who is resumed is warned anew and has the whole time, whatever he was told before', async () => {
    const { context } = test_;
    const remove: DormancyPolicy = { ...SUSPEND, action: 'delete' };
    advanceTo(addDays(dormantFrom(), -14));
    await runDormancy(context, SUSPEND);
    advanceTo(dormantFrom());
    await runDormancy(context, SUSPEND);
    expect(await stateOf(people.user)).toBe('suspended');
    const resumed = await setSuspension(context, {
      actor: actorOf(people.administrator),
      accountId: people.user.id,
      to: 'resumed',
      reason: '復職',
    });
    expect(resumed).toMatchObject({ ok: true });
    await runDormancy(context, remove);
    expect(await stateOf(people.user)).toBe('active');
    advanceTo(addDays(dormantFrom(), 13));
    await runDormancy(context, remove);
    expect(await stateOf(people.user)).toBe('active');
    advanceTo(addDays(dormantFrom(), 14));
    await runDormancy(context, remove);
    expect(await stateOf(people.user)).toBe('deleted');
  });

  test('D1-100 who is activated on a warning from before is not dormant the same night', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    await runDormancy(context, SUSPEND);
    advanceTo(dormantFrom());
    await context.database.change(async changes => {
      await changes.setAccountState(people.user.id, 'active');
      return { result: undefined, events: [anEvent({ code: 'account.activated' })] };
    });
    await runDormancy(context, SUSPEND);
    expect(await stateOf(people.user)).toBe('active');
  });

  test('D1-100 an account that cannot be dealt with keeps none behind it waiting, and the run fails in the end', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    const [first, ...others] = await previewDormancy(context.database, SUSPEND, today(), EVERYTHING);
    const known = writeNotice({
      id: context.randomness.uuid(),
      template: 'profile-stale',
      facts: { name: '示範員', loginName: 'demo', since: '2025-01-01', portal: 'https://portal.gateway.test' },
      accountId: people.user.id,
      toAddress: null,
      language: 'zh',
      createdAt: context.clock.now(),
    });
    await context.database.change(async changes => {
      await changes.operations.insertNotice(known);
      return { result: undefined, events: [anEvent()] };
    });
    // The run's own id is the first; the second, of the first account's notice, is one that the store refuses.
    let count = 0;
    const uuid = (): string => ((count += 1) === 2 ? known.id : context.randomness.uuid());
    const unlucky = { ...context, randomness: { ...context.randomness, uuid } };
    await expect(runDormancy(unlucky, SUSPEND)).rejects.toThrow(
      `1 of the accounts failed; account ${first?.account.id ?? ''}`,
    );
    const [run] = await context.database.operations.listDormancyRuns();
    expect(run).toMatchObject({ warned: others.length });
    const [completed] = await context.database.events.listEvents({ code: 'dormancy.completed', limit: 1 });
    expect(completed?.facts).toMatchObject({ failed: 1, warned: others.length });
    // Tried again, it is dealt with.
    expect(await runDormancy(context, SUSPEND)).toMatchObject({ warned: 1 });
  });

  test('D1-100 a run that has lost its lease stops at once', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    const robbed: Job = {
      name: 'dormancy-robbed',
      cadence: 'daily',
      run: async fenced => {
        test_.advance(61_000);
        const now = context.clock.now().getTime();
        const [at, until, plausibleUntil] = [new Date(now), new Date(now + 60_000), new Date(now + 900_000)];
        await context.database.jobs.takeLease('dormancy-robbed', 'node-b', at, until, plausibleUntil);
        await runDormancy(fenced, SUSPEND);
        return {};
      },
    };
    const settings = { holder: 'node-a', leaseMs: 60_000, retryMs: 300_000 };
    expect(await runDueJobs(context, [robbed], settings)).toMatchObject([{ outcome: 'lost' }]);
    expect(await context.database.operations.listDormancyWarnings()).toEqual([]);
    expect(await context.database.operations.listDormancyRuns()).toEqual([]);
  });

  test('the last registrar and the officers of 本署 stay, 本署 is told; of two registrars one stays', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    await runDormancy(context, SUSPEND);
    advanceTo(dormantFrom());
    const run = await runDormancy(context, SUSPEND);
    for (const kept of [people.caseOfficer, people.administrator, people.cityRegistrar]) {
      expect(await stateOf(kept)).toBe('active');
      const [event] = await eventsOf(kept, 'dormancy.warned');
      expect(event?.facts).toMatchObject({ run: run.id });
      expect(event?.facts).toHaveProperty('keptAsLast');
    }
    const states = [await stateOf(people.registrar), await stateOf(people.secondRegistrar)];
    expect(states.toSorted()).toEqual(['active', 'suspended']);
    expect(run.kept).toBe(4);
    const told = await context.database.operations.listNotices(
      { accountId: people.administrator.id },
      { offset: 0, limit: 50 },
    );
    expect(told.entries.filter(entry => entry.notice.template === 'officer-dormant').length).toBeGreaterThanOrEqual(2);
    // The next night nobody is told again.
    advanceTo(addDays(dormantFrom(), 1));
    expect(await runDormancy(context, SUSPEND)).toMatchObject({ kept: 0, acted: 0 });
  });

  test('D1-100 an exemption with reason and term keeps an account; after the term the rule holds again', async () => {
    const { context } = test_;
    advanceTo(addDays(dormantFrom(), -14));
    await runDormancy(context, SUSPEND);
    const until = addDays(dormantFrom(), 10);
    const exempted = await exemptFromDormancy(context, {
      actor: actorOf(people.registrar),
      loginName: people.user.loginName,
      reason: '留職停薪',
      until,
    });
    expect(exempted).toEqual({ ok: true });
    advanceTo(until);
    await runDormancy(context, SUSPEND);
    expect(await stateOf(people.user)).toBe('active');
    advanceTo(addDays(until, 1));
    await runDormancy(context, SUSPEND);
    expect(await stateOf(people.user)).toBe('suspended');
    expect(await eventsOf(people.user, 'account.exempted')).toMatchObject([{ facts: { reason: '留職停薪', until } }]);
  });
});
