import { addMonths } from '../../calendar/months.ts';
import { formatTaipeiTime, taipeiDayOf } from '../../calendar/taipei-day.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { noticeFacts, notifyAccount } from './notify.ts';
import type { Change } from '../ports.ts';

/** As many as a mail server of an office takes at a time; the others have their turn the next day. */
const REMINDERS_A_DAY = 200;

/**
 * Reminds people whose contact data nobody has looked at for so many months (D1-044), and again after as many.
 *
 * @returns how many were reminded
 */
export async function remindStaleProfiles(context: GatewayContext, months: number): Promise<number> {
  const before = new Date(`${addMonths(taipeiDayOf(context.clock.now()), -months)}T00:00:00+08:00`);
  const stale = await context.database.operations.listStaleProfiles(before, REMINDERS_A_DAY);
  for (const { accountId, since } of stale) {
    await context.database.change(async (changes): Promise<Change<void>> => {
      const account = await changes.findAccount(accountId);
      if (account?.state !== 'active') return { result: undefined, unchanged: true };
      const facts = { ...noticeFacts(context, account), since: formatTaipeiTime(since) };
      await notifyAccount(context, changes, account, 'profile-stale', facts);
      const event = composeEvent(context, 'profile.reminded', {
        actor: { kind: 'gateway' },
        accountId,
        facts: { since: since.toISOString(), months },
      });
      return { result: undefined, events: [event] };
    });
  }
  return stale.length;
}
