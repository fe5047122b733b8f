import type { GatewayRole } from '../accounts/account.ts';
import { isWithin } from '../accounts/authority.ts';
import { isSamePerson, isSubject, type ActingPerson } from './acting-person.ts';
import type { Application } from './application.ts';
import { fieldsOf, type FormValues } from './form.ts';
import { FORMS } from './forms.ts';
import { isCompetentHead, ROLES_AT } from './may-act.ts';

/** How much of an application somebody sees. */
export type Sight = 'nothing' | 'masked' | 'whole';

/** Roles that look without acting. */
const LOOKING: readonly GatewayRole[] = ['checker', 'auditor', 'case-officer', 'ministry-administrator', 'registrar'];

/**
 * Whoever filed it, whom it is about, and those who act on its way see it whole; others in office see that it is there,
 * with personal data masked (D1-083). A draft is its filer's alone.
 */
export function judgeSight(application: Application, person: ActingPerson, ministryId: string): Sight {
  if (isSamePerson(person, application.filer)) return 'whole';
  if (application.submittedAt === null || person.kind === 'card') return 'nothing';
  if (isSubject(person, application)) return 'whole';
  const reaching = person.authorities.filter(each => isWithin(each.scope, application));
  const acting = application.route.flatMap(stage => (stage === 'competent-review' ? [] : ROLES_AT[stage]));
  if (reaching.some(each => acting.includes(each.role))) return 'whole';
  const isCompetent = person.authorities.some(each => isCompetentHead(each, ministryId));
  if (isCompetent && application.route.includes('competent-review')) return 'whole';
  return reaching.some(each => LOOKING.includes(each.role)) ? 'masked' : 'nothing';
}

/** An application that is listed, as this person sees it: masked unless he sees it whole. */
export function asSeenBy(person: ActingPerson, application: Application, ministryId: string): Application {
  return judgeSight(application, person, ministryId) === 'whole' ? application : mask(application);
}

/** The same application with what is personal made unreadable. */
export function mask(application: Application): Application {
  const personal = fieldsOf(FORMS[application.form]).filter(field => field.isPersonal === true);
  const fields = Object.fromEntries(
    Object.entries(application.values.fields).map(([name, value]) => [
      name,
      personal.some(field => field.name === name) ? hide(value) : value,
    ]),
  );
  const values: FormValues = { ...application.values, fields };
  return { ...application, values, subjectName: hide(application.subjectName) };
}

/** The first character stays, so that a list can still be read aloud; the rest is hidden, its length too. */
function hide(text: string): string {
  return text === '' ? '' : `${Array.from(text).slice(0, 1).join('')}○○`;
}
