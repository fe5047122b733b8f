import type { Authority } from '../accounts/authority.ts';
import type { Application, Filer } from './application.ts';

/** Who wants to act on an application: by account, or by a card without one. */
export type ActingPerson = ActingAccount | ActingCard;

export interface ActingAccount {
  readonly kind: 'account';
  readonly accountId: string;
  readonly personId: string;
  readonly name: string;
  readonly idLastFour: string | null;
  /** Hashes of the subjects of his cards, see `hashSubject`: he may have applied by card before he had an account. */
  readonly cardSubjects: readonly string[];
  readonly authorities: readonly Authority[];
  /** Only cards decide (DESIGN rule 7). */
  readonly method: 'card' | 'one-day-password';
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
export function isSamePerson(actor: ActingPerson, recorded: Filer): boolean {
  if (recorded.kind === 'account') return actor.kind === 'account' && actor.personId === recorded.personId;
  return actor.kind === 'card'
    ? actor.subjectHash === recorded.subjectHash
    : actor.cardSubjects.includes(recorded.subjectHash);
}

/** Whether the application is about the actor himself, also where the form still calls him a new person. */
export function isSubject(actor: ActingPerson, application: Application): boolean {
  if (actor.kind === 'card') return application.filer.kind === 'card' && isSamePerson(actor, application.filer);
  if (application.subjectPersonId !== null) return application.subjectPersonId === actor.personId;
  const { name, idLastFour } = application.values.fields;
  // Not given last four characters cannot tell two people of one name apart: then they are taken for one.
  const isLikely = actor.idLastFour === null || idLastFour === actor.idLastFour;
  return name?.normalize('NFC') === actor.name && isLikely;
}
