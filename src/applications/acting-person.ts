import type { Authority } from '../accounts/authority.ts';
import type { Application, Filer } from './application.ts';
import { successorOf } from './change-request.ts';

/** Who wants to act on an application: by account, or by a card without one. */
export type ActingPerson = ActingAccount | ActingCard;

export interface ActingAccount extends AccountHolder {
  readonly authorities: readonly Authority[];
  /** The heads whose deputy he is: what bars them bars him from acting for them. */
  readonly principals: readonly AccountHolder[];
  /** Only cards decide (DESIGN rule 7). */
  readonly method: 'card' | 'one-day-password';
}

/** A person with an account, by everything by which he may be found in an application. */
export interface AccountHolder {
  readonly kind: 'account';
  readonly accountId: string;
  readonly loginName: string;
  readonly personId: string;
  readonly name: string;
  readonly idLastFour: string | null;
  /** Hashes of the subjects of his cards, see `hashSubject`: he may have applied by card before he had an account. */
  readonly cardSubjects: readonly string[];
}

export interface ActingCard {
  readonly kind: 'card';
  readonly subjectHash: string;
  readonly name: string;
}

/** The actor as he is kept in the history. */
export function recordedAs(actor: ActingPerson): Filer {
  return actor.kind === 'card'
    ? { kind: 'card', subjectHash: actor.subjectHash, name: actor.name }
    : { kind: 'account', accountId: actor.accountId, personId: actor.personId, name: actor.name };
}

/** Whether the actor is the recorded person; persons are compared, not accounts. */
export function isSamePerson(actor: AccountHolder | ActingCard, recorded: Filer): boolean {
  if (recorded.kind === 'account') return actor.kind === 'account' && actor.personId === recorded.personId;
  return actor.kind === 'card'
    ? actor.subjectHash === recorded.subjectHash
    : actor.cardSubjects.includes(recorded.subjectHash);
}

/** Whether the application is known to be about the person, also where the form still calls him a new one. */
export function isSubject(person: AccountHolder | ActingCard, application: Application): boolean {
  if (person.kind === 'card') return application.filer.kind === 'card' && isSamePerson(person, application.filer);
  if (application.subjectPersonId !== null) return application.subjectPersonId === person.personId;
  const isSame = person.idLastFour !== null && person.idLastFour === application.values.fields['idLastFour'];
  return isSame && hasNameOfSubject(person, application);
}

/**
 * Whether the application may be about the person, or gives him something: he is, or may be, whom it is about, or the
 * successor that it names. Without last four characters two people of one name cannot be told apart: then they are
 * taken for one, since here that is the careful answer.
 */
export function mayGain(person: AccountHolder, application: Application): boolean {
  if (isSubject(person, application)) return true;
  if (successorOf(application) === person.loginName) return true;
  return application.subjectPersonId === null && person.idLastFour === null && hasNameOfSubject(person, application);
}

function hasNameOfSubject({ name }: AccountHolder, { values }: Application): boolean {
  return values.fields['name']?.normalize('NFC') === name;
}
