import { setTimeout as delay } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { AuditEvent } from '../../audit/event.ts';
import type { Change, Database, DatabaseChanges, EventReader } from '../../flows/ports.ts';
import type { AccessRecordStore } from '../../flows/ports/access-records.ts';
import type { AccountReader } from '../../flows/ports/accounts.ts';
import type { ApplicationReader } from '../../flows/ports/applications.ts';
import type { AssertionKeyReader } from '../../flows/ports/assertion-keys.ts';
import type { CredentialReader } from '../../flows/ports/credentials.ts';
import type { JobLeases, OperationReader } from '../../flows/ports/operations.ts';
import type { SessionRecordReader } from '../../flows/ports/session-records.ts';
import { AccessRecordRows } from './access-records.ts';
import { AccountChanges } from './account-changes.ts';
import { AccountReads } from './account-reads.ts';
import { ApplicationReads } from './applications.ts';
import { AssertionKeyRows } from './assertion-keys.ts';
import { CredentialReads } from './credentials.ts';
import { EventLog, insertEvents } from './event-log.ts';
import { StatementFault, UnableStoreFault } from './faults.ts';
import { JobLeaseRows } from './job-leases.ts';
import { OperationReads } from './operations.ts';
import type { Tables } from './schema.ts';
import { SessionReads } from './sessions.ts';

/** How long a change that meets others is tried again: longer than a busy minute lasts, shorter than a person waits. */
const CHANGE_DEADLINE_MS = 10_000;

/** From this attempt on the changes of this process that have met others go one after the other. */
const QUEUED_FROM = 3;

/** Longest pause between two attempts. */
const LONGEST_PAUSE_MS = 100;

/** Serialization failure and deadlock (PostgreSQL appendix A): the same work may well succeed the next time. */
const CONFLICTS: readonly string[] = ['40001', '40P01'];

/** The `Database` port over kysely; which of the two drivers is below makes no difference here. */
export class SqlDatabase implements Database {
  readonly accounts: AccountReader;
  readonly applications: ApplicationReader;
  readonly credentials: CredentialReader;
  readonly operations: OperationReader;
  readonly sessions: SessionRecordReader;
  readonly jobs: JobLeases;
  readonly events: EventReader;
  readonly accessRecords: AccessRecordStore;
  readonly assertionKeys: AssertionKeyReader;
  readonly #database: Kysely<Tables>;
  /** The last of the changes that wait for each other; never rejects. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(database: Kysely<Tables>) {
    this.#database = database;
    this.accounts = new AccountReads(database);
    this.applications = new ApplicationReads(database);
    this.credentials = new CredentialReads(database);
    this.operations = new OperationReads(database);
    this.sessions = new SessionReads(database);
    this.jobs = new JobLeaseRows(database);
    this.events = new EventLog(database);
    this.accessRecords = new AccessRecordRows(database);
    this.assertionKeys = new AssertionKeyRows(database);
  }

  async change<T>(work: (changes: DatabaseChanges) => Promise<Change<T>>): Promise<T> {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await (attempt < QUEUED_FROM ? this.#attempt(work) : this.#inTurn(() => this.#attempt(work)));
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (performance.now() - startedAt > CHANGE_DEADLINE_MS) {
          throw new UnableStoreFault(error.sqlState, 'The change met others all the time.');
        }
        // Uneven pauses, so that the same competitors do not meet again in step: up to 10 ms, then 20, 40 …
        await delay(Math.random() * Math.min(5 * 2 ** attempt, LONGEST_PAUSE_MS));
      }
    }
  }

  /**
   * One at a time, in the order of asking. A lock in the store would not do: a serializable transaction takes its snapshot
   * with the statement that waits for the lock, and is stale when it gets it. Other nodes' changes are met as before.
   */
  #inTurn<T>(attempt: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(attempt);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async record(events: readonly [AuditEvent, ...AuditEvent[]]): Promise<void> {
    await this.change(() => Promise.resolve({ result: undefined, events }));
  }

  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#database);
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  async #attempt<T>(work: (changes: DatabaseChanges) => Promise<Change<T>>): Promise<T> {
    const transaction = await this.#database.startTransaction().setIsolationLevel('serializable').execute();
    try {
      const change = await work(new AccountChanges(transaction));
      if ('unchanged' in change) {
        await transaction.rollback().execute();
      } else {
        await insertEvents(transaction, change.events);
        await transaction.commit().execute();
      }
      return change.result;
    } catch (error) {
      if (!transaction.isCommitted && !transaction.isRolledBack) await transaction.rollback().execute();
      throw error;
    }
  }
}

function isConflict(error: unknown): error is StatementFault {
  return error instanceof StatementFault && CONFLICTS.includes(error.sqlState);
}
