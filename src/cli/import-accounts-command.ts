import { z } from 'zod';
import { importAccounts } from '../flows/accounts/import-accounts.ts';
import { formatTable, type Command } from './command.ts';
import { refuseFile } from './csv-problems.ts';
import { fileInput } from './personnel-commands.ts';

export const accountImport: Command<{ file: string; dryRun: boolean }> = {
  input: z.strictObject({ file: fileInput, dryRun: z.boolean() }),
  async run({ gateway, actor }, { file, dryRun }) {
    const outcome = await importAccounts(gateway, { file: Buffer.from(file, 'base64'), actor, dryRun });
    if (!outcome.ok) return refuseFile(outcome.problems);
    const { accounts } = outcome;
    const rights = accounts.reduce((sum, account) => sum + account.grants, 0);
    const rows = accounts.map(each => [each.loginName, each.name, each.organisation, String(each.grants)]);
    const text = [
      formatTable([['LOGIN', 'NAME', 'ORGANISATION', 'RIGHTS'], ...rows]),
      dryRun
        ? `The file is in order: ${accounts.length} account(s), ${rights} right(s). Nothing was imported (--dry-run).`
        : `${accounts.length} account(s) imported. They wait for their activation, and ${rights} right(s) for approval at ${gateway.portal.origin}/accounts`,
    ].join('\n\n');
    return { exitCode: 0, data: { dryRun, accounts }, text };
  },
};
