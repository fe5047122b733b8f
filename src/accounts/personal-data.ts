import type { GatewayRole } from './account.ts';
import type { Person } from './person.ts';

/** What a form collects about a person besides his name, and D1-083 protects field by field. */
export const PROTECTED_FIELDS = ['idLastFour', 'title', 'phone', 'email'] as const;
export type ProtectedField = (typeof PROTECTED_FIELDS)[number];

const EVERYTHING: readonly ProtectedField[] = PROTECTED_FIELDS;

/**
 * Who needs which field for his duty: those who register accounts and tell cards apart see all of it, a head reaches his
 * people, and those who check or audit need none. A role that is not named here sees nothing.
 */
const NEEDED: Readonly<Record<GatewayRole, readonly ProtectedField[]>> = {
  'case-officer': EVERYTHING,
  'ministry-administrator': EVERYTHING,
  registrar: EVERYTHING,
  'unit-head': ['title', 'phone', 'email'],
  'general-user': [],
  checker: ['title'],
  auditor: ['title'],
};

/** The fields of somebody's data that the holder of `roles` sees unmasked; of his own he sees everything. */
export function fieldsInClear(roles: readonly GatewayRole[], isOwn: boolean): ReadonlySet<ProtectedField> {
  return new Set(isOwn ? EVERYTHING : roles.flatMap(role => NEEDED[role]));
}

/** A person's data as the holder of `inClear` may see it: the rest is masked, so that one sees that it is there. */
export function maskPerson(person: Person, inClear: ReadonlySet<ProtectedField>): Person {
  const show = (field: ProtectedField): string | null => {
    const value = person[field];
    return value === null || inClear.has(field) ? value : maskField(field, value);
  };
  return {
    ...person,
    idLastFour: show('idLastFour'),
    title: show('title'),
    phone: show('phone'),
    email: show('email'),
  };
}

/** Hides all of a value but what tells one from another in a record: a number's last two, a mail's first and domain. */
export function maskField(field: ProtectedField, value: string): string {
  switch (field) {
    case 'title':
      return '••';
    case 'idLastFour':
      return '••••';
    case 'phone':
      return `••••${value.slice(-2)}`;
    case 'email': {
      const at = value.lastIndexOf('@');
      return at < 1 ? '••••' : `${value.slice(0, 1)}•••${value.slice(at)}`;
    }
  }
}
