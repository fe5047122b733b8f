import { rolesInSystem, type SystemGrant } from '../accounts/system-grant.ts';
import type { CertificateBinding } from '../accounts/certificate-binding.ts';
import type { AuditEvent } from '../audit/event.ts';
import { taipeiDayOf, type TaipeiDay } from '../calendar/taipei-day.ts';
import type { BusinessSystem } from '../flows/ports.ts';
import type { PortalPerson } from '../flows/login/portal-session.ts';
import type { Bilingual } from './texts/bilingual.ts';

/** What the start page shows, taken together before any markup. */
export interface StartPage {
  readonly person: PortalPerson;
  readonly at: Date;
  readonly granted: readonly GrantedSystem[];
  readonly others: readonly BusinessSystem[];
  readonly bindings: readonly CertificateBinding[];
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  readonly systemNames: ReadonlyMap<string, Bilingual>;
}

export interface GrantedSystem {
  readonly system: BusinessSystem;
  readonly roles: readonly { readonly name: Bilingual; readonly until: TaipeiDay | null }[];
}

/** Sorts the systems into those the person may enter today, with the roles there, and the others. */
export function composeStartPage(input: {
  readonly person: PortalPerson;
  readonly at: Date;
  readonly systems: ReadonlyMap<string, BusinessSystem>;
  readonly bindings: readonly CertificateBinding[];
  readonly events: readonly AuditEvent[];
}): StartPage {
  const { person, at } = input;
  const { grants } = person.access;
  const day = taipeiDayOf(at);
  const systems = [...input.systems.values()];
  const isGranted = (system: BusinessSystem) => rolesInSystem(grants, system.id, day).length > 0;
  return {
    person,
    at,
    granted: systems.filter(isGranted).map(system => ({
      system,
      roles: rolesInSystem(grants, system.id, day).map(role => ({
        name: roleName(system, role),
        until: lastDayOf(grants, system.id, role, day),
      })),
    })),
    others: systems.filter(system => !isGranted(system)),
    bindings: input.bindings,
    events: input.events,
    systemNames: new Map(systems.map(system => [system.id, { zh: system.name, en: system.nameEn }])),
  };
}

/** A role that the configuration has no name for shows its code. */
function roleName(system: BusinessSystem, code: string): Bilingual {
  const role = system.roles.find(candidate => candidate.code === code);
  return role === undefined ? { zh: code, en: code } : { zh: role.name, en: role.nameEn };
}

/** The last day of the grants that give the role today; null when one of them has no end. */
function lastDayOf(grants: readonly SystemGrant[], systemId: string, role: string, day: TaipeiDay): TaipeiDay | null {
  const days = grants
    .filter(grant => grant.role === role && rolesInSystem([grant], systemId, day).length > 0)
    .map(grant => grant.validUntil);
  return days.includes(null)
    ? null
    : (days
        .filter(until => until !== null)
        .sort()
        .at(-1) ?? null);
}
