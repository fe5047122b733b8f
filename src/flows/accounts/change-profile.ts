import { maskField } from '../../accounts/personal-data.ts';
import type { Person, PersonContact } from '../../accounts/person.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import { judgeShape, judgeText, tidy } from '../../applications/judge-text.ts';
import type { Fact } from '../../audit/event.ts';
import { refuse, type DeskOutcome } from './desk-act.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { Change } from '../ports.ts';

/** What people may change of themselves, in the order of the form (D1-060). */
export const CONTACT_FIELDS = ['title', 'phone', 'email'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

const SHAPES = { title: null, phone: 'telephone', email: 'mail' } as const;
const LENGTHS = { title: 40, phone: 40, email: 254 } as const satisfies Record<ContactField, number>;

/**
 * A person changes his own contact data; empty means "none". The record keeps before and after, telephone and mail masked
 * (DESIGN rule 9): enough to see that and when something changed, and by whom.
 *
 * @returns whether anything was different
 */
export async function changeProfile(
  context: GatewayContext,
  act: {
    readonly accountId: string;
    readonly typed: Readonly<Record<ContactField, string>>;
    readonly origin: RequestOrigin;
  },
): Promise<DeskOutcome<{ readonly changed: boolean }>> {
  const { accountId, origin } = act;
  const problems = CONTACT_FIELDS.flatMap(field => judgeContact(field, tidy(act.typed[field])));
  if (problems.length > 0) return { ok: false, failure: { code: 'fields-invalid', problems } };
  const written = (field: ContactField) => (tidy(act.typed[field]) === '' ? null : tidy(act.typed[field]));
  const contact: PersonContact = { title: written('title'), phone: written('phone'), email: written('email') };
  return context.database.change(async (changes): Promise<Change<DeskOutcome<{ changed: boolean }>>> => {
    const account = await changes.findAccount(accountId);
    const person = account === undefined ? undefined : await changes.findPerson(account.personId);
    if (account?.state !== 'active' || person === undefined) return refuse({ code: 'changed-meanwhile' });
    const changed = CONTACT_FIELDS.filter(field => person[field] !== contact[field]);
    if (changed.length === 0) return { result: { ok: true, changed: false }, unchanged: true };
    await changes.setPersonContact(person.id, contact);
    const event = composeEvent(context, 'profile.changed', {
      actor: { kind: 'account', accountId },
      accountId,
      origin,
      facts: Object.fromEntries(changed.flatMap(field => factsOf(field, person, contact))),
    });
    return { result: { ok: true, changed: true }, events: [event] };
  });
}

function judgeContact(field: ContactField, text: string): FieldProblem[] {
  if (text === '') return [];
  const limit = LENGTHS[field];
  const unseen = judgeText(text, limit, false);
  if (unseen !== null)
    return [unseen === 'too-long' ? { field, code: unseen, limit: String(limit) } : { field, code: unseen }];
  const kind = SHAPES[field];
  const code = kind === null ? null : judgeShape(kind, text);
  return code === null ? [] : [{ field, code }];
}

function factsOf(field: ContactField, before: Person, after: PersonContact): [string, Fact][] {
  const shown = (value: string | null): Fact => (value === null || field === 'title' ? value : maskField(field, value));
  return [
    [`${field}Before`, shown(before[field])],
    [`${field}After`, shown(after[field])],
  ];
}
