import { sql, type Kysely } from 'kysely';
import type { JobLease, JobLeases } from '../../flows/ports/operations.ts';
import type { Tables } from './schema.ts';

/** Leases as rows; every operation is one statement, so that the store itself decides among the nodes. */
export class JobLeaseRows implements JobLeases {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  async takeLease(
    name: string,
    holder: string,
    at: Date,
    until: Date,
    plausibleUntil: Date,
  ): Promise<JobLease | undefined> {
    const row = await this.#database
      .insertInto('job_leases')
      .values({ name, holder, fence: 1, free_from: until })
      .onConflict(conflict =>
        conflict
          .column('name')
          .doUpdateSet({ holder, free_from: until, fence: sql`job_leases.fence + 1` })
          .where(row =>
            row.or([row('job_leases.free_from', '<=', at), row('job_leases.free_from', '>', plausibleUntil)]),
          ),
      )
      .returning(['fence', 'last_completed_day'])
      .executeTakeFirst();
    return row && { name, holder, fence: row.fence, lastCompletedDay: row.last_completed_day };
  }

  async renewLease(lease: JobLease, until: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('job_leases')
      .set({ free_from: until })
      .where('name', '=', lease.name)
      .where('fence', '=', lease.fence)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async releaseLease(lease: JobLease, freeFrom: Date, problem: string | null): Promise<void> {
    await this.#database
      .updateTable('job_leases')
      .set({ free_from: freeFrom, last_problem: problem })
      .where('name', '=', lease.name)
      .where('fence', '=', lease.fence)
      .execute();
  }
}
