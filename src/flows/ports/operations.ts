import type { DormancyExemption, DormancyWarning } from '../../accounts/dormancy.ts';
import type { PersonnelImport, PersonnelRecord } from '../../accounts/personnel.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { Notice } from '../../notices/notice.ts';

/**
 * waiting: to be sent by mail · sent · failed: given up after many attempts · to-hand-over: no mail address, a registrar
 * prints it · handed-over
 */
export const NOTICE_STATES = ['waiting', 'sent', 'failed', 'to-hand-over', 'handed-over'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** A notice with what became of it. */
export interface OutboxEntry {
  readonly notice: Notice;
  readonly state: NoticeState;
  /** Attempts to send it that failed. */
  readonly failedAttempts: number;
  /** Not before; null once nothing more is tried. */
  readonly nextAttemptAt: Date | null;
  /** What the mail server said last, in one line. */
  readonly lastProblem: string | null;
  /** When it was sent or handed over. */
  readonly settledAt: Date | null;
  /** Account that handed it over. */
  readonly settledBy: string | null;
}

/** A regular check that the accounts of an agency are still right (D1-043): opened by the gateway, closed by a registrar. */
export interface AccountCheck {
  readonly id: string;
  readonly organisationId: string;
  readonly openedAt: Date;
  readonly dueDay: TaipeiDay;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  /** The personnel data that it was closed upon. */
  readonly importId: string | null;
}

/** One run of the dormancy rule. */
export interface DormancyRun {
  readonly id: string;
  readonly day: TaipeiDay;
  /** The rule as it stood: `over 3 months: suspend`. */
  readonly rule: string;
  readonly startedAt: Date;
  readonly warned: number;
  readonly acted: number;
  readonly kept: number;
}

/** A job as its row says. */
export interface JobStatus {
  readonly name: string;
  /** Node that holds it or held it last. */
  readonly holder: string;
  /** From when another node may take it; in the past: nobody is at it. */
  readonly freeFrom: Date;
  readonly fence: number;
  readonly lastCompletedDay: TaipeiDay | null;
  readonly lastCompletedAt: Date | null;
  readonly lastProblem: string | null;
}

/** The right to do a job's work; each taking has a higher fence than all before. */
export interface JobLease {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
  /** The last Taipei day for which the job was completed, as of the taking. */
  readonly lastCompletedDay: TaipeiDay | null;
}

/** The lease is another node's by now: what the holder was about to write is not written. */
export class LeaseLostFault extends Error {
  override readonly name = 'LeaseLostFault';

  constructor(job: string) {
    super(`The job ${job} has been taken over by another node.`);
  }
}

/**
 * Who does a job's work. Each operation is one atomic statement, outside any change: a lease is no business of the
 * record. That a holder who was away too long writes nothing is seen to by {@link OperationChanges.requireLease}.
 */
export interface JobLeases {
  /**
   * The job's lease until `until`, unless somebody else's runs past `at`. Of any number of takers at most one gets it.
   *
   * @param plausibleUntil one that runs past this was written by a clock that was wrong, and is taken over
   */
  takeLease(name: string, holder: string, at: Date, until: Date, plausibleUntil: Date): Promise<JobLease | undefined>;
  /** Prolongs it; false when it is another node's by now. */
  renewLease(lease: JobLease, until: Date): Promise<boolean>;
  /** Lets it go from `freeFrom` on; a later instant than now is a pause after a failure. Nothing when it was lost. */
  releaseLease(lease: JobLease, freeFrom: Date, problem: string | null): Promise<void>;
}

export interface Page {
  readonly offset: number;
  /** At most 500. */
  readonly limit: number;
}

/** Reads of operations; also usable inside a change. */
export interface OperationReader {
  /** By name. */
  listJobs(): Promise<JobStatus[]>;
  findNotice(id: string): Promise<OutboxEntry | undefined>;
  /** Newest first; of one organisation's accounts where it is given. */
  listNotices(
    filter: { readonly state?: NoticeState; readonly accountId?: string; readonly organisationId?: string },
    page: Page,
  ): Promise<{ readonly entries: readonly OutboxEntry[]; readonly total: number }>;
  /** Waiting notices whose next attempt is due at `at`, oldest first. */
  listDueNotices(at: Date, limit: number): Promise<OutboxEntry[]>;
  /** The newest personnel data of an organisation. */
  findLatestPersonnelImport(organisationId: string): Promise<PersonnelImport | undefined>;
  findPersonnelImport(id: string): Promise<PersonnelImport | undefined>;
  /** In the order of the file. */
  listPersonnelRecords(importId: string): Promise<PersonnelRecord[]>;
  /** Newest first. */
  listAccountChecks(organisationId?: string): Promise<AccountCheck[]>;
  findAccountCheck(id: string): Promise<AccountCheck | undefined>;
  /** The exemption of each account that runs longest, as far as it has not ended before `day`. */
  listExemptions(day: TaipeiDay): Promise<DormancyExemption[]>;
  findExemption(accountId: string, day: TaipeiDay): Promise<DormancyExemption | undefined>;
  /** The newest warning of each account. */
  listDormancyWarnings(): Promise<DormancyWarning[]>;
  findDormancyWarning(accountId: string): Promise<DormancyWarning | undefined>;
  /** Newest first, at most 100. */
  listDormancyRuns(): Promise<DormancyRun[]>;
  /** Active accounts whose contact data have neither changed nor been reminded of since `before`, by login name. */
  listStaleProfiles(before: Date, limit: number): Promise<{ readonly accountId: string; readonly since: Date }[]>;
}

/** Writes of operations, inside a change only. */
export interface OperationChanges extends OperationReader {
  /** @throws LeaseLostFault; otherwise nobody can take the lease before this change is committed */
  requireLease(lease: JobLease): Promise<void>;
  /** Marks the job done for `day`; @throws LeaseLostFault */
  completeJob(lease: JobLease, day: TaipeiDay, at: Date): Promise<void>;
  /** Puts a notice into the outbox, in the transaction of what it tells of; it is sent after the commit, at least once. */
  insertNotice(notice: Notice): Promise<void>;
  markNoticeSent(id: string, at: Date): Promise<void>;
  /** Counts a failed attempt; without a next one the notice is given up. */
  markNoticeFailed(id: string, problem: string, nextAttemptAt: Date | null): Promise<void>;
  markNoticeHandedOver(id: string, by: string, at: Date): Promise<void>;
  /** The lines of the organisation's earlier imports are deleted with it. */
  insertPersonnelImport(personnel: PersonnelImport, records: readonly PersonnelRecord[]): Promise<void>;
  insertAccountCheck(check: AccountCheck): Promise<void>;
  closeAccountCheck(
    id: string,
    closing: { readonly at: Date; readonly by: string; readonly note: string; readonly importId: string },
  ): Promise<void>;
  insertExemption(exemption: DormancyExemption): Promise<void>;
  /** Replaces the account's former warning. */
  setDormancyWarning(warning: DormancyWarning): Promise<void>;
  insertDormancyRun(run: DormancyRun): Promise<void>;
}
