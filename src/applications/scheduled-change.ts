import type { TaipeiDay } from '../calendar/taipei-day.ts';

/** An executed change whose day has not come: it is applied on that day, once (D1-082). */
export interface ScheduledChange {
  readonly id: string;
  readonly applicationId: string;
  readonly accountId: string;
  readonly dueDay: TaipeiDay;
  /** Account that executed the application: the change is its act. */
  readonly orderedBy: string;
  readonly orderedAt: Date;
  readonly state: ScheduledChangeState;
  /** Applied or cancelled at. */
  readonly endedAt: Date | null;
  /** Why it was cancelled: number of a newer application, or the code of what it failed by. */
  readonly because: string | null;
}

export const SCHEDULED_CHANGE_STATES = ['waiting', 'applied', 'cancelled'] as const;
export type ScheduledChangeState = (typeof SCHEDULED_CHANGE_STATES)[number];
