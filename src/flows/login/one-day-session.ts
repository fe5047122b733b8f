import type { Account } from '../../accounts/account.ts';
import { FLAG_WINDOW_DAYS, isUsedOften, type OneDayPassword } from '../../accounts/one-day-password.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { addDays } from '../../calendar/months.ts';
import { startOfTaipeiDay } from '../../calendar/taipei-day.ts';
import type { Session } from '../../sessions/session.ts';
import { findConcurrentUse } from './concurrent-use.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { openSession } from '../sessions/open-session.ts';

/**
 * Lets a person in for the rest of the day: counts the use, records the login, and flags whoever comes this way often.
 * The session is weaker (`mayDecide`) and over at 24:00 in Taipei; the caller opens it after the commit.
 */
export async function admitForTheDay(
  context: GatewayContext,
  changes: DatabaseChanges,
  about: { readonly account: Account; readonly password: OneDayPassword; readonly origin: RequestOrigin },
): Promise<{ readonly session: Session; readonly events: readonly [AuditEvent, ...AuditEvent[]] }> {
  const { account, password, origin } = about;
  const now = context.clock.now();
  const session: Session = {
    reference: context.randomness.uuid(),
    accountId: account.id,
    method: 'one-day-password',
    authenticatedAt: now,
    certificateSha256: null,
    endsAt: startOfTaipeiDay(addDays(password.day, 1)),
    clientAddress: origin.clientAddress,
  };
  const isFirst = password.logins === 0;
  await changes.credentials.updateOneDayPassword({ ...password, logins: password.logins + 1, lastLoginAt: now });
  await changes.sessions.insertSession(session);
  await changes.setLastLogin(account.id, now);

  const common = { actor: { kind: 'account', accountId: account.id }, accountId: account.id, origin } as const;
  const { day, applicationNumber } = password;
  const succeeded = composeEvent(context, 'login.succeeded', {
    ...common,
    sessionReference: session.reference,
    facts: { method: session.method, day, applicationNumber },
  });
  const used = await listUsedDays(changes, account, day);
  const concurrent = await findConcurrentUse(context, session, origin);
  if (!isFirst || !isUsedOften(used, day)) return { session, events: [succeeded, ...concurrent] };
  const facts = { usedDays: used.length, windowDays: FLAG_WINDOW_DAYS };
  return {
    session,
    events: [succeeded, ...concurrent, composeEvent(context, 'one-day-password.flagged', { ...common, facts })],
  };
}

/**
 * Opens it after the commit; false where a second password for the day replaced the first at the same moment, whose end
 * of sessions may have run before this one was there.
 */
export async function openForTheDay(
  context: GatewayContext,
  session: Session,
  password: Pick<OneDayPassword, 'id' | 'day'>,
  opening: { readonly portalCookieHash: string; readonly origin: RequestOrigin },
): Promise<boolean> {
  const endedBecause = await openSession(context, session, opening);
  const current = await context.database.credentials.findOneDayPassword(session.accountId, password.day);
  // Over for another reason it is told as any session that is over, at the next request.
  if (current?.id === password.id && endedBecause !== 'account-changed') return true;
  const { reference, accountId } = session;
  await endSessions(
    context,
    { scope: { kind: 'everything' }, references: [reference] },
    { reason: 'replaced', actor: { kind: 'gateway' }, accountId },
  );
  return false;
}

/** The days of the window on which the account has logged in by one-day password, today included. */
async function listUsedDays(changes: DatabaseChanges, { id: accountId }: Account, day: string): Promise<string[]> {
  const filter = { accountId, from: addDays(day, 1 - FLAG_WINDOW_DAYS), to: day };
  const all = await changes.credentials.listOneDayPasswords(filter);
  return [...new Set(all.filter(({ logins }) => logins > 0).map(password => password.day))];
}
