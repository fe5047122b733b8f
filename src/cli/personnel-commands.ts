import { z } from 'zod';
import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import { findDifferences } from '../flows/operations/compare-personnel.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { importPersonnel } from '../flows/operations/import-personnel.ts';
import { formatTable, type Command, type CommandResult } from './command.ts';
import { refuseFile } from './csv-problems.ts';

/** A file of 4 MiB in base64. */
export const fileInput = z.base64().max(6 * 1024 * 1024);

export const personnelImport: Command<{ organisation: string; file: string }> = {
  input: z.strictObject({ organisation: z.string(), file: fileInput }),
  async run({ gateway, actor }, { organisation: code, file }) {
    const organisation = await gateway.database.accounts.findOrganisationByCode(code);
    if (organisation === undefined) return unknownOrganisation(gateway, code);
    const outcome = await importPersonnel(gateway, {
      organisationId: organisation.id,
      file: Buffer.from(file, 'base64'),
      by: actor.kind === 'command-line' ? `command line: ${actor.declaredName ?? actor.osUser}` : actor.kind,
      actor,
    });
    if (!outcome.ok) return refuseFile(outcome.problems);
    const { id, recordCount } = outcome.personnel;
    const data = { import: id, organisation: code, records: recordCount };
    const text = `${recordCount} records of ${organisation.name} imported. See what differs: moica-gateway personnel diff`;
    return { exitCode: 0, data, text };
  },
};

export const personnelDiff: Command<{ organisation?: string | undefined }> = {
  input: z.strictObject({ organisation: z.string().optional() }),
  async run({ gateway }, { organisation: code }) {
    const all = await gateway.database.accounts.listOrganisations();
    const organisations = code === undefined ? all : all.filter(each => each.code === code);
    if (code !== undefined && organisations.length === 0) return unknownOrganisation(gateway, code);
    const data = [];
    const without: string[] = [];
    for (const organisation of organisations) {
      const { personnel, differences } = await findDifferences(gateway.database, gateway.clock, organisation.id);
      if (personnel === undefined) without.push(organisation.code);
      for (const { kind, account, record, details } of differences) {
        data.push({
          organisation: organisation.code,
          kind,
          loginName: account.loginName,
          name: account.name,
          state: account.state,
          line: record?.line ?? null,
          employeeNumber: record?.employeeNumber ?? null,
          details,
          importedAt: personnel === undefined ? null : formatTaipeiTime(personnel.importedAt),
        });
      }
    }
    const rows = data.map(each => [
      each.organisation,
      each.kind,
      each.loginName,
      each.name,
      each.employeeNumber ?? '-',
      each.details.map(({ field, account, record }) => `${field}: ${account || '-'} → ${record || '-'}`).join('; '),
    ]);
    const text = [
      ...(rows.length > 0
        ? [formatTable([['ORGANISATION', 'DIFFERENCE', 'LOGIN', 'NAME', 'EMPLOYEE', 'WHAT DIFFERS'], ...rows])]
        : ['Accounts and personnel data agree.']),
      ...(without.length > 0 ? [`No personnel data yet, so nothing can be said: ${without.join(', ')}`] : []),
    ].join('\n\n');
    return { exitCode: data.length === 0 && without.length === 0 ? 0 : 1, data: { differences: data, without }, text };
  },
};

async function unknownOrganisation(gateway: GatewayContext, code: string): Promise<CommandResult> {
  const known = (await gateway.database.accounts.listOrganisations()).map(each => each.code).join(', ');
  const text = `There is no organisation "${code}". There are: ${known || 'none'}`;
  return { exitCode: 1, data: { code: 'organisation-not-found', organisation: code }, text };
}
