import type { ActKind } from '../../applications/application.ts';
import type { ApplicationFailure } from '../../applications/failures.ts';
import { tidy } from '../../applications/judge-text.ts';
import { hashSheet } from '../../applications/sheet.ts';
import type { CardProof } from '../../pki/card-proof.ts';
import { keepSignedData } from '../../pki/signed-data/keep-signed-data.ts';
import { viewApplication } from './view-application.ts';
import type { ApplicationActor } from './application-actor.ts';
import { issueChallenge, type IssuedChallenge } from '../login/card-login.ts';
import { bindingKeyOf } from '../login/open-card-session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { holdBack, type LimitedActor, type TooManyAttempts } from '../login/hold-back.ts';
import { judgeCardAnswer } from '../login/judge-card.ts';

/** A decision that is about to be signed; the sheet is made of exactly this. */
export interface SignedDecision {
  readonly actor: Extract<ApplicationActor, { kind: 'account' }>;
  readonly number: string;
  readonly version: number;
  readonly kind: Extract<ActKind, 'approve' | 'return' | 'refuse' | 'execute'>;
  readonly note: string;
  readonly browserSessionHash: string;
}

/** Hands out the text to be signed: it carries the SHA-256 of the form and of what is decided about it. */
export async function issueSigningChallenge(
  context: GatewayContext,
  decision: SignedDecision,
): Promise<
  | { readonly ok: true; readonly challenge: IssuedChallenge }
  | { readonly ok: false; readonly failure: ApplicationFailure | TooManyAttempts }
> {
  const held = await holdBack(context, 'challenge', signerOf(decision));
  if (held !== null) return { ok: false, failure: held };
  const found = await findSheet(context, decision);
  if (!found.ok) return found;
  const { browserSessionHash } = decision;
  const challenge = await issueChallenge(context, { purpose: 'sign', sheet: found.sheet, browserSessionHash });
  return { ok: true, challenge };
}

/**
 * Verifies the card's answer: over this very decision, by a citizen card that is registered to the actor's account.
 *
 * @returns the CMS to keep with the act
 */
export async function verifySignedDecision(
  context: GatewayContext,
  decision: SignedDecision,
  answer: { readonly challengeId: string; readonly proof: CardProof },
): Promise<
  { readonly ok: true; readonly signature: Uint8Array } | { readonly ok: false; readonly failure: ApplicationFailure }
> {
  const found = await findSheet(context, decision);
  if (!found.ok) return found;
  const { browserSessionHash, actor } = decision;
  const verdict = await judgeCardAnswer(context, {
    ...answer,
    purpose: 'sign',
    sheet: found.sheet,
    browserSessionHash,
    by: signerOf(decision),
  });
  if (!verdict.ok) return refused({ code: 'application-signature-refused', because: verdict.failure.code });
  const binding = await context.database.accounts.findBinding(bindingKeyOf(verdict.holder));
  if (binding?.accountId !== actor.accountId) {
    return refused({ code: 'application-signature-refused', because: 'card-not-bound' });
  }
  return { ok: true, signature: keepSignedData(answer.proof, Buffer.from(verdict.tbs, 'ascii')) };
}

/** He is logged in: what strangers at his office's address do is not counted against him. */
function signerOf({ actor: { accountId, origin } }: SignedDecision): LimitedActor {
  return { actor: { kind: 'account', accountId }, accountId, origin };
}

async function findSheet(
  context: GatewayContext,
  { actor, number, version, kind, note }: SignedDecision,
): Promise<
  { readonly ok: true; readonly sheet: string } | { readonly ok: false; readonly failure: ApplicationFailure }
> {
  const view = await viewApplication(context, actor, number);
  if (view === undefined) return refused({ code: 'application-not-found' });
  const { application } = view;
  if (application.version !== version) return refused({ code: 'application-changed', version: application.version });
  if (!view.possible.includes(kind)) {
    const { status, stage } = application;
    return refused({ code: 'application-act-refused', act: kind, status, stage });
  }
  const { stage } = application;
  return { ok: true, sheet: hashSheet(application, { kind, stage, note: tidy(note), accountId: actor.accountId }) };
}

function refused(failure: ApplicationFailure): { readonly ok: false; readonly failure: ApplicationFailure } {
  return { ok: false, failure };
}
