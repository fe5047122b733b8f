import { createHash } from 'node:crypto';
import { PERSONNEL_STATUSES, type PersonnelImport, type PersonnelRecord } from '../../accounts/personnel.ts';
import type { Actor } from '../../audit/event.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { readCsv, type CsvProblem } from './read-csv.ts';

/** The columns of a personnel file, in the order in which they are documented; the first three are needed. */
export const PERSONNEL_COLUMNS = [
  { name: 'employee_number', needed: true, maxLength: 32 },
  { name: 'name', needed: true, maxLength: 60 },
  { name: 'status', needed: true, maxLength: 20, choices: PERSONNEL_STATUSES },
  { name: 'unit', needed: false, maxLength: 64 },
  { name: 'id_last_four', needed: false, maxLength: 4, kind: 'last-four' },
  { name: 'login_name', needed: false, maxLength: 32, kind: 'login-name' },
  { name: 'effective_day', needed: false, maxLength: 10, kind: 'day' },
  { name: 'title', needed: false, maxLength: 60 },
  { name: 'email', needed: false, maxLength: 254, kind: 'mail' },
] as const;

export type PersonnelImportOutcome =
  | { readonly ok: true; readonly personnel: PersonnelImport }
  | { readonly ok: false; readonly problems: readonly CsvProblem[] };

/**
 * Takes in the personnel data of one agency (D1-042): all lines or none. Newer data stand in place of older ones; nothing
 * else changes, what differs is for a person to act upon.
 *
 * @param order.by  name of who imports, for the list; the caller has judged that his scope reaches the organisation
 */
export async function importPersonnel(
  context: GatewayContext,
  order: {
    readonly organisationId: string;
    readonly file: Uint8Array;
    readonly by: string;
    readonly actor: Actor;
    readonly origin?: RequestOrigin;
  },
): Promise<PersonnelImportOutcome> {
  const read = readCsv(order.file, PERSONNEL_COLUMNS);
  if (!read.ok) return read;
  const units = new Set((await context.database.accounts.listUnits(order.organisationId)).map(unit => unit.code));
  const numbers = new Set<string>();
  const problems: CsvProblem[] = [];
  const records = read.rows.map(({ line, cells }): PersonnelRecord => {
    const { employee_number: employeeNumber, name, status, unit } = cells;
    if (employeeNumber !== null && numbers.has(employeeNumber)) {
      problems.push({ line, column: 'employee_number', code: 'repeated', cell: employeeNumber });
    }
    numbers.add(employeeNumber ?? '');
    if (unit !== null && !units.has(unit)) problems.push({ line, column: 'unit', code: 'unknown', cell: unit });
    return {
      line,
      employeeNumber: employeeNumber ?? '',
      name: name ?? '',
      idLastFour: cells.id_last_four,
      loginName: cells.login_name,
      unitCode: unit,
      status: PERSONNEL_STATUSES.find(each => each === status) ?? 'in-service',
      effectiveDay: cells.effective_day,
      title: cells.title,
      email: cells.email,
    };
  });
  if (problems.length > 0) return { ok: false, problems };

  const personnel: PersonnelImport = {
    id: context.randomness.uuid(),
    organisationId: order.organisationId,
    importedBy: order.by,
    importerId: order.actor.kind === 'account' ? order.actor.accountId : null,
    importedAt: context.clock.now(),
    fileSha256: createHash('sha256').update(order.file).digest('hex'),
    recordCount: records.length,
  };
  return context.database.change(async changes => {
    await changes.operations.insertPersonnelImport(personnel, records);
    const event = composeEvent(context, 'personnel.imported', {
      actor: order.actor,
      ...(order.origin === undefined ? {} : { origin: order.origin }),
      facts: {
        import: personnel.id,
        organisation: order.organisationId,
        records: records.length,
        fileSha256: personnel.fileSha256,
      },
    });
    return { result: { ok: true, personnel }, events: [event] };
  });
}
