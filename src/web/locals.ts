import type { RequestHandler, Response } from 'express';
import type { Account } from '../accounts/account.ts';
import type { Authority } from '../accounts/authority.ts';
import type { ApplicationActor } from '../flows/applications/application-actor.ts';
import type { PortalPerson, PortalVisitor } from '../flows/login/portal-session.ts';
import type { Language } from './texts/bilingual.ts';

type Applicant = Extract<ApplicationActor, { kind: 'card' }>;

/** What is settled about a request before its route runs; each is set by one middleware, in the order of `app.ts`. */
export interface PortalLocals extends Record<string, unknown> {
  /** Our own UUID; names the request in records, in logs and to the help desk. */
  requestId: string;
  /** The client's, as far as proxies in front of us are believed. */
  clientAddress: string;
  language: Language;
  /** Who is there; absent where the address is the whole world's. */
  visitor?: PortalVisitor;
  /** Everything the person may act as today; empty where nobody is logged in. */
  authorities?: readonly Authority[];
  /** The holder of a card without an account, where the address is an applicant's. */
  applicant?: Applicant | undefined;
  /** The account of the path, where the address has one; the visitor's authority reaches it. */
  target?: Account;
}

/** A handler whose body and query are unknown until a schema has read them. */
export type PortalHandler = RequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  Record<string, unknown>,
  PortalLocals
>;

/** Who is logged in and may act as what, at an address whose row in `access.ts` demands somebody. */
export function visitorOf(response: Pick<Response<unknown, PortalLocals>, 'locals'>): {
  readonly person: PortalPerson;
  readonly authorities: readonly Authority[];
} {
  const { visitor, authorities } = response.locals;
  if (visitor?.kind !== 'person' || authorities === undefined) {
    throw new Error('This address is open to people who are not logged in: its row in access.ts says so.');
  }
  return { person: visitor.person, authorities };
}

/** The account of the path, at an address whose row has `scope: 'account'`. */
export function targetOf(response: Pick<Response<unknown, PortalLocals>, 'locals'>): Account {
  const { target } = response.locals;
  if (target === undefined) throw new Error('The row of this address in access.ts names no account.');
  return target;
}

/** The applicant, at an address whose row is an applicant's. */
export function applicantOf(response: Pick<Response<unknown, PortalLocals>, 'locals'>): Applicant {
  const { applicant } = response.locals;
  if (applicant === undefined) throw new Error('The row of this address in access.ts is no applicant’s.');
  return applicant;
}
