import type { TaipeiDay } from '../calendar/taipei-day.ts';

/** One right: this account, in this business system, in this role; nothing is granted by default (D1-041). */
export interface SystemGrant {
  readonly id: string;
  readonly accountId: string;
  /** Key of the system in `systems.yaml`. */
  readonly systemId: string;
  /** Role code of that system in `systems.yaml`. */
  readonly role: string;
  readonly reason: string;
  /** What the grant rests on: an application number, `setup`, `migrated`, `demo`. */
  readonly basis: string;
  /** First and last Taipei day on which it holds; null = without end. */
  readonly validFrom: TaipeiDay;
  readonly validUntil: TaipeiDay | null;
  /** `pending`: taken over from an older system and not approved yet; gives nothing. */
  readonly state: GrantState;
}

export const GRANT_STATES = ['pending', 'live', 'ended'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** The roles that `grants` give in `systemId` on `day`, without repeats, in a fixed order. */
export function rolesInSystem(grants: readonly SystemGrant[], systemId: string, day: TaipeiDay): string[] {
  const roles = grants
    .filter(grant => grant.systemId === systemId && grant.state === 'live')
    .filter(grant => grant.validFrom <= day && (grant.validUntil === null || day <= grant.validUntil))
    .map(grant => grant.role);
  return [...new Set(roles)].sort();
}
