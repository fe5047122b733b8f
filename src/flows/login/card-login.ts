import { judgeAccountState, type Account, type AccountFailure } from '../../accounts/account.ts';
import { isRenewal, type BindingKey, type CertificateBinding } from '../../accounts/certificate-binding.ts';
import type { AuditEvent, Fact } from '../../audit/event.ts';
import type { CardProof } from '../../pki/card-proof.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import { CHALLENGE_LIFETIME_MS, composeTbs, type ChallengePurpose } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import { findConcurrentUse } from './concurrent-use.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { blocked, isBlocked, judgeCardAnswer, type CardFailure, type CardVerdict } from './judge-card.ts';
import type { Change, DatabaseChanges } from '../ports.ts';

/** Everything that can stand between a signature and a session. */
export type CardLoginFailure = CardFailure | AccountFailure;

export interface IssuedChallenge {
  readonly challengeId: string;
  readonly tbs: string;
  readonly expiresAt: Date;
}

/** Hands one browser session a text to be signed by the card, once, within five minutes. */
export async function issueChallenge(
  context: GatewayContext,
  input: { readonly purpose: ChallengePurpose; readonly sheet?: string; readonly browserSessionHash: string },
): Promise<IssuedChallenge> {
  const id = context.randomness.uuid();
  const expiresAt = new Date(context.clock.now().getTime() + CHALLENGE_LIFETIME_MS);
  const tbs = composeTbs({
    purpose: input.purpose,
    ...(input.sheet === undefined ? {} : { sheet: input.sheet }),
    portal: `${context.portal.host}:${context.portal.port}`,
    nonce: context.randomness.bytes(24),
    expiresAt,
    browserSessionHash: input.browserSessionHash,
  });
  await context.ephemeral.put('challenge', id, { id, tbs, expiresAt, ...input }, expiresAt);
  return { challengeId: id, tbs, expiresAt };
}

export interface CardLogin {
  readonly challengeId: string;
  readonly proof: CardProof;
  readonly browserSessionHash: string;
  readonly origin: RequestOrigin;
  /** Gives the browser a new portal cookie (against fixation) and returns its hash; called only when the login stands. */
  readonly renewPortalCookie: () => Promise<string>;
}

export type CardLoginOutcome =
  { readonly ok: true; readonly session: Session } | { readonly ok: false; readonly failure: CardLoginFailure };

/**
 * A citizen card opens a session: challenge → certificate and signature → binding → account → event → session.
 *
 * The challenge is taken before anything is judged, so a signature is tried at most once, whatever its fate. The
 * session is opened only after its login event is committed (DESIGN §2).
 */
export async function logInWithCard(context: GatewayContext, login: CardLogin): Promise<CardLoginOutcome> {
  const now = context.clock.now();
  const judgement = await judgeCardAnswer(context, { ...login, purpose: 'login' });
  if (!judgement.ok) return refuse(context, login, judgement.failure, judgement.holder);
  const { holder } = judgement;

  const outcome = await context.database.change(changes => admit(context, changes, login, judgement, now));
  if (!outcome.ok) return refuse(context, login, outcome.failure, holder);

  await context.sessions.open(outcome.session, await login.renewPortalCookie());
  // Blocked, or replaced by another card meanwhile: the end of the sessions may have run before this one was there.
  if (isBlocked(context, holder)) {
    await context.sessions.end(outcome.session.id, 'card-blocked');
    return refuse(context, login, blocked(holder), holder);
  }
  const binding = await context.database.accounts.findBinding(bindingKeyOf(holder));
  if (binding?.accountId === outcome.session.accountId) return outcome;
  await context.sessions.end(outcome.session.id, 'account-changed');
  return refuse(context, login, { code: 'card-not-bound' }, holder);
}

/** Finds whose card it is and records the login, in one transaction. */
async function admit(
  context: GatewayContext,
  changes: DatabaseChanges,
  login: CardLogin,
  { holder, usedGrace }: Extract<CardVerdict, { ok: true }>,
  now: Date,
): Promise<Change<CardLoginOutcome>> {
  const binding = await changes.findBinding(bindingKeyOf(holder));
  if (binding === undefined) return denied({ code: 'card-not-bound' });
  const access = await changes.findAccess(binding.accountId);
  if (access === undefined) return denied({ code: 'card-not-bound' });
  const stateFailure = judgeAccountState(access.account);
  if (stateFailure !== null) return denied(stateFailure);

  const session: Session = {
    id: context.randomness.uuid(),
    reference: context.randomness.uuid(),
    accountId: access.account.id,
    method: 'card',
    authenticatedAt: now,
    certificateSha256: holder.certificateSha256,
    endsAt: null,
    clientAddress: login.origin.clientAddress,
  };
  await changes.setLastLogin(access.account.id, now);
  const renewed = await takeUpRenewal(context, changes, binding, holder, access.account, login.origin);
  const succeeded = composeEvent(context, 'login.succeeded', {
    actor: { kind: 'account', accountId: access.account.id },
    accountId: access.account.id,
    sessionReference: session.reference,
    origin: login.origin,
    // A login that rests on a CRL past its nextUpdate is told apart in the record, one by one.
    facts: {
      method: session.method,
      certificateSha256: holder.certificateSha256,
      ...(usedGrace ? { usedGrace } : {}),
    },
  });
  const concurrent = await findConcurrentUse(context, session, login.origin);
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
async function refuse(
  context: GatewayContext,
  login: CardLogin,
  failure: CardLoginFailure,
  holder: CardHolder | null,
): Promise<CardLoginOutcome> {
  const facts: Record<string, Fact> = { code: failure.code, method: 'card' };
  if (holder !== null) facts['certificateSha256'] = holder.certificateSha256;
  const accountId = 'accountId' in failure ? failure.accountId : undefined;
  await context.database.record([
    composeEvent(context, 'login.refused', {
      actor: { kind: 'unidentified' },
      ...(accountId === undefined ? {} : { accountId }),
      origin: login.origin,
      facts,
    }),
  ]);
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
