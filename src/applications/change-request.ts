import { GATEWAY_ROLES, type GatewayRole } from '../accounts/account.ts';
import type { Person } from '../accounts/person.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { FormId, FormValues, GrantRow } from './form.ts';

export const CHANGE_KINDS = ['add', 'appoint', 'change', 'suspend', 'resume', 'delete', 'move'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What D-06-09 and D-06-10 ask for, read from the values of a form that has been judged. */
export interface ChangeRequest {
  readonly change: ChangeKind;
  /** Whom it is about: an account that is there, or a new person. */
  readonly subject:
    | { readonly kind: 'account'; readonly loginName: string }
    | { readonly kind: 'person'; readonly person: Omit<Person, 'id'>; readonly loginName: string };
  /** Code of the unit (new one, on a change); null: none, or as it was. */
  readonly unitCode: string | null;
  readonly leavesAgency: boolean;
  /** The gateway role that is given or taken; D-06-10 says registrar by being D-06-10. */
  readonly role: { readonly role: GatewayRole; readonly act: 'add' | 'remove' } | null;
  readonly grants: readonly GrantRow[];
  readonly successor: string | null;
  readonly effectiveDay: TaipeiDay;
  readonly reason: string;
  readonly legalBasis: string | null;
}

/** The changes that take something away on their day (D1-082, D1-087). */
export const TAKING_AWAY: readonly ChangeKind[] = ['suspend', 'delete', 'move'];

/** Whether somebody loses something by the change, so that his sessions end with it (D1-087). */
export function takesAway({ change, grants, role }: ChangeRequest): boolean {
  if (TAKING_AWAY.includes(change)) return true;
  return grants.some(row => row.act === 'remove') || role?.act === 'remove';
}

/** The gateway roles of an account that the change ends. */
export function lostRoles({ change, role }: ChangeRequest, held: readonly GatewayRole[]): readonly GatewayRole[] {
  if (TAKING_AWAY.includes(change)) return held;
  return role?.act === 'remove' ? [role.role] : [];
}

/**
 * Whether a newer approval comes over one that waits for its day. What only gives never does where the older one takes
 * away: a leaver would stay because somebody had once more applied for him.
 */
export function maySupersede(newer: ChangeRequest, waiting: ChangeRequest): boolean {
  return !takesAway(waiting) || TAKING_AWAY.includes(newer.change) || newer.change === 'resume';
}

/** Login name of the registrar who takes over from one who leaves; null where the form names none. */
export function successorOf({ form, values }: { readonly form: FormId; readonly values: FormValues }): string | null {
  const isLeaving = form === 'D-06-10' && TAKING_AWAY.some(kind => kind === values.fields['change']);
  return (isLeaving && values.fields['successor']) || null;
}

/** Reads a judged form. What is not asked for under this kind of change counts as not written. */
export function readChangeRequest(form: FormId, values: FormValues): ChangeRequest {
  const text = (name: string): string | null => {
    const value = values.fields[name] ?? '';
    return value === '' ? null : value;
  };
  const change = CHANGE_KINDS.find(kind => kind === values.fields['change']);
  if (change === undefined) throw new Error('A form that has not been judged.');
  const asked = (...kinds: ChangeKind[]): boolean => kinds.includes(change);
  return {
    change,
    subject:
      change === 'add'
        ? {
            kind: 'person',
            person: {
              name: text('name') ?? '',
              idLastFour: text('idLastFour'),
              title: text('title'),
              phone: text('phone'),
              email: text('email'),
            },
            loginName: text('wishedLoginName') ?? '',
          }
        : { kind: 'account', loginName: text('loginName') ?? '' },
    unitCode: asked('add', 'change', 'move') ? text('unit') : null,
    leavesAgency: change === 'move' && text('destination') === 'leaves-agency',
    role: readRole(form, change, text),
    grants: asked('add', 'appoint', 'change', 'move')
      ? values.grants.map(row => ({ ...row, act: row.act === 'remove' ? 'remove' : 'add' }))
      : [],
    successor: successorOf({ form, values }),
    effectiveDay: text('effectiveDay') ?? '',
    reason: text('reason') ?? '',
    legalBasis: text('legalBasis'),
  };
}

function readRole(form: FormId, change: ChangeKind, text: (name: string) => string | null): ChangeRequest['role'] {
  if (form === 'D-06-10') {
    return change === 'add' || change === 'appoint' ? { role: 'registrar', act: 'add' } : null;
  }
  if (change !== 'add' && change !== 'change') return null;
  const role = GATEWAY_ROLES.find(each => each === text('gatewayRole')) ?? null;
  if (change === 'add') return { role: role ?? 'general-user', act: 'add' };
  return role === null ? null : { role, act: text('roleAct') === 'remove' ? 'remove' : 'add' };
}
