import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { DormancyExemption } from '../../src/accounts/dormancy.ts';
import type { PersonnelRecord } from '../../src/accounts/personnel.ts';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import { UniquenessFault } from '../../src/flows/ports.ts';
import { LeaseLostFault, type DormancyRun } from '../../src/flows/ports/operations.ts';
import { writeNotice, type Notice } from '../../src/notices/notice.ts';
import { anEvent, anOrganisation, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

const T0 = new Date('2026-11-22T00:00:00Z');
const after = (seconds: number): Date => new Date(T0.getTime() + seconds * 1_000);

function aNotice(accountId: string | null, changes: Partial<Notice> = {}): Notice {
  return {
    ...writeNotice({
      id: randomUUID(),
      template: 'profile-stale',
      facts: { name: '示範員', loginName: 'demo', since: '2025-01-01', portal: 'https://portal.gateway.test' },
      accountId,
      toAddress: 'demo@example.gov.tw',
      language: 'zh',
      createdAt: T0,
    }),
    ...changes,
  };
}

function aRecord(line: number, changes: Partial<PersonnelRecord> = {}): PersonnelRecord {
  return {
    line,
    employeeNumber: `E${line}`,
    name: '示範員',
    idLastFour: null,
    loginName: null,
    unitCode: null,
    status: 'in-service',
    effectiveDay: null,
    title: null,
    email: null,
    ...changes,
  };
}

export function describeOperations(store: () => TestDatabase): void {
  describe('job leases', () => {
    test('one taker holds a lease until it ends; the next one has a higher fence', async () => {
      const { jobs } = store().database;
      const name = randomUUID();
      const first = await jobs.takeLease(name, 'a', T0, after(60), after(900));
      expect(first).toEqual({ name, holder: 'a', fence: 1, lastCompletedDay: null });
      expect(await jobs.takeLease(name, 'b', after(59), after(119), after(900))).toBeUndefined();
      expect(await jobs.takeLease(name, 'b', after(60), after(120), after(900))).toMatchObject({
        holder: 'b',
        fence: 2,
      });
      if (first === undefined) throw new Error('no lease');
      expect(await jobs.renewLease(first, after(180))).toBe(false);
      await jobs.releaseLease(first, T0, 'late');
      expect(await jobs.takeLease(name, 'c', after(61), after(121), after(900))).toBeUndefined();
    });

    test('a lease that runs far past what a lease can is of a wrong clock, and taken over', async () => {
      const { jobs } = store().database;
      const name = randomUUID();
      await jobs.takeLease(name, 'ahead', after(86_400), after(86_460), after(87_300));
      expect(await jobs.takeLease(name, 'b', T0, after(60), after(86_460))).toBeUndefined();
      expect(await jobs.takeLease(name, 'b', T0, after(60), after(86_459))).toMatchObject({ holder: 'b', fence: 2 });
    });

    test('of many takers at once exactly one gets it', async () => {
      const name = randomUUID();
      const takers = Array.from({ length: 8 }, (_, i) =>
        store().database.jobs.takeLease(name, `n${i}`, T0, after(60), after(900)),
      );
      expect((await Promise.all(takers)).filter(lease => lease !== undefined)).toHaveLength(1);
    });

    test('renewed it goes on, released it is free, with the day that was completed', async () => {
      const { jobs, operations } = store().database;
      const lease = await jobs.takeLease(randomUUID(), 'a', T0, after(60), after(900));
      if (lease === undefined) throw new Error('no lease');
      expect(await jobs.renewLease(lease, after(600))).toBe(true);
      expect(await jobs.takeLease(lease.name, 'b', after(300), after(360), after(900))).toBeUndefined();
      await store().write(changes => changes.operations.completeJob(lease, '2026-11-22', after(301)));
      await jobs.releaseLease(lease, after(302), null);
      expect((await operations.listJobs()).find(job => job.name === lease.name)).toMatchObject({
        holder: 'a',
        lastCompletedDay: '2026-11-22',
        lastCompletedAt: after(301),
        freeFrom: after(302),
      });
      expect(await jobs.takeLease(lease.name, 'b', after(302), after(360), after(900))).toMatchObject({
        lastCompletedDay: '2026-11-22',
      });
    });

    test('who has lost the lease writes nothing, completes nothing', async () => {
      const { jobs } = store().database;
      const lost = await jobs.takeLease(randomUUID(), 'a', T0, after(60), after(900));
      if (lost === undefined) throw new Error('no lease');
      await jobs.takeLease(lost.name, 'b', after(61), after(121), after(900));
      const { account } = await commitAccount(store().database);
      const written = store().write(async changes => {
        await changes.setAccountState(account.id, 'suspended');
        await changes.operations.requireLease(lost);
      });
      await expect(written).rejects.toThrow(LeaseLostFault);
      const completed = store().write(changes => changes.operations.completeJob(lost, '2026-11-22', T0));
      await expect(completed).rejects.toThrow(LeaseLostFault);
      expect(await store().database.accounts.findAccount(account.id)).toMatchObject({ state: 'active' });
    });

    test('a lease of a job that never was is no lease', async () => {
      const lease = { name: randomUUID(), holder: 'a', fence: 1, lastCompletedDay: null };
      const change = store().write(changes => changes.operations.requireLease(lease));
      await expect(change).rejects.toThrow(LeaseLostFault);
      expect(await store().database.jobs.renewLease(lease, after(60))).toBe(false);
    });
  });

  describe('outbox', () => {
    test('a notice waits from its creation and is settled once', async () => {
      const { account, organisation } = await commitAccount(store().database);
      const notice = aNotice(account.id);
      await store().write(changes => changes.operations.insertNotice(notice));
      const { operations } = store().database;
      expect(await operations.findNotice(notice.id)).toEqual({
        notice,
        state: 'waiting',
        failedAttempts: 0,
        nextAttemptAt: T0,
        lastProblem: null,
        settledAt: null,
        settledBy: null,
      });
      const due = async (at: Date) => (await operations.listDueNotices(at, 500)).map(entry => entry.notice.id);
      expect(await due(after(-1))).not.toContain(notice.id);
      expect(await due(T0)).toContain(notice.id);

      await store().write(changes => changes.operations.markNoticeFailed(notice.id, 'a\r\nb\0\u{d800}', after(60)));
      expect(await operations.findNotice(notice.id)).toMatchObject({ failedAttempts: 1, lastProblem: 'a b \u{fffd}' });
      expect(await due(after(59))).not.toContain(notice.id);
      await store().write(changes => changes.operations.markNoticeSent(notice.id, after(61)));
      expect(await operations.findNotice(notice.id)).toMatchObject({ state: 'sent', settledAt: after(61) });
      const again = store().write(changes => changes.operations.markNoticeSent(notice.id, after(62)));
      await expect(again).rejects.toThrow('waiting notice');

      const ofOrganisation = { organisationId: organisation.id };
      const page = await operations.listNotices(ofOrganisation, { offset: 0, limit: 10 });
      expect(page).toMatchObject({ total: 1, entries: [{ notice: { id: notice.id } }] });
      for (const filter of [{ ...ofOrganisation, state: 'waiting' as const }, { accountId: 'none' }]) {
        expect(await operations.listNotices(filter, { offset: 0, limit: 10 })).toEqual({ entries: [], total: 0 });
      }
    });

    test('without an address, or given up, a notice is handed over by somebody', async () => {
      const { account } = await commitAccount(store().database);
      const { account: registrar } = await commitAccount(store().database);
      const [sheet, given] = [aNotice(account.id, { toAddress: null }), aNotice(account.id)];
      await store().write(async changes => {
        await changes.operations.insertNotice(sheet);
        await changes.operations.insertNotice(given);
        await changes.operations.markNoticeFailed(given.id, 'no such mailbox', null);
      });
      const { operations } = store().database;
      expect(await operations.findNotice(sheet.id)).toMatchObject({ state: 'to-hand-over', nextAttemptAt: null });
      for (const { id } of [sheet, given]) {
        await store().write(changes => changes.operations.markNoticeHandedOver(id, registrar.id, after(5)));
        expect(await operations.findNotice(id)).toMatchObject({ state: 'handed-over', settledBy: registrar.id });
      }
    });

    test('a notice that is waiting for the mail is not handed over; one to nobody is refused', async () => {
      const { account } = await commitAccount(store().database);
      const notice = aNotice(account.id);
      await store().write(changes => changes.operations.insertNotice(notice));
      const early = store().write(changes => changes.operations.markNoticeHandedOver(notice.id, account.id, T0));
      await expect(early).rejects.toThrow('to hand over');
      const stranger = store().write(changes => changes.operations.insertNotice(aNotice(randomUUID())));
      await expect(stranger).rejects.toThrow(StatementFault);
    });
  });

  describe('personnel data', () => {
    test('the newest import of an organisation is found with its records in order', async () => {
      const organisation = anOrganisation();
      const records = Array.from({ length: 1_500 }, (_, i) => aRecord(i + 2, { idLastFour: 'A12Z', unitCode: 'u' }));
      const make = (importedAt: Date, count: number) => ({
        id: randomUUID(),
        organisationId: organisation.id,
        importedBy: 'demo',
        importerId: null,
        importedAt,
        fileSha256: 'ab'.repeat(32),
        recordCount: count,
      });
      const [older, newer] = [make(T0, 3), make(after(1), records.length)];
      await store().write(async changes => {
        await changes.insertOrganisation(organisation);
        await changes.operations.insertPersonnelImport(older, records.slice(0, 3));
        await changes.operations.insertPersonnelImport(newer, records);
      });
      const { operations } = store().database;
      expect(await operations.findLatestPersonnelImport(organisation.id)).toEqual(newer);
      expect(await operations.listPersonnelRecords(newer.id)).toEqual(records);
      expect(await operations.listPersonnelRecords(older.id)).toEqual([]);
      expect(await operations.findPersonnelImport(older.id)).toEqual(older);
      expect(await operations.findLatestPersonnelImport(randomUUID())).toBeUndefined();
      const twice = store().write(changes =>
        changes.operations.insertPersonnelImport({ ...older, id: randomUUID() }, [
          aRecord(2),
          aRecord(3, { employeeNumber: 'E2' }),
        ]),
      );
      await expect(twice).rejects.toThrow(UniquenessFault);
    });

    test('an organisation has one open check; closing it is whole and once', async () => {
      const { account, organisation } = await commitAccount(store().database);
      const personnel = {
        id: randomUUID(),
        organisationId: organisation.id,
        importedBy: 'demo',
        importerId: account.id,
        importedAt: T0,
        fileSha256: 'cd'.repeat(32),
        recordCount: 0,
      };
      const check = {
        id: randomUUID(),
        organisationId: organisation.id,
        openedAt: T0,
        dueDay: '2026-12-06',
        closedAt: null,
        closedBy: null,
        note: null,
        importId: null,
      };
      await store().write(async changes => {
        await changes.operations.insertPersonnelImport(personnel, []);
        await changes.operations.insertAccountCheck(check);
      });
      const second = store().write(changes => changes.operations.insertAccountCheck({ ...check, id: randomUUID() }));
      await expect(second).rejects.toMatchObject({ constraint: 'account_checks_one_open' });
      const closing = { at: after(9), by: account.id, note: '無差異', importId: personnel.id };
      await store().write(changes => changes.operations.closeAccountCheck(check.id, closing));
      expect(await store().database.operations.listAccountChecks(organisation.id)).toEqual([
        { ...check, closedAt: after(9), closedBy: account.id, note: '無差異', importId: personnel.id },
      ]);
      const again = store().write(changes => changes.operations.closeAccountCheck(check.id, closing));
      await expect(again).rejects.toThrow('open check');
    });
  });

  describe('dormancy', () => {
    test('of several exemptions the longest counts, until its last day', async () => {
      const { account } = await commitAccount(store().database);
      const { account: registrar } = await commitAccount(store().database);
      const exempt = (until: string): DormancyExemption => ({
        id: randomUUID(),
        accountId: account.id,
        reason: '留職停薪',
        until,
        exemptedBy: registrar.id,
        exemptedAt: T0,
      });
      const [short, long] = [exempt('2026-12-01'), exempt('2027-02-28')];
      await store().write(async changes => {
        await changes.operations.insertExemption(long);
        await changes.operations.insertExemption(short);
      });
      const { operations } = store().database;
      expect(await operations.findExemption(account.id, '2027-02-28')).toEqual(long);
      expect(await operations.findExemption(account.id, '2027-03-01')).toBeUndefined();
      const listed = await operations.listExemptions('2026-11-22');
      expect(listed.filter(each => each.accountId === account.id)).toEqual([long]);
      const own = store().write(changes =>
        changes.operations.insertExemption({ ...exempt('2027-01-01'), exemptedBy: account.id }),
      );
      await expect(own).rejects.toThrow(StatementFault);
    });

    test('a newer warning takes the place of the former', async () => {
      const { account } = await commitAccount(store().database);
      const warn = (warnedOn: string) => ({ accountId: account.id, idleSince: T0, warnedOn });
      await store().write(changes => changes.operations.setDormancyWarning(warn('2027-02-01')));
      await store().write(changes => changes.operations.setDormancyWarning(warn('2027-02-09')));
      const { operations } = store().database;
      expect(await operations.findDormancyWarning(account.id)).toEqual(warn('2027-02-09'));
      const all = await operations.listDormancyWarnings();
      expect(all.filter(each => each.accountId === account.id)).toEqual([warn('2027-02-09')]);
    });

    test('D1-100 a change of state voids the warning of its account, and of no other', async () => {
      const { account } = await commitAccount(store().database);
      const { account: other } = await commitAccount(store().database);
      await store().write(async changes => {
        for (const { id } of [account, other]) {
          await changes.operations.setDormancyWarning({ accountId: id, idleSince: T0, warnedOn: '2027-02-01' });
        }
        await changes.setAccountState(account.id, 'suspended');
        await changes.setAccountState(account.id, 'active');
      });
      const { operations } = store().database;
      expect(await operations.findDormancyWarning(account.id)).toBeUndefined();
      expect(await operations.findDormancyWarning(other.id)).toBeDefined();
    });

    test('runs are listed, newest first', async () => {
      const run: DormancyRun = {
        id: randomUUID(),
        day: '2026-11-22',
        rule: 'r',
        startedAt: T0,
        warned: 1,
        acted: 2,
        kept: 3,
      };
      const later: DormancyRun = { ...run, id: randomUUID(), startedAt: after(1) };
      await store().write(async changes => {
        await changes.operations.insertDormancyRun(run);
        await changes.operations.insertDormancyRun(later);
      });
      const runs = await store().database.operations.listDormancyRuns();
      expect(runs.filter(each => [run.id, later.id].includes(each.id))).toEqual([later, run]);
    });
  });

  test('D1-044 a profile is stale from its issue or last change on, and again only long after a reminder', async () => {
    const issuedAt = new Date('2025-01-01T00:00:00Z');
    const { account: old } = await commitAccount(store().database, { issuedAt });
    const { account: touched } = await commitAccount(store().database, { issuedAt });
    const { account: gone } = await commitAccount(store().database, { issuedAt, state: 'suspended' });
    const before = new Date('2026-01-01T00:00:00Z');
    await store().database.record([anEvent({ code: 'profile.changed', accountId: touched.id, at: before })]);
    const stale = async () => {
      const all = await store().database.operations.listStaleProfiles(before, 500);
      return all.filter(each => [old.id, touched.id, gone.id].includes(each.accountId));
    };
    expect(await stale()).toEqual([{ accountId: old.id, since: issuedAt }]);
    await store().write(changes => changes.operations.insertNotice(aNotice(old.id)));
    expect(await stale()).toEqual([]);
  });
}
