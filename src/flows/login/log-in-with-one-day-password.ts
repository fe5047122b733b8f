import { judgeAccountState, type Account } from '../../accounts/account.ts';
import { PASSWORD_LOCK } from '../../accounts/attempt-subject.ts';
import {
  DAY_PASSWORD_TICKET_MS,
  judgeOneDayPassword,
  type DayPasswordTicket,
  type OneDayPassword,
} from '../../accounts/one-day-password.ts';
import { normaliseSecret } from '../../accounts/one-time-secret.ts';
import { normalisePassword } from '../../accounts/password.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { Session } from '../../sessions/session.ts';
import { findAddressee, NOBODY, type Addressee } from './addressee.ts';
import { holdBack, strangerFrom, type TooManyAttempts } from './hold-back.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { admitForTheDay, openForTheDay } from './one-day-session.ts';
import type { Change, DatabaseChanges } from '../ports.ts';

export type OneDayLoginFailure =
  | TooManyAttempts
  /** Unknown, not enabled today, locked, wrong, suspended: one answer after the same work; records have the reason. */
  | { readonly code: 'one-day-password-refused' };

export type OneDayLoginOutcome =
  | { readonly ok: true; readonly next: 'session'; readonly session: Session }
  /** The day's first login: no session yet, the secret must be exchanged for a password (D1-149). */
  | { readonly ok: true; readonly next: 'change' }
  | { readonly ok: false; readonly failure: OneDayLoginFailure };

export interface OneDayLogin {
  /** As typed. */
  readonly loginName: string;
  /** As typed: the secret that was handed over, or the password chosen with it. */
  readonly password: string;
  readonly origin: RequestOrigin;
  /** Gives the browser a new session (against fixation) and returns the hash of its cookie; called on success only. */
  readonly renewBrowserSession: (loggedIn: boolean) => Promise<string>;
}

/**
 * Account and one-day password in one step (D1-140). Of passwords only the one of today counts: the permanent one opens
 * nothing here (D1-110). Whatever is wrong, one hash is compared, the same rows are read and written, one event recorded.
 *
 * @throws BusyFault when too many passwords are being hashed
 */
export async function logInWithOneDayPassword(
  context: GatewayContext,
  login: OneDayLogin,
): Promise<OneDayLoginOutcome> {
  const held = await holdBack(context, 'password', strangerFrom(login.origin));
  if (held !== null) return { ok: false, failure: held };

  const addressee = await findAddressee(context, login.loginName);
  const today = taipeiDayOf(context.clock.now());
  const known = await context.database.credentials.findOneDayPassword(addressee.account?.id ?? NOBODY, today);
  const typed = known?.changedAt === null ? normaliseSecret(login.password) : normalisePassword(login.password);
  const isRight = await context.passwords.matches(typed === undefined ? null : (known?.hash ?? null), typed ?? '');

  const outcome = await context.database.change(changes =>
    judgeAttempt(context, changes, { login, addressee, comparedHash: known?.hash, isRight }),
  );
  switch (outcome.kind) {
    case 'refused':
      return { ok: false, failure: { code: 'one-day-password-refused' } };
    case 'change': {
      const expiresAt = new Date(context.clock.now().getTime() + DAY_PASSWORD_TICKET_MS);
      const browser = await login.renewBrowserSession(false);
      await context.ephemeral.put('day-password-change', browser, outcome.ticket, expiresAt);
      return { ok: true, next: 'change' };
    }
    case 'session': {
      const opening = { portalCookieHash: await login.renewBrowserSession(true), origin: login.origin };
      return (await openForTheDay(context, outcome.session, outcome.password, opening))
        ? { ok: true, next: 'session', session: outcome.session }
        : { ok: false, failure: { code: 'one-day-password-refused' } };
    }
  }
}

type Judged =
  | { readonly kind: 'refused' }
  | { readonly kind: 'change'; readonly ticket: DayPasswordTicket }
  | { readonly kind: 'session'; readonly session: Session; readonly password: OneDayPassword };

async function judgeAttempt(
  context: GatewayContext,
  changes: DatabaseChanges,
  attempt: {
    readonly login: OneDayLogin;
    readonly addressee: Addressee;
    readonly comparedHash: string | undefined;
    readonly isRight: boolean;
  },
): Promise<Change<Judged>> {
  const { login, addressee, comparedHash, isRight } = attempt;
  const { origin } = login;
  const now = context.clock.now();
  const kind = 'one-day-password';
  const count = await changes.credentials.countAttempt(addressee.subjectId, kind, now, PASSWORD_LOCK);
  // Read again: the day, the account and the password must still be what was compared.
  const account = await changes.findAccount(addressee.account?.id ?? NOBODY);
  const password = await changes.credentials.findOneDayPassword(account?.id ?? NOBODY, taipeiDayOf(now));
  const isCurrent = isRight && comparedHash !== undefined && password?.hash === comparedHash;
  const verdict = judge({ account, password, wasLocked: count.wasLocked, isCurrent }, now);

  if (verdict.kind === 'refused') {
    const events: [AuditEvent, ...AuditEvent[]] = [refusal(context, account, verdict.reason, origin)];
    if (account !== undefined && !count.wasLocked && count.lockedUntil !== null) {
      events.push(lockEvent(context, account, count.lockedUntil, origin));
    }
    return { result: { kind: 'refused' }, events };
  }
  await changes.credentials.clearAttempts(addressee.subjectId, kind);
  if (verdict.kind === 'session') {
    const admitted = await admitForTheDay(context, changes, { ...verdict, origin });
    return {
      result: { kind: 'session', session: admitted.session, password: verdict.password },
      events: admitted.events,
    };
  }
  const { account: person, password: days } = verdict;
  const accepted = composeEvent(context, 'one-day-password.accepted', {
    actor: { kind: 'account', accountId: person.id },
    accountId: person.id,
    origin,
    facts: { day: days.day, applicationNumber: days.applicationNumber },
  });
  const ticket = { accountId: person.id, oneDayPasswordId: days.id };
  return { result: { kind: 'change', ticket }, events: [accepted] };
}

type Verdict =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'change' | 'session'; readonly account: Account; readonly password: OneDayPassword };

function judge(
  facts: {
    readonly account: Account | undefined;
    readonly password: OneDayPassword | undefined;
    readonly wasLocked: boolean;
    readonly isCurrent: boolean;
  },
  now: Date,
): Verdict {
  const { account, password, wasLocked, isCurrent } = facts;
  if (account === undefined) return { kind: 'refused', reason: 'unknown-account' };
  if (wasLocked) return { kind: 'refused', reason: 'locked' };
  const state = judgeAccountState(account);
  if (state !== null) return { kind: 'refused', reason: state.code };
  const step = judgeOneDayPassword(password, taipeiDayOf(now));
  if (step === null || password === undefined) return { kind: 'refused', reason: 'not-enabled' };
  if (!isCurrent) return { kind: 'refused', reason: 'wrong-password' };
  return { kind: step === 'change' ? 'change' : 'session', account, password };
}

function refusal(
  context: GatewayContext,
  account: Account | undefined,
  reason: string,
  origin: RequestOrigin,
): AuditEvent {
  return composeEvent(context, 'login.refused', {
    actor: { kind: 'unidentified' },
    ...(account === undefined ? {} : { accountId: account.id }),
    origin,
    facts: { code: 'one-day-password-refused', method: 'one-day-password', reason },
  });
}

function lockEvent(context: GatewayContext, account: Account, until: Date, origin: RequestOrigin): AuditEvent {
  return composeEvent(context, 'one-day-password.locked', {
    actor: { kind: 'unidentified' },
    accountId: account.id,
    origin,
    facts: { until: until.toISOString() },
  });
}
