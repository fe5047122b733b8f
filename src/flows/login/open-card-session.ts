import { judgeAccountState, type Account, type AccountFailure } from '../../accounts/account.ts';
import { isRenewal, type BindingKey, type CertificateBinding } from '../../accounts/certificate-binding.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { ClientCertificateFailure } from '../../http-fields/client-cert.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import type { CardMethod, Session, SessionEndReason } from '../../sessions/session.ts';
import { findConcurrentUse } from './concurrent-use.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { blocked, isBlocked, type CardFailure } from './judge-card.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { recordRefusedCard } from './record-refused-card.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { openSession } from '../sessions/open-session.ts';

/** Everything that can stand between a card and a session. */
export type CardLoginFailure = CardFailure | AccountFailure | ClientCertificateFailure;

/** A card that was judged and found good, on its way to a session. */
export interface CardArrival {
  readonly holder: CardHolder;
  /** A CRL past its nextUpdate was used: to be recorded with the login. */
  readonly usedGrace: boolean;
  readonly method: CardMethod;
  readonly origin: RequestOrigin;
  /** Gives the browser a new portal cookie (against fixation) and returns its hash; called only when the login stands. */
  readonly renewPortalCookie: () => Promise<string>;
}

export type CardLoginOutcome =
  { readonly ok: true; readonly session: Session } | { readonly ok: false; readonly failure: CardLoginFailure };

/**
 * Opens a session for the holder of a judged card, by whichever way it was shown: binding → account → event → session.
 * The session is opened only after its login event is committed (DESIGN §2).
 */
export async function openCardSession(context: GatewayContext, arrival: CardArrival): Promise<CardLoginOutcome> {
  const { holder } = arrival;
  const outcome = await context.database.change(changes => admit(context, changes, arrival));
  if (!outcome.ok) return refuseCard(context, arrival, outcome.failure, holder);

  const portalCookieHash = await arrival.renewPortalCookie();
  const endedBecause = await openSession(context, outcome.session, { portalCookieHash, origin: arrival.origin });
  // Blocked, or replaced by another card meanwhile: the end of the sessions may have run before this one was there.
  if (isBlocked(context, holder)) {
    await endAgain(context, outcome.session, 'card-blocked');
    return refuseCard(context, arrival, blocked(holder), holder);
  }
  const binding = await context.database.accounts.findBinding(bindingKeyOf(holder));
  // Over for another reason it is told as any session that is over, at the next request.
  if (binding?.accountId === outcome.session.accountId && endedBecause !== 'account-changed') return outcome;
  await endAgain(context, outcome.session, 'account-changed');
  return refuseCard(context, arrival, { code: 'card-not-bound' }, holder);
}

async function endAgain(context: GatewayContext, session: Session, reason: SessionEndReason): Promise<void> {
  await endSessions(
    context,
    { scope: { kind: 'everything' }, references: [session.reference] },
    { reason, actor: { kind: 'gateway' }, accountId: session.accountId },
  );
}

/** Finds whose card it is and records the login, in one transaction. */
async function admit(
  context: GatewayContext,
  changes: DatabaseChanges,
  { holder, usedGrace, method, origin }: CardArrival,
): Promise<Change<CardLoginOutcome>> {
  const now = context.clock.now();
  const binding = await changes.findBinding(bindingKeyOf(holder));
  if (binding === undefined) return denied({ code: 'card-not-bound' });
  const access = await changes.findAccess(binding.accountId);
  if (access === undefined) return denied({ code: 'card-not-bound' });
  const stateFailure = judgeAccountState(access.account);
  if (stateFailure !== null) return denied(stateFailure);

  const session: Session = {
    reference: context.randomness.uuid(),
    accountId: access.account.id,
    method,
    authenticatedAt: now,
    certificateSha256: holder.certificateSha256,
    endsAt: null,
    clientAddress: origin.clientAddress,
  };
  await changes.sessions.insertSession(session);
  await changes.setLastLogin(access.account.id, now);
  const renewed = await takeUpRenewal(context, changes, binding, holder, access.account, origin);
  const succeeded = composeEvent(context, 'login.succeeded', {
    actor: { kind: 'account', accountId: access.account.id },
    accountId: access.account.id,
    sessionReference: session.reference,
    origin,
    // A login that rests on a CRL past its nextUpdate is told apart in the record, one by one.
    facts: {
      method: session.method,
      certificateSha256: holder.certificateSha256,
      ...(usedGrace ? { usedGrace } : {}),
    },
  });
  const concurrent = await findConcurrentUse(context, session, origin);
  return { result: { ok: true, session }, events: [succeeded, ...concurrent, ...renewed] };
}

async function takeUpRenewal(
  context: GatewayContext,
  changes: DatabaseChanges,
  binding: CertificateBinding,
  holder: CardHolder,
  account: Account,
  origin: RequestOrigin,
): Promise<AuditEvent[]> {
  if (!isRenewal(binding, holder.certificateSha256)) return [];
  // Both certificates are valid for the same key; the one that lasts longer is the newer.
  if (holder.notAfter <= binding.notAfter) return [];
  await changes.renewBinding(binding.id, holder);
  return [
    composeEvent(context, 'certificate.renewed', {
      actor: { kind: 'account', accountId: account.id },
      accountId: account.id,
      origin,
      facts: { before: binding.certificateSha256, after: holder.certificateSha256 },
    }),
  ];
}

function denied(failure: AccountFailure): Change<CardLoginOutcome> {
  return { result: { ok: false, failure }, unchanged: true };
}

/** Records the refusal. If even that cannot be written the fault goes up: nothing was given either way. */
export async function refuseCard(
  context: GatewayContext,
  { method, origin }: Pick<CardArrival, 'method' | 'origin'>,
  failure: CardLoginFailure,
  holder: CardHolder | null,
): Promise<CardLoginOutcome> {
  const card = holder === null ? {} : { certificateSha256: holder.certificateSha256 };
  await recordRefusedCard(context, 'login.refused', {
    actor: { kind: 'unidentified' },
    accountId: 'accountId' in failure ? failure.accountId : undefined,
    origin,
    facts: { code: failure.code, method, ...card },
  });
  return { ok: false, failure };
}

/** What a judged card is recognised by. */
export function bindingKeyOf(holder: CardHolder): BindingKey {
  return {
    issuerKeyIdentifier: holder.issuerKeyIdentifier,
    subjectSerialNumber: holder.subjectSerialNumberHex,
    spkiSha256: holder.spkiSha256,
  };
}
