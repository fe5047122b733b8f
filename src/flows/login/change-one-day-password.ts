import { judgeAccountState } from '../../accounts/account.ts';
import { judgeOneDayPassword } from '../../accounts/one-day-password.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { Session } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { prepareNewPassword, type NewPasswordRefusal } from '../credentials/new-password.ts';
import { admitForTheDay, openForTheDay } from './one-day-session.ts';
import type { Change } from '../ports.ts';

export type DayPasswordChangeFailure =
  /** No ticket, spent in another tab, another day, replaced or suspended meanwhile: log in again, if that works. */
  { readonly code: 'day-password-change-over' } | NewPasswordRefusal;

export type DayPasswordChangeOutcome =
  { readonly ok: true; readonly session: Session } | { readonly ok: false; readonly failure: DayPasswordChangeFailure };

/** The forced change at the day's first login (D1-149); only after it there is a session. */
export async function changeOneDayPassword(
  context: GatewayContext,
  change: {
    readonly browserSessionHash: string;
    readonly password: string;
    readonly repeated: string;
    readonly origin: RequestOrigin;
    readonly renewBrowserSession: (loggedIn: boolean) => Promise<string>;
  },
): Promise<DayPasswordChangeOutcome> {
  const { browserSessionHash, origin } = change;
  const ticket = await context.ephemeral.find('day-password-change', browserSessionHash);
  const known = ticket && (await context.database.accounts.findAccount(ticket.accountId));
  if (ticket === undefined || known === undefined) return over();
  const prepared = await prepareNewPassword(context, known, change);
  if (!prepared.ok) return prepared;
  // Taken only now, so that a password that was refused can be followed by a better one; and by one tab of several.
  if ((await context.ephemeral.take('day-password-change', browserSessionHash)) === undefined) return over();

  const day = taipeiDayOf(context.clock.now());
  const outcome = await context.database.change(async (changes): Promise<Change<DayPasswordChangeOutcome>> => {
    const now = context.clock.now();
    const today = taipeiDayOf(now);
    const account = await changes.findAccount(ticket.accountId);
    const password = await changes.credentials.findOneDayPassword(ticket.accountId, today);
    if (account === undefined || judgeAccountState(account) !== null) return { result: over(), unchanged: true };
    if (password?.id !== ticket.oneDayPasswordId || judgeOneDayPassword(password, today) !== 'change') {
      return { result: over(), unchanged: true };
    }
    const changed = { ...password, hash: prepared.hash, changedAt: now };
    const { id: accountId } = account;
    await changes.credentials.updateOneDayPassword(changed);
    await changes.credentials.insertPassword({
      id: context.randomness.uuid(),
      accountId,
      kind: 'one-day',
      hash: prepared.hash,
      chosenAt: now,
    });
    const { session, events } = await admitForTheDay(context, changes, { account, password: changed, origin });
    const actor = { kind: 'account', accountId } as const;
    const facts = { day: password.day, applicationNumber: password.applicationNumber };
    const event = composeEvent(context, 'one-day-password.changed', { actor, accountId, origin, facts });
    return { result: { ok: true, session }, events: [event, ...events] };
  });
  if (!outcome.ok) return outcome;
  const password = { id: ticket.oneDayPasswordId, day };
  const opening = { portalCookieHash: await change.renewBrowserSession(true), origin };
  return (await openForTheDay(context, outcome.session, password, opening)) ? outcome : over();
}

/** Whether this browser must exchange a day's secret before anything else, and on whose account. */
export async function findDayPasswordChange(context: GatewayContext, browserSessionHash: string) {
  const ticket = await context.ephemeral.find('day-password-change', browserSessionHash);
  return ticket && (await context.database.accounts.findAccount(ticket.accountId));
}

function over(): DayPasswordChangeOutcome {
  return { ok: false, failure: { code: 'day-password-change-over' } };
}
