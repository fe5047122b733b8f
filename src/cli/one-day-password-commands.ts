import { z } from 'zod';
import { addDays, isTaipeiDay } from '../calendar/months.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import { reportOneDayPasswords } from '../flows/credentials/report-one-day-passwords.ts';
import { formatTable, type Command } from './command.ts';

const day = z.string().refine(isTaipeiDay, 'must be a day such as 2026-11-22').optional();

export const oneDayPasswordReport: Command<{ from?: string | undefined; to?: string | undefined }> = {
  input: z.strictObject({ from: day, to: day }),
  async run({ gateway }, input) {
    const to = input.to ?? taipeiDayOf(gateway.clock.now());
    const from = input.from ?? addDays(to, -29);
    if (from > to) {
      return { exitCode: 2, data: { code: 'wrong-use' }, text: `--from ${from} is after --to ${to}.` };
    }
    const uses = await reportOneDayPasswords(gateway, { from, to, scopes: [{ kind: 'everything' }] });
    const people = uses.map(({ account, passwords, usedDays, isFlagged }) => ({
      loginName: account.loginName,
      name: account.name,
      enabled: passwords.length,
      usedDays,
      isFlagged,
    }));
    const rows = people.map(each => [
      each.loginName,
      each.name,
      String(each.enabled),
      String(each.usedDays.length),
      each.usedDays.join(' '),
      each.isFlagged ? 'third use within 30 days' : '',
    ]);
    const text = [
      `One-day passwords from ${from} to ${to} (Asia/Taipei)`,
      rows.length === 0
        ? 'None was enabled.'
        : formatTable([['LOGIN', 'NAME', 'ENABLED', 'USED', 'ON', 'FLAG'], ...rows]),
    ].join('\n\n');
    return { exitCode: 0, data: { from, to, people }, text };
  },
};
