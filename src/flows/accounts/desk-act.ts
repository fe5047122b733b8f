import type { GatewayRole } from '../../accounts/account.ts';
import { findAuthority, type Authority, type Place } from '../../accounts/authority.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import { judgeText, tidy } from '../../applications/judge-text.ts';
import type { Actor } from '../../audit/event.ts';
import { findAuthorities } from './find-authorities.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import type { Change } from '../ports.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** Who does something at the desk of the portal. */
export interface DeskActor {
  readonly accountId: string;
  /** Of the session, see `mayDecide`: not one by one-day password. */
  readonly mayDecide: boolean;
  readonly origin: RequestOrigin;
}

/** Why an act at the desk is not done. */
export type DeskFailure =
  | { readonly code: 'fields-invalid'; readonly problems: readonly FieldProblem[] }
  /** No role of the actor's reaches so far, or his session may not decide. */
  | { readonly code: 'access-refused' }
  /** Nobody decides about himself. */
  | { readonly code: 'own-account' }
  /** Nobody deletes upon data that he brought himself. */
  | { readonly code: 'own-import' }
  /** What it is about is gone, or in another state: somebody acted meanwhile. */
  | { readonly code: 'changed-meanwhile' };

export type DeskOutcome<T = object> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly failure: DeskFailure };

/** Ends a change that is refused. */
export function refuse<T>(failure: DeskFailure): Change<DeskOutcome<T>> {
  return { result: { ok: false, failure }, unchanged: true };
}

/** The actor as records name him. */
export function recordedActor(actor: DeskActor): Actor {
  return { kind: 'account', accountId: actor.accountId };
}

/**
 * The authority by which the actor decides about `place`, judged anew inside the change: roles and deputyships may have
 * ended since the page was opened. A head's deputy decides nothing about that head on his behalf. Undefined: he may not.
 */
export async function findDecidingAuthority(
  context: Pick<GatewayContext, 'clock'>,
  accounts: AccountReader,
  actor: DeskActor,
  roles: readonly GatewayRole[],
  place: Place,
): Promise<Authority | undefined> {
  const account = actor.mayDecide ? await accounts.findAccount(actor.accountId) : undefined;
  if (account === undefined) return undefined;
  const held = await findAuthorities(accounts, account, context.clock.now());
  const free = held.filter(({ onBehalfOf }) => onBehalfOf === null || onBehalfOf !== place.accountId);
  return findAuthority(free, roles, place);
}

/** What a person gives as a reason: a sentence or a few. */
const REASON_LENGTH = 500;

/** A mandatory text: as it will be kept, or what is wrong with it. */
export function readText(
  field: string,
  typed: string,
  maxLength = REASON_LENGTH,
  isProse = true,
): { readonly text: string; readonly problems: readonly FieldProblem[] } {
  const text = tidy(typed);
  if (text === '') return { text, problems: [{ field, code: 'missing' }] };
  const code = judgeText(text, maxLength, isProse);
  if (code === null) return { text, problems: [] };
  return { text, problems: [code === 'too-long' ? { field, code, limit: String(maxLength) } : { field, code }] };
}
