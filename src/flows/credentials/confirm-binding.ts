import type { Account } from '../../accounts/account.ts';
import { keepersOf } from '../../accounts/authority.ts';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { PkiFailure } from '../../pki/failures.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import type { BlockedFailure } from '../../pki/revocation/block-list.ts';
import { findStand } from './activation-stand.ts';
import { bindCertificate, type BindingFailure } from './bind-certificate.ts';
import { endSessionsOf } from '../accounts/change-account.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskFailure,
} from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { judgeKeptCertificate, type KeptCertificateVerdict } from '../login/judge-card.ts';
import { noticeFacts, notifyAccount } from '../operations/notify.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { judgeOwnership } from './register-certificate.ts';

export type BindingDecisionFailure =
  /** Also: nobody confirms his own card, and whoever may not is refused before he learns anything of the card. */
  | DeskFailure
  /** The account was suspended, deleted or reset after the card was shown. */
  | { readonly code: 'account-not-ready' }
  /** He has handed out the initial secret with which the card came: somebody else looks at the person. */
  | { readonly code: 'secret-issued-by-yourself' }
  | { readonly code: 'card-bound-elsewhere' }
  | { readonly code: 'card-already-bound' }
  | PkiFailure
  | BlockedFailure
  | BindingFailure;

export type BindingDecisionOutcome =
  | { readonly ok: true; readonly request: BindingRequest }
  | { readonly ok: false; readonly failure: BindingDecisionFailure };

export interface BindingDecision {
  readonly requestId: string;
  readonly decision: 'confirmed' | 'refused';
  /** What was seen (identity paper, face) or why not, as typed; mandatory. */
  readonly note: string;
  readonly actor: DeskActor;
}

/**
 * A registrar decides face to face whether a card is the person's (D1-123). Confirmed, it is bound and the account made
 * active, or, for a new card of an active account, the old binding and the sessions end. The card itself is judged anew:
 * weeks may lie between its signature and this. Nobody confirms alone what he has opened himself: whoever has handed out the
 * account's last initial secret does not.
 */
export async function decideBinding(
  context: GatewayContext,
  decision: BindingDecision,
): Promise<BindingDecisionOutcome> {
  const note = readText('note', decision.note);
  const request = await context.database.credentials.findBindingRequest(decision.requestId);
  if (request === undefined) return { ok: false, failure: { code: 'changed-meanwhile' } };
  const card =
    decision.decision === 'confirmed' ? await judgeKeptCertificate(context, request.certificateDer) : undefined;
  const outcome = await context.database.change(changes => decide(context, changes, { ...decision, note, card }));
  if (outcome.ok && decision.decision === 'confirmed' && request.kind === 're-binding') {
    const { actor } = decision;
    const order = { actor: recordedActor(actor), origin: actor.origin };
    await endSessionsOf(context, [request.accountId], 'account-changed', order);
  }
  return outcome;
}

type JudgedDecision = Omit<BindingDecision, 'note'> & {
  readonly note: ReturnType<typeof readText>;
  readonly card: KeptCertificateVerdict | undefined;
};

async function decide(
  context: GatewayContext,
  changes: DatabaseChanges,
  decision: JudgedDecision,
): Promise<Change<BindingDecisionOutcome>> {
  const { actor, note, card } = decision;
  const request = await changes.credentials.findBindingRequest(decision.requestId);
  const account = request && (await changes.findAccount(request.accountId));
  if (request === undefined || account === undefined) return refuse({ code: 'changed-meanwhile' });
  const place = { ...account, accountId: account.id };
  const authority = await findDecidingAuthority(context, changes, actor, keepersOf(account), place);
  if (authority === undefined) return refuse({ code: 'access-refused' });
  if (actor.accountId === account.id) return refuse({ code: 'own-account' });
  if (request.state !== 'waiting') return refuse({ code: 'changed-meanwhile' });
  if (note.problems.length > 0) return refuse({ code: 'fields-invalid', problems: note.problems });
  if (card?.ok === false) return denied(card.failure);
  const secret = await changes.credentials.findLastInitialSecret(account.id);
  if (card !== undefined && secret?.issuedBy === actor.accountId) return denied({ code: 'secret-issued-by-yourself' });

  const events: AuditEvent[] = [];
  if (card !== undefined) {
    const bound = await bind(context, changes, { request, account, holder: card.holder, actor });
    if (!bound.ok) return denied(bound.failure);
    events.push(...bound.events);
  }
  const decided = {
    state: decision.decision,
    decidedBy: actor.accountId,
    decidedAt: context.clock.now(),
    note: note.text,
  };
  await changes.credentials.decideBindingRequest(request.id, decided);
  await tell(context, changes, account, decided);
  const facts = { request: request.id, kind: request.kind, certificateSha256: request.certificateSha256 };
  const code = card === undefined ? 'certificate.binding-refused' : 'certificate.bound';
  const about = { ...aboutOf(account, actor), facts: { ...facts, note: note.text, by: 'registrar' } };
  return {
    result: { ok: true, request: { ...request, ...decided } },
    events: [composeEvent(context, code, about), ...events],
  };
}

async function bind(
  context: GatewayContext,
  changes: DatabaseChanges,
  about: {
    readonly request: BindingRequest;
    readonly account: Account;
    readonly holder: CardHolder;
    readonly actor: DeskActor;
  },
): Promise<
  | { readonly ok: true; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly failure: BindingDecisionFailure }
> {
  const { request, account, holder, actor } = about;
  const stand = await findStand(context, changes, account);
  if (stand.kind !== (request.kind === 'activation' ? 'waiting-for-registrar' : 'done'))
    return { ok: false, failure: { code: 'account-not-ready' } };
  const taken = await judgeOwnership(changes, account.id, holder);
  if (taken !== null) return { ok: false, failure: taken };

  const events: AuditEvent[] = [];
  for (const old of await changes.listBindings(account.id)) {
    await changes.endBinding(old.id, context.clock.now());
    const facts = { certificateSha256: old.certificateSha256, replacedBy: holder.certificateSha256 };
    events.push(composeEvent(context, 'certificate.unbound', { ...aboutOf(account, actor), facts }));
  }
  const bound = await bindCertificate(context, changes, account.id, holder);
  if (!bound.ok) return bound;
  if (account.state === 'pending-activation') {
    await changes.setAccountState(account.id, 'active');
    const facts = { before: account.state, after: 'active' };
    events.push(composeEvent(context, 'account.activated', { ...aboutOf(account, actor), facts }));
  }
  return { ok: true, events };
}

async function tell(
  context: GatewayContext,
  changes: DatabaseChanges,
  account: Account,
  { state, note }: { readonly state: BindingDecision['decision']; readonly note: string },
): Promise<void> {
  const outcome = state === 'confirmed' ? '已登記' : '未同意';
  const facts = { ...noticeFacts(context, account), outcome, note };
  await notifyAccount(context, changes, account, 'binding-decided', facts);
}

function aboutOf(account: Account, { accountId, origin }: DeskActor) {
  return { actor: { kind: 'account', accountId }, accountId: account.id, origin } as const;
}

function denied(failure: BindingDecisionFailure): Change<BindingDecisionOutcome> {
  return { result: { ok: false, failure }, unchanged: true };
}
