import {
  ACTIVATION_TICKET_MS,
  isPending,
  judgeInitialSecret,
  type ActivationStand,
  type ActivationStep,
} from '../../accounts/activation.ts';
import type { Account } from '../../accounts/account.ts';
import type { AuditEvent, Fact } from '../../audit/event.ts';
import { findActivation, findStand, viewOf } from './activation-stand.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { prepareNewPassword, type NewPasswordRefusal } from './new-password.ts';
import type { Change } from '../ports.ts';

/** Why a step is not taken. */
export type ActivationFailure =
  /** This browser has shown no secret, or too long ago: begin again, nothing done is lost. */
  | { readonly code: 'activation-over' }
  /** Another step is pending (done in another tab, replayed, skipped): `stand` says which. */
  | { readonly code: 'activation-step-not-pending'; readonly stand: ActivationStand }
  | { readonly code: 'rules-version-not-current' }
  | NewPasswordRefusal;

export type ActivationOutcome =
  { readonly ok: true; readonly stand: ActivationStand } | { readonly ok: false; readonly failure: ActivationFailure };

interface Step {
  readonly browserSessionHash: string;
  readonly origin: RequestOrigin;
}

/** Step one: the initial secret is exchanged for a password of one's own, and is used up (D1-120, D1-122). */
export async function choosePassword(
  context: GatewayContext,
  step: Step & { readonly password: string; readonly repeated: string },
): Promise<ActivationOutcome> {
  const activation = await findActivation(context, step.browserSessionHash);
  if (activation === undefined) return over();
  const { account, proofId, stand } = activation;
  if (!isPending(stand, 'password')) return notPending(stand);

  const prepared = await prepareNewPassword(context, account, step);
  if (!prepared.ok) return prepared;

  const passwordId = context.randomness.uuid();
  const outcome = await context.database.change(async (changes): Promise<Change<ActivationOutcome>> => {
    const now = context.clock.now();
    const secret = await changes.credentials.findInitialSecret(account.id);
    const current = await changes.findAccount(account.id);
    const before = current === undefined ? undefined : await findStand(context, changes, current);
    if (current === undefined || before === undefined) return unchanged(over());
    if (!isPending(before, 'password')) return unchanged(notPending(before));
    if (secret === undefined || secret.id !== proofId || judgeInitialSecret(secret, now) !== null) {
      return unchanged(over());
    }
    await changes.credentials.useInitialSecret(secret.id, now);
    await changes.credentials.insertPassword({
      id: passwordId,
      accountId: account.id,
      kind: 'permanent',
      hash: prepared.hash,
      chosenAt: now,
    });
    const after = await findStand(context, changes, current);
    const events: [AuditEvent, ...AuditEvent[]] = [
      stepDone(context, account, 'password', step.origin),
      eventOf(context, 'password.changed', account, step.origin, { kind: 'permanent' }),
    ];
    return { result: { ok: true, stand: after }, events };
  });
  if (outcome.ok) {
    const expiresAt = new Date(context.clock.now().getTime() + ACTIVATION_TICKET_MS);
    const ticket = { accountId: account.id, proofId: passwordId };
    await context.ephemeral.put('activation', step.browserSessionHash, ticket, expiresAt);
  }
  return outcome;
}

/** Step two: the rules of use, in the version that was shown (D1-095). */
export async function acknowledgeInActivation(
  context: GatewayContext,
  step: Step & { readonly version: string },
): Promise<ActivationOutcome> {
  if (step.version !== context.rulesVersion) return { ok: false, failure: { code: 'rules-version-not-current' } };

  return context.database.change(async (changes): Promise<Change<ActivationOutcome>> => {
    const activation = await findActivation(context, step.browserSessionHash, viewOf(changes));
    if (activation === undefined) return unchanged(over());
    const { account } = activation;
    if (!isPending(activation.stand, 'rules')) return unchanged(notPending(activation.stand));
    await changes.credentials.acknowledgeRules(account.id, step.version, context.clock.now());
    const after = await findStand(context, changes, account);
    const events: [AuditEvent, ...AuditEvent[]] = [
      stepDone(context, account, 'rules', step.origin),
      eventOf(context, 'rules.acknowledged', account, step.origin, { version: step.version }),
    ];
    return { result: { ok: true, stand: after }, events };
  });
}

/** The event of a step that was taken. */
export function stepDone(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  account: Pick<Account, 'id'>,
  step: ActivationStep,
  origin: RequestOrigin,
): AuditEvent {
  return eventOf(context, 'activation.step-done', account, origin, { step });
}

function eventOf(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  code: 'activation.step-done' | 'password.changed' | 'rules.acknowledged',
  { id: accountId }: Pick<Account, 'id'>,
  origin: RequestOrigin,
  facts: Readonly<Record<string, Fact>>,
): AuditEvent {
  return composeEvent(context, code, { actor: { kind: 'account', accountId }, accountId, origin, facts });
}

function over(): ActivationOutcome {
  return { ok: false, failure: { code: 'activation-over' } };
}

function notPending(stand: ActivationStand): ActivationOutcome {
  return { ok: false, failure: { code: 'activation-step-not-pending', stand } };
}

function unchanged(result: ActivationOutcome): Change<ActivationOutcome> {
  return { result, unchanged: true };
}
