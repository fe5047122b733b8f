import { recordedActor, type DeskActor } from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { ExportedTable, ExportFormat, WrittenFile } from '../ports/files.ts';

export type ExportOutcome =
  | { readonly ok: true; readonly file: WrittenFile }
  | { readonly ok: false; readonly failure: { readonly code: 'access-refused' } };

/**
 * Takes rows out as a file (D1-088). Who and what is recorded before anything is handed out; a session by one-day password
 * exports nothing (DESIGN §5.7). The caller has cut the rows to the visitor's reach.
 */
export async function exportTable(
  context: GatewayContext,
  order: {
    readonly actor: DeskActor;
    readonly format: ExportFormat;
    /** What is exported, as records name it: `dormancy`, `personnel-differences`. */
    readonly subject: string;
    readonly table: Omit<ExportedTable, 'exportedBy' | 'exportedAt'>;
  },
): Promise<ExportOutcome> {
  const { actor, format, subject, table } = order;
  const account = actor.mayDecide ? await context.database.accounts.findAccount(actor.accountId) : undefined;
  if (account?.state !== 'active') return { ok: false, failure: { code: 'access-refused' } };
  const exportedBy = `${account.name} (${account.loginName})`;
  const file = context.tables.write(format, { ...table, exportedBy, exportedAt: context.clock.now() });
  await context.database.record([
    composeEvent(context, 'data.exported', {
      actor: recordedActor(actor),
      origin: actor.origin,
      facts: { subject, format, rows: table.rows.length, filter: table.filter.slice(0, 300) },
    }),
  ]);
  return { ok: true, file };
}
