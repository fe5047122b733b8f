import { isPending, type ActivationStand } from '../../accounts/activation.ts';
import type { Account } from '../../accounts/account.ts';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import { matchHolder, type HolderMismatch } from '../../accounts/holder-match.ts';
import type { AuditEvent } from '../../audit/event.ts';
import type { CardProof } from '../../pki/card-proof.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import { stepDone } from './activate-account.ts';
import { findActivation, viewOf } from './activation-stand.ts';
import { bindCertificate, type BindingFailure } from './bind-certificate.ts';
import { strangerFrom } from '../login/hold-back.ts';
import { bindingKeyOf } from '../login/open-card-session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { judgeCardAnswer, type CardFailure } from '../login/judge-card.ts';
import { recordRefusedCard } from '../login/record-refused-card.ts';
import { UniquenessFault, type Change, type DatabaseChanges } from '../ports.ts';

export type RegistrationFailure =
  | { readonly code: 'activation-over' }
  | { readonly code: 'activation-step-not-pending'; readonly stand: ActivationStand }
  | CardFailure
  | BindingFailure
  /** Neither name nor last four characters are the person's (D1-123). */
  | { readonly code: 'card-of-another-person' }
  /** One card, one person (D1-086): it opens another account already. */
  | { readonly code: 'card-bound-elsewhere' }
  /** It opens this account already: nothing to register. */
  | { readonly code: 'card-already-bound' };

export type RegistrationOutcome =
  /** `bound`: the account is active; `waiting`: the registrar must confirm face to face. */
  | { readonly ok: true; readonly became: 'bound' | 'waiting' }
  | { readonly ok: false; readonly failure: RegistrationFailure };

export interface Registration {
  readonly challengeId: string;
  readonly proof: CardProof;
  readonly browserSessionHash: string;
  readonly origin: RequestOrigin;
}

/**
 * The last step of activation: the person's card, by a signature over a `bind` challenge (D1-123). A card that is the
 * person's by name and last four characters is bound and the account active, in one transaction; one that may be waits
 * for the registrar. For an account that is active already it is a new card, which waits whatever it says (re-binding).
 */
export async function registerCertificate(
  context: GatewayContext,
  registration: Registration,
): Promise<RegistrationOutcome> {
  const { browserSessionHash, origin } = registration;
  const activation = await findActivation(context, browserSessionHash);
  if (activation === undefined) return { ok: false, failure: { code: 'activation-over' } };
  const { account, stand } = activation;
  if (!mayRegister(account, stand)) {
    return { ok: false, failure: { code: 'activation-step-not-pending', stand } };
  }
  const card = await judgeCardAnswer(context, { ...registration, purpose: 'bind', by: strangerFrom(origin) });
  if (!card.ok) return refuse(context, account, card.failure, card.holder, origin);

  const outcome = await place(context, card.holder, registration);
  if (!outcome.ok) return refuse(context, account, outcome.failure, card.holder, origin);
  if (outcome.became === 'bound') await context.ephemeral.take('activation', browserSessionHash);
  return outcome;
}

function mayRegister(account: Account, stand: ActivationStand): boolean {
  return account.state === 'active' ? stand.kind === 'done' : isPending(stand, 'certificate');
}

async function place(
  context: GatewayContext,
  holder: CardHolder,
  registration: Registration,
): Promise<RegistrationOutcome> {
  try {
    return await context.database.change(changes => decidePlace(context, changes, holder, registration));
  } catch (fault) {
    // Two accounts at the same moment: the store let one of them have the card.
    if (fault instanceof UniquenessFault && fault.constraint.startsWith('certificate_bindings')) {
      return { ok: false, failure: { code: 'card-bound-elsewhere' } };
    }
    throw fault;
  }
}

async function decidePlace(
  context: GatewayContext,
  changes: DatabaseChanges,
  holder: CardHolder,
  { browserSessionHash, origin }: Registration,
): Promise<Change<RegistrationOutcome>> {
  // Read again: the password may have been reset, the account suspended while the card was judged.
  const activation = await findActivation(context, browserSessionHash, viewOf(changes));
  const person = activation && (await changes.findPerson(activation.account.personId));
  if (activation === undefined || person === undefined) return denied({ code: 'activation-over' });
  const { account, stand } = activation;
  if (!mayRegister(account, stand)) return denied({ code: 'activation-step-not-pending', stand });

  const taken = await judgeOwnership(changes, account.id, holder);
  if (taken !== null) return denied(taken);
  const verdict = matchHolder(person, { name: holder.name, idLastFour: holder.idLastFour ?? null });
  if (verdict.kind === 'another-person') return denied({ code: 'card-of-another-person' });
  if (verdict.kind === 'matches' && account.state === 'pending-activation') {
    return bindAndActivate(context, changes, account, holder, origin);
  }
  const own = await changes.listBindings(account.id);
  const isSameSubject = own.every(({ subjectSerialNumber }) => subjectSerialNumber === holder.subjectSerialNumberHex);
  const mismatches = [
    ...(verdict.kind === 'matches' ? [] : verdict.mismatches),
    ...(isSameSubject ? [] : (['subject-differs'] as const)),
  ];
  const event = await requestBinding(context, changes, { account, holder, mismatches, origin });
  return { result: { ok: true, became: 'waiting' }, events: [event] };
}

/** One card, one person: whoever's card of this subject opens an account already may have no second one. */
export async function judgeOwnership(
  changes: Pick<DatabaseChanges, 'listBindingsOfSubject' | 'findBinding'>,
  accountId: string,
  holder: CardHolder,
): Promise<{ readonly code: 'card-bound-elsewhere' | 'card-already-bound' } | null> {
  const ofSubject = await changes.listBindingsOfSubject(holder.subjectSerialNumberHex);
  if (ofSubject.some(binding => binding.accountId !== accountId)) return { code: 'card-bound-elsewhere' };
  const same = await changes.findBinding(bindingKeyOf(holder));
  return same === undefined ? null : { code: 'card-already-bound' };
}

async function bindAndActivate(
  context: GatewayContext,
  changes: DatabaseChanges,
  account: Account,
  holder: CardHolder,
  origin: RequestOrigin,
): Promise<Change<RegistrationOutcome>> {
  const bound = await bindCertificate(context, changes, account.id, holder);
  if (!bound.ok) return denied(bound.failure);
  // Another card that waited for the registrar opens nothing any more.
  await changes.credentials.replaceWaitingRequest(account.id);
  await changes.setAccountState(account.id, 'active');
  const about = { actor: { kind: 'account', accountId: account.id }, accountId: account.id, origin } as const;
  const { certificateSha256 } = holder;
  return {
    result: { ok: true, became: 'bound' },
    events: [
      stepDone(context, account, 'certificate', origin),
      composeEvent(context, 'certificate.bound', { ...about, facts: { certificateSha256, by: 'activation' } }),
      composeEvent(context, 'account.activated', { ...about, facts: { before: account.state, after: 'active' } }),
    ],
  };
}

async function requestBinding(
  context: GatewayContext,
  changes: DatabaseChanges,
  about: {
    readonly account: Account;
    readonly holder: CardHolder;
    readonly mismatches: readonly HolderMismatch[];
    readonly origin: RequestOrigin;
  },
): Promise<AuditEvent> {
  const { account, holder, mismatches, origin } = about;
  const request: BindingRequest = {
    ...bindingKeyOf(holder),
    id: context.randomness.uuid(),
    accountId: account.id,
    kind: account.state === 'active' ? 're-binding' : 'activation',
    certificateSha256: holder.certificateSha256,
    certificateDer: holder.certificateDer,
    notAfter: holder.notAfter,
    holderName: holder.name,
    holderLastFour: holder.idLastFour ?? null,
    mismatches,
    requestedAt: context.clock.now(),
    state: 'waiting',
    decidedBy: null,
    decidedAt: null,
    note: null,
  };
  await changes.credentials.requestBinding(request);
  const { kind, certificateSha256 } = request;
  return composeEvent(context, 'certificate.binding-requested', {
    actor: { kind: 'account', accountId: account.id },
    accountId: account.id,
    origin,
    facts: { request: request.id, kind, certificateSha256, mismatches: mismatches.join(',') },
  });
}

function denied(failure: RegistrationFailure): Change<RegistrationOutcome> {
  return { result: { ok: false, failure }, unchanged: true };
}

async function refuse(
  context: GatewayContext,
  account: Account,
  failure: RegistrationFailure,
  holder: CardHolder | null,
  origin: RequestOrigin,
): Promise<RegistrationOutcome> {
  const card = holder === null ? {} : { certificateSha256: holder.certificateSha256 };
  await recordRefusedCard(context, 'activation.refused', {
    actor: { kind: 'account', accountId: account.id },
    accountId: account.id,
    origin,
    facts: { code: failure.code, step: 'certificate', ...card },
  });
  return { ok: false, failure };
}
