import { z } from 'zod';
import { nameRule } from '../accounts/dormancy.ts';
import { isTaipeiDay } from '../calendar/months.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import { previewDormancy, type DormantAccount } from '../flows/operations/dormancy.ts';
import { formatTable, type Command } from './command.ts';

/** Lists; the nightly job acts. */
export const dormant: Command<{ asOf?: string | undefined }> = {
  input: z.strictObject({ asOf: z.string().refine(isTaipeiDay, 'must be a day such as 2026-11-22').optional() }),
  async run({ gateway }, { asOf }) {
    const day = asOf ?? taipeiDayOf(gateway.clock.now());
    const policy = gateway.accountPolicies.dormancy;
    const everything = [{ scope: { kind: 'everything' } }] as const;
    const found = await previewDormancy(gateway.database, policy, day, everything);
    const accounts = found.map(({ account, verdict }) => ({
      loginName: account.loginName,
      name: account.name,
      state: account.state,
      idleSince: taipeiDayOf(verdict.idleSince),
      hasLoggedIn: account.lastLoginAt !== null,
      verdict: verdict.kind,
      detail: explain(verdict),
    }));
    const rows = accounts.map(each => [
      each.loginName,
      each.name,
      each.state,
      each.hasLoggedIn ? each.idleSince : `${each.idleSince} (issued, never used)`,
      each.verdict,
      each.detail,
    ]);
    const text = [
      `${nameRule(policy)}; as of ${day} (Asia/Taipei)`,
      rows.length === 0
        ? 'No account is dormant or near it.'
        : formatTable([['LOGIN', 'NAME', 'STATE', 'IDLE SINCE', 'RULE SAYS', ''], ...rows]),
    ].join('\n\n');
    return { exitCode: 0, data: { day, policy, accounts }, text };
  },
};

function explain(verdict: DormantAccount['verdict']): string {
  switch (verdict.kind) {
    case 'warn':
      return `would be warned; acted upon from ${verdict.actOn}`;
    case 'warned':
      return `warned; acted upon from ${verdict.actOn}`;
    case 'act':
      return 'acted upon in the next run';
    case 'exempt':
      return `until ${verdict.exemption.until}: ${verdict.exemption.reason}`;
    case 'kept':
      return `last active ${verdict.role}; needs a successor`;
  }
}
