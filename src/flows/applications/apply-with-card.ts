import { APPLICANT_TICKET_MS, type ApplicantTicket } from '../../applications/applicant-ticket.ts';
import { hashSubject } from '../../applications/sheet.ts';
import type { CardProof } from '../../pki/card-proof.ts';
import type { ApplicationActor } from './application-actor.ts';
import type { GatewayContext, RequestOrigin } from '../gateway-context.ts';
import { strangerFrom } from '../login/hold-back.ts';
import { judgeCardAnswer, type CardFailure } from '../login/judge-card.ts';
import { recordRefusedCard } from '../login/record-refused-card.ts';

export type ApplicantOutcome =
  | { readonly ok: true; readonly ticket: ApplicantTicket }
  | { readonly ok: false; readonly failure: CardFailure | { readonly code: 'application-card-has-account' } };

/**
 * Lets the holder of a card that has no account apply for one (issue, point 2): he signs a challenge of purpose `apply`
 * and gets a ticket for this browser. With it he sees his own applications and nothing else; it is no session.
 */
export async function enterAsApplicant(
  context: GatewayContext,
  entry: {
    readonly challengeId: string;
    readonly proof: CardProof;
    readonly browserSessionHash: string;
    readonly origin: RequestOrigin;
    /** Gives the browser a new cookie (against fixation) and returns its hash; called only when the card is good. */
    readonly renewBrowserSession: () => Promise<string>;
  },
): Promise<ApplicantOutcome> {
  const { challengeId, proof, browserSessionHash, origin } = entry;
  const by = strangerFrom(origin);
  const verdict = await judgeCardAnswer(context, { challengeId, proof, purpose: 'apply', browserSessionHash, by });
  const refuse = async (failure: Extract<ApplicantOutcome, { ok: false }>['failure']): Promise<ApplicantOutcome> => {
    const facts = { code: failure.code, method: 'card', purpose: 'apply' };
    await recordRefusedCard(context, 'login.refused', { ...by, facts });
    return { ok: false, failure };
  };
  if (!verdict.ok) return refuse(verdict.failure);
  const { holder } = verdict;
  // Any card of this person's, not only this one: who has an account applies from within.
  const bindings = await context.database.accounts.listBindingsOfSubject(holder.subjectSerialNumberHex);
  if (bindings.length > 0) return refuse({ code: 'application-card-has-account' });

  const ticket: ApplicantTicket = {
    subjectHash: hashSubject(holder.subjectSerialNumberHex),
    name: holder.name,
    idLastFour: holder.idLastFour ?? null,
  };
  const expiresAt = new Date(context.clock.now().getTime() + APPLICANT_TICKET_MS);
  await context.ephemeral.put('applicant', await entry.renewBrowserSession(), ticket, expiresAt);
  return { ok: true, ticket };
}

/** The applicant behind a browser session, if there is one. */
export async function findApplicant(
  context: Pick<GatewayContext, 'ephemeral'>,
  browserSessionHash: string,
  origin: RequestOrigin,
): Promise<Extract<ApplicationActor, { kind: 'card' }> | undefined> {
  const ticket = await context.ephemeral.find('applicant', browserSessionHash);
  return ticket && { kind: 'card', ...ticket, origin };
}

/** Ends it; a shared computer keeps nothing. */
export async function leaveAsApplicant(
  context: Pick<GatewayContext, 'ephemeral'>,
  browserSessionHash: string,
): Promise<void> {
  await context.ephemeral.take('applicant', browserSessionHash);
}
