import { addDays } from '../calendar/months.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';

/** A one-day password (一日密碼, D-06-11): enabled by a registrar for one person and one Taipei day. */
export interface OneDayPassword {
  readonly id: string;
  readonly accountId: string;
  /** The only day on which it works (D1-147). */
  readonly day: TaipeiDay;
  /** Number of the D-06-11 on which it rests. */
  readonly applicationNumber: string;
  /** Account of the registrar. */
  readonly enabledBy: string;
  readonly enabledAt: Date;
  /** Hash of the secret that was handed over, until the person has chosen a password; then of that. */
  readonly hash: string;
  /** When the person chose a password (D1-149); null until then. */
  readonly changedAt: Date | null;
  /** Logins with it, and the last of them. */
  readonly logins: number;
  readonly lastLoginAt: Date | null;
  /** When a second one for the same day took its place; null for the one that counts. */
  readonly replacedAt: Date | null;
}

/** What a day's password still asks for: its secret is to be exchanged, or the person's own password opens the session. */
export type OneDayPasswordStep = 'change' | 'login';

/** What it is good for at this moment; null when it is not good for anything (another day, replaced). */
export function judgeOneDayPassword(
  password: Pick<OneDayPassword, 'day' | 'changedAt' | 'replacedAt'> | undefined,
  today: TaipeiDay,
): OneDayPasswordStep | null {
  if (password === undefined || password.replacedAt !== null || password.day !== today) return null;
  return password.changedAt === null ? 'change' : 'login';
}

/** From this many used one-day passwords within {@link FLAG_WINDOW_DAYS} on, every further one is flagged. */
const FLAGGED_USES = 3;
export const FLAG_WINDOW_DAYS = 30;

/** Whether somebody uses one-day passwords so often that his head should know: used days within the window. */
export function isUsedOften(usedDays: readonly TaipeiDay[], today: TaipeiDay): boolean {
  const from = addDays(today, 1 - FLAG_WINDOW_DAYS);
  return new Set(usedDays.filter(day => from <= day && day <= today)).size >= FLAGGED_USES;
}

/** One browser's right to exchange a day's secret for a password, once: it is no session, and opens no other address. */
export interface DayPasswordTicket {
  readonly accountId: string;
  readonly oneDayPasswordId: string;
}

/** Long enough to think of a password. */
export const DAY_PASSWORD_TICKET_MS = 15 * 60_000;
