import type { Account, GatewayRole } from '../accounts/account.ts';
import { findAuthority, type Authority } from '../accounts/authority.ts';
import type { BindingRequest } from '../accounts/binding-request.ts';
import type { AuditEvent } from '../audit/event.ts';
import { writeNotice } from '../notices/notice.ts';
import { judgeCitizenCertificate } from '../pki/card-proof.ts';
import type { PkiFailure } from '../pki/failures.ts';
import type { CardHolder } from '../pki/profiles/citizen-certificate.ts';
import type { BlockedFailure } from '../pki/revocation/block-list.ts';
import { mayDecide, type Session } from '../sessions/session.ts';
import { findStand } from './activation-stand.ts';
import { bindCertificate, type BindingFailure } from './bind-certificate.ts';
import { endSessionsOf } from './change-account.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from './gateway-context.ts';
import { blocked, isBlocked } from './judge-card.ts';
import type { Change, DatabaseChanges } from './ports.ts';
import { judgeOwnership } from './register-certificate.ts';

/** Who looks at people and their cards: the agency's registrar; 本署 where the agency has none, or it is his own. */
export const BINDING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

export type BindingDecisionFailure =
  | { readonly code: 'not-found' }
  | { readonly code: 'access-refused' }
  | { readonly code: 'card-session-required' }
  /** Nobody confirms his own card. */
  | { readonly code: 'own-request' }
  | { readonly code: 'note-missing' }
  /** Decided by somebody else meanwhile, or replaced by another card. */
  | { readonly code: 'request-not-waiting' }
  /** The account was suspended, deleted or reset after the card was shown. */
  | { readonly code: 'account-not-ready' }
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
  /** What was seen: identity paper, face, reason; mandatory. */
  readonly note: string;
  readonly by: {
    readonly account: Account;
    readonly authorities: readonly Authority[];
    readonly session: Pick<Session, 'method'>;
  };
  readonly origin: RequestOrigin;
}

/** Longer than a few words, shorter than a page. */
export const NOTE_MAX = 500;

/**
 * A registrar decides face to face whether a card is the person's (D1-123). Confirmed, it is bound and the account made
 * active, or, for a new card of an active account, the old binding and the sessions end. The card itself is judged anew:
 * weeks may lie between its signature and this.
 */
export async function decideBinding(
  context: GatewayContext,
  decision: BindingDecision,
): Promise<BindingDecisionOutcome> {
  const request = await context.database.credentials.findBindingRequest(decision.requestId);
  const account = request && (await context.database.accounts.findAccount(request.accountId));
  if (request === undefined || account === undefined) return refused({ code: 'not-found' });
  const failure = judgeDecider(decision, account);
  if (failure !== null) return refused(failure);

  const card = decision.decision === 'confirmed' ? judgeKeptCard(context, request) : undefined;
  if (card?.ok === false) return refused(card.failure);
  const outcome = await context.database.change(changes => decide(context, changes, decision, card?.holder));
  if (outcome.ok && decision.decision === 'confirmed' && request.kind === 're-binding') {
    const actor = { kind: 'account', accountId: decision.by.account.id } as const;
    await endSessionsOf(context, [account.id], 'account-changed', { actor, origin: decision.origin });
  }
  return outcome;
}

function judgeDecider({ by, note }: BindingDecision, account: Account): BindingDecisionFailure | null {
  const place = { ...account, accountId: account.id };
  if (findAuthority(by.authorities, BINDING_ROLES, place) === undefined) return { code: 'access-refused' };
  if (!mayDecide(by.session)) return { code: 'card-session-required' };
  if (by.account.id === account.id || by.account.personId === account.personId) return { code: 'own-request' };
  return note.trim() === '' || note.length > NOTE_MAX ? { code: 'note-missing' } : null;
}

type KeptCard =
  | { readonly ok: true; readonly holder: CardHolder }
  | { readonly ok: false; readonly failure: PkiFailure | BlockedFailure };

function judgeKeptCard(context: GatewayContext, { certificateDer }: BindingRequest): KeptCard {
  const { trust } = context;
  const verdict = judgeCitizenCertificate({
    certificate: certificateDer,
    trustStore: trust.trustStore(),
    crls: trust.crls(),
    time: context.clock.now(),
    policy: trust.revocationPolicy,
  });
  if (!verdict.ok) return verdict;
  const { cardHolder: holder } = verdict;
  return isBlocked(context, holder) ? { ok: false, failure: blocked(holder) } : { ok: true, holder };
}

async function decide(
  context: GatewayContext,
  changes: DatabaseChanges,
  decision: BindingDecision,
  holder: CardHolder | undefined,
): Promise<Change<BindingDecisionOutcome>> {
  const request = await changes.credentials.findBindingRequest(decision.requestId);
  if (request?.state !== 'waiting') return denied({ code: 'request-not-waiting' });
  const account = await changes.findAccount(request.accountId);
  if (account === undefined) return denied({ code: 'not-found' });
  const note = decision.note.trim();
  const decided = {
    state: decision.decision,
    decidedBy: decision.by.account.id,
    decidedAt: context.clock.now(),
    note,
  };
  const events: AuditEvent[] = [];
  if (holder !== undefined) {
    const bound = await bind(context, changes, { request, account, holder, decision });
    if (!bound.ok) return denied(bound.failure);
    events.push(...bound.events);
  }
  await changes.credentials.decideBindingRequest(request.id, decided);
  await tell(context, changes, account, decision);
  const facts = { request: request.id, kind: request.kind, note, certificateSha256: request.certificateSha256 };
  const code = holder === undefined ? 'certificate.binding-refused' : 'certificate.bound';
  const event = composeEvent(context, code, { ...aboutOf(account, decision), facts: { ...facts, by: 'registrar' } });
  return { result: { ok: true, request: { ...request, ...decided } }, events: [event, ...events] };
}

async function bind(
  context: GatewayContext,
  changes: DatabaseChanges,
  about: {
    readonly request: BindingRequest;
    readonly account: Account;
    readonly holder: CardHolder;
    readonly decision: BindingDecision;
  },
): Promise<
  | { readonly ok: true; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly failure: BindingDecisionFailure }
> {
  const { request, account, holder, decision } = about;
  const stand = await findStand(context, changes, account);
  const isReady = request.kind === 'activation' ? stand.kind === 'waiting-for-registrar' : account.state === 'active';
  if (!isReady) return { ok: false, failure: { code: 'account-not-ready' } };
  const taken = await judgeOwnership(changes, account.id, holder);
  if (taken !== null) return { ok: false, failure: taken };

  const events: AuditEvent[] = [];
  for (const old of await changes.listBindings(account.id)) {
    await changes.endBinding(old.id, context.clock.now());
    const facts = { certificateSha256: old.certificateSha256, replacedBy: holder.certificateSha256 };
    events.push(composeEvent(context, 'certificate.unbound', { ...aboutOf(account, decision), facts }));
  }
  const bound = await bindCertificate(context, changes, account.id, holder);
  if (!bound.ok) return bound;
  if (account.state === 'pending-activation') {
    await changes.setAccountState(account.id, 'active');
    const facts = { before: account.state, after: 'active' };
    events.push(composeEvent(context, 'account.activated', { ...aboutOf(account, decision), facts }));
  }
  return { ok: true, events };
}

async function tell(
  context: GatewayContext,
  changes: DatabaseChanges,
  account: Account,
  { decision, note }: BindingDecision,
): Promise<void> {
  const person = await changes.findPerson(account.personId);
  const outcome = decision === 'confirmed' ? '已登記' : '未同意';
  await changes.operations.insertNotice(
    writeNotice({
      id: context.randomness.uuid(),
      template: 'binding-decided',
      facts: {
        name: account.name,
        loginName: account.loginName,
        outcome,
        note: note.trim(),
        portal: context.portal.origin,
      },
      accountId: account.id,
      toAddress: person?.email ?? null,
      language: 'zh',
      createdAt: context.clock.now(),
    }),
  );
}

function aboutOf(account: Account, { by, origin }: BindingDecision) {
  return { actor: { kind: 'account', accountId: by.account.id }, accountId: account.id, origin } as const;
}

function refused(failure: BindingDecisionFailure): BindingDecisionOutcome {
  return { ok: false, failure };
}

function denied(failure: BindingDecisionFailure): Change<BindingDecisionOutcome> {
  return { result: { ok: false, failure }, unchanged: true };
}
