import type { TaipeiDay } from '../calendar/taipei-day.ts';

/** 職務代理人: stands in for a unit head for a term; his name and whom he stands in for are in every record. */
export interface Deputyship {
  readonly id: string;
  /** Account of the unit head. */
  readonly principalId: string;
  /** Account of the deputy, of the same organisation. */
  readonly deputyId: string;
  readonly reason: string;
  readonly validFrom: TaipeiDay;
  readonly validUntil: TaipeiDay;
  /** Account that named him. */
  readonly namedBy: string;
  readonly namedAt: Date;
  readonly endedAt: Date | null;
}

/** Whether the deputy stands in on `day`; both ends of the term included. */
export function isDeputyOn(deputyship: Deputyship, day: TaipeiDay): boolean {
  return deputyship.endedAt === null && deputyship.validFrom <= day && day <= deputyship.validUntil;
}
