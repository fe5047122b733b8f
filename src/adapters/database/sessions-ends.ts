import { sql, type Kysely, type Transaction } from 'kysely';
import type { EndsMark } from '../../flows/ports/session-records.ts';
import type { SessionEndReason } from '../../sessions/session.ts';
import type { Tables } from './schema.ts';

interface Looked {
  readonly server: string;
  readonly snapshot: string;
  readonly last: string;
  readonly ends: readonly { readonly reference: string; readonly reason: SessionEndReason }[];
}

/** Of a server that does not exist: whoever has not looked yet has its marks. */
const NO_MARK = 'none 0 1:1:';

/**
 * Ends that the look which gave `mark` could not see, and a mark of this look; one statement, so of one moment.
 *
 * A mark is the snapshot of the statement that read: a transaction that began earlier and commits later is not in
 * it, whatever its number is. Two things of the server's past could make a number mean another transaction, and are told
 * apart by the mark too:
 *
 * - another server or another time line (a restored backup, a replica that took over): everything is read again;
 * - after a crash, numbers of transactions that had written nothing durable are given out again: of numbers above the
 *   last end that the look saw, everything is new.
 *
 * Rows of a restored backup may carry numbers that this server has yet to reach; those are not asked for again and again.
 * Nor are those of the transaction that asks itself: they come with a later look.
 */
export async function readEndsAfter(
  database: Kysely<Tables> | Transaction<Tables>,
  mark: EndsMark | null,
  since: Date,
): Promise<{ readonly ends: Looked['ends']; readonly mark: EndsMark }> {
  const [server = '', last = '0', snapshot = '1:1:'] = (mark ?? NO_MARK).split(' ');
  const { rows } = await sql<Looked>`
    with current as (
      select pg_current_snapshot() as snapshot,
             (select system_identifier::text from pg_control_system())
               || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as server
    ), look as (
      select snapshot, server,
             server <> ${server} or pg_snapshot_xmax(${snapshot}::pg_snapshot) > pg_snapshot_xmax(snapshot) as is_first
      from current
    )
    select server, snapshot::text as snapshot,
      coalesce((
        select max(end_transaction) from sessions where end_transaction < pg_snapshot_xmax(snapshot)
      )::text, '0') as last,
      coalesce((
        select json_agg(json_build_object('reference', reference, 'reason', end_reason)) from (
          select reference, end_reason from sessions
          where (select is_first from look) and ended_at >= ${since}
          union all
          select reference, end_reason from sessions
          where not (select is_first from look)
            and end_transaction >= least(pg_snapshot_xmin(${snapshot}::pg_snapshot), ${last}::xid8)
            and end_transaction < (select pg_snapshot_xmax(snapshot) from look)
            and (end_transaction > ${last}::xid8
                 or not pg_visible_in_snapshot(end_transaction, ${snapshot}::pg_snapshot))
        ) as unseen
      ), '[]') as ends
    from look
  `.execute(database);
  const [looked] = rows;
  if (looked === undefined) throw new Error('The store gave no answer to a look at the ends of sessions.');
  return { ends: looked.ends, mark: `${looked.server} ${looked.last} ${looked.snapshot}` };
}
