import {
  ACTIVATION_TICKET_MS,
  judgeInitialSecret,
  type ActivationStand,
  type ActivationTicket,
} from '../../accounts/activation.ts';
import { PASSWORD_LOCK } from '../../accounts/attempt-subject.ts';
import { normaliseSecret } from '../../accounts/one-time-secret.ts';
import { normalisePassword } from '../../accounts/password.ts';
import { findStand } from './activation-stand.ts';
import { findAddressee, NOBODY, type Addressee } from '../login/addressee.ts';
import { holdBack, strangerFrom, type TooManyAttempts } from '../login/hold-back.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import type { ChosenPassword, InitialSecret } from '../ports/credentials.ts';

export type BeginActivationFailure =
  | TooManyAttempts
  /** Unknown, wrong, locked, used, suspended: one answer. */
  | { readonly code: 'activation-refused' }
  /** Told only to whoever has the secret itself. */
  | { readonly code: 'initial-secret-expired' };

export type BeginActivationOutcome =
  | { readonly ok: true; readonly stand: ActivationStand }
  | { readonly ok: false; readonly failure: BeginActivationFailure };

export interface BeginActivation {
  /** As typed. */
  readonly loginName: string;
  /** As typed: the initial secret; once that is used, the permanent password, to go on or to register a new card. */
  readonly secret: string;
  readonly origin: RequestOrigin;
  /** Gives the browser a new session (against fixation) and returns the hash of its cookie; called on success only. */
  readonly renewBrowserSession: () => Promise<string>;
}

/**
 * Begins an account's way in, or takes it up again (D1-120…122): the account and its initial secret; after the password
 * was chosen, the account and the password. What it gives is a ticket for the pending step, never a session (D1-110).
 *
 * @throws BusyFault when too many passwords are being hashed
 */
export async function beginActivation(
  context: GatewayContext,
  begin: BeginActivation,
): Promise<BeginActivationOutcome> {
  const held = await holdBack(context, 'password', strangerFrom(begin.origin));
  if (held !== null) return { ok: false, failure: held };

  const addressee = await findAddressee(context, begin.loginName);
  const { credentials } = context.database;
  const accountId = addressee.account?.id ?? NOBODY;
  const secret = await credentials.findInitialSecret(accountId);
  const password = await credentials.findPassword(accountId);
  const shown = secret ?? password;
  const typed = secret === undefined ? normalisePassword(begin.secret) : normaliseSecret(begin.secret);
  const isRight = await context.passwords.matches(typed === undefined ? null : (shown?.hash ?? null), typed ?? '');

  const outcome = await context.database.change(changes =>
    judgeAttempt(context, changes, { begin, addressee, shown, isRight }),
  );
  if (!outcome.ok) return outcome;
  const { ticket, stand } = outcome;
  const expiresAt = new Date(context.clock.now().getTime() + ACTIVATION_TICKET_MS);
  await context.ephemeral.put('activation', await begin.renewBrowserSession(), ticket, expiresAt);
  return { ok: true, stand };
}

type Judged =
  | { readonly ok: true; readonly ticket: ActivationTicket; readonly stand: ActivationStand }
  | { readonly ok: false; readonly failure: BeginActivationFailure };

async function judgeAttempt(
  context: GatewayContext,
  changes: DatabaseChanges,
  attempt: {
    readonly begin: BeginActivation;
    readonly addressee: Addressee;
    readonly shown: InitialSecret | ChosenPassword | undefined;
    readonly isRight: boolean;
  },
): Promise<Change<Judged>> {
  const { begin, addressee, shown, isRight } = attempt;
  const now = context.clock.now();
  const { wasLocked } = await changes.credentials.countAttempt(addressee.subjectId, 'password', now, PASSWORD_LOCK);
  // Read again: what was compared before must still be what counts.
  const account = await changes.findAccount(addressee.account?.id ?? NOBODY);
  const secret = await changes.credentials.findInitialSecret(account?.id ?? NOBODY);
  const password = await changes.credentials.findPassword(account?.id ?? NOBODY);
  // For nobody, too: the same reads, whether or not there is such an account.
  const stand = await findStand(context, changes, account ?? { id: NOBODY, state: 'deleted' });

  const about = { origin: begin.origin, ...(account === undefined ? {} : { accountId: account.id }) };
  const refuse = (reason: string, code: 'activation-refused' | 'initial-secret-expired'): Change<Judged> => ({
    result: { ok: false, failure: { code } },
    events: [
      composeEvent(context, 'activation.refused', { ...about, actor: { kind: 'unidentified' }, facts: { reason } }),
    ],
  });
  if (account === undefined) return refuse('unknown-account', 'activation-refused');
  // The lock is for passwords that people choose. A secret of 80 bits is not guessed, and locking it would let anybody
  // who knows a login name keep its holder out.
  if (wasLocked && secret === undefined) return refuse('locked', 'activation-refused');
  if (!isRight || shown === undefined || shown.id !== (secret ?? password)?.id) {
    return refuse('wrong-secret', 'activation-refused');
  }
  if (stand.kind === 'closed') return refuse(`account-${account.state}`, 'activation-refused');
  await changes.credentials.clearAttempts(addressee.subjectId, 'password');
  if (secret !== undefined && judgeInitialSecret(secret, now) !== null) {
    return refuse('secret-expired', 'initial-secret-expired');
  }
  const identified = composeEvent(context, 'activation.step-done', {
    ...about,
    actor: { kind: 'account', accountId: account.id },
    facts: { step: 'identification', by: secret === undefined ? 'password' : 'initial-secret' },
  });
  const ticket = { accountId: account.id, proofId: shown.id };
  return { result: { ok: true, ticket, stand }, events: [identified] };
}
