import type { PresentedCertificate } from '../../http-fields/client-cert.ts';
import { hashSecret, type ChallengeFailure } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import {
  TLS_RETURN_LIFETIME_MS,
  TLS_TICKET_LIFETIME_MS,
  judgeTlsReturn,
  type TlsReturn,
  type TlsTicket,
} from '../../sessions/tls-login.ts';
import { mintSecret, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import { judgeClientCertificate } from './judge-card.ts';
import { openCardSession, refuseCard, type CardArrival, type CardLoginFailure } from './open-card-session.ts';

const METHOD = 'card-tls';

/**
 * First step, at the portal: sends the browser to the card host with a ticket that is good once and for five minutes.
 *
 * @returns the card host's address to go to, without a query beyond the ticket
 * @throws Error where this gateway has no card host
 */
export async function beginTlsLogin(
  context: Pick<GatewayContext, 'cardHost' | 'clock' | 'ephemeral' | 'randomness'>,
  input: Pick<TlsTicket, 'browserSessionHash' | 'clientAddress'> & { readonly tripId: string | undefined },
): Promise<string> {
  if (context.cardHost === undefined) throw new Error('This gateway has no card host.');
  const ticket = mintSecret(context);
  const record: TlsTicket = { ...input, tripId: input.tripId ?? null };
  await context.ephemeral.put('tls-ticket', hashSecret(ticket), record, after(context, TLS_TICKET_LIFETIME_MS));
  return `${context.cardHost.origin}/login/tls?ticket=${ticket}`;
}

export type ShownCertificateOutcome =
  | { readonly ok: true; readonly location: string }
  | {
      readonly ok: false;
      readonly failure: CardLoginFailure;
      /** The trip that the login was part of, where there was a ticket. */
      readonly tripId: string | null;
    };

/**
 * Second step, at the card host: the browser's handshake has shown a certificate, or none. The ticket is taken before
 * anything is judged; a good certificate is exchanged for a code that is good once, for a minute, in the browser that
 * set out. Without a ticket nothing is judged and nothing recorded: anybody can open this address.
 *
 * @param input.origin where the handshake came from; `viaProxy`: from a proxy that we trust, so that the address in the
 *   ticket is the person's
 */
export async function showClientCertificate(
  context: GatewayContext,
  input: {
    readonly ticket: string;
    readonly presented: PresentedCertificate;
    readonly origin: RequestOrigin;
    readonly viaProxy: boolean;
  },
): Promise<ShownCertificateOutcome> {
  const { presented, viaProxy } = input;
  const ticket = await context.ephemeral.take('tls-ticket', hashSecret(input.ticket));
  if (ticket === undefined) return { ok: false, failure: { code: 'challenge-unknown' }, tripId: null };
  const { browserSessionHash, tripId, clientAddress } = ticket;
  const origin = viaProxy ? { ...input.origin, clientAddress } : input.origin;

  if (presented.kind !== 'certificate') {
    const code = presented.kind === 'none' ? 'client-certificate-missing' : 'client-certificate-unreadable';
    await refuseCard(context, { method: METHOD, origin }, { code }, null);
    return { ok: false, failure: { code }, tripId };
  }
  const verdict = await judgeClientCertificate(context, presented.der, origin);
  if (!verdict.ok) {
    await refuseCard(context, { method: METHOD, origin }, verdict.failure, verdict.holder);
    return { ok: false, failure: verdict.failure, tripId };
  }
  const code = mintSecret(context);
  const certificate = Buffer.from(presented.der).toString('base64');
  const record: TlsReturn = { browserSessionHash, tripId, certificate };
  await context.ephemeral.put('tls-return', hashSecret(code), record, after(context, TLS_RETURN_LIFETIME_MS));
  return { ok: true, location: `${context.portal.origin}/login/tls/return?code=${code}` };
}

export type TlsReturnOutcome =
  | { readonly ok: true; readonly session: Session; readonly tripId: string | undefined }
  | { readonly ok: false; readonly failure: CardLoginFailure };

/**
 * Third step, back at the portal: the code, in the browser that set out, opens a session. The certificate is judged
 * anew, so that what was revoked or blocked on the way opens nothing.
 *
 * @param input.browserSessionHash of the browser that comes back; undefined when it brought no session
 */
export async function returnFromCardHost(
  context: GatewayContext,
  input: Pick<CardArrival, 'origin' | 'renewPortalCookie'> & {
    readonly code: string;
    readonly browserSessionHash: string | undefined;
  },
): Promise<TlsReturnOutcome> {
  const { origin, renewPortalCookie } = input;
  const found = await context.ephemeral.take('tls-return', hashSecret(input.code));
  const failure: ChallengeFailure | null = judgeTlsReturn(found, input.browserSessionHash);
  if (failure !== null || found === undefined) {
    const refusal = failure ?? { code: 'challenge-unknown' };
    // A code that leads nowhere may be anybody's invention; one in another browser's hands is worth a record.
    if (found !== undefined) await refuseCard(context, { method: METHOD, origin }, refusal, null);
    return { ok: false, failure: refusal };
  }
  const verdict = await judgeClientCertificate(context, Buffer.from(found.certificate, 'base64'), origin);
  if (!verdict.ok) {
    await refuseCard(context, { method: METHOD, origin }, verdict.failure, verdict.holder);
    return verdict;
  }
  const { holder, usedGrace } = verdict;
  const outcome = await openCardSession(context, { holder, usedGrace, method: METHOD, origin, renewPortalCookie });
  return outcome.ok ? { ...outcome, tripId: found.tripId ?? undefined } : outcome;
}

function after(context: Pick<GatewayContext, 'clock'>, milliseconds: number): Date {
  return new Date(context.clock.now().getTime() + milliseconds);
}
