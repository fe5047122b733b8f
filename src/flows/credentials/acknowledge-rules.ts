import type { Session } from '../../sessions/session.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { Change } from '../ports.ts';

/** Whether the account has acknowledged the rules of use in force (D1-095). */
export function hasAcknowledgedRules(
  { database, rulesVersion }: Pick<GatewayContext, 'database' | 'rulesVersion'>,
  accountId: string,
): Promise<boolean> {
  return database.credentials.hasAcknowledged(accountId, rulesVersion);
}

export type AcknowledgementOutcome =
  | { readonly ok: true }
  /** The rules have changed since the page was shown: it must be read again. */
  | { readonly ok: false; readonly failure: { readonly code: 'rules-version-not-current' } };

/** Somebody who is logged in acknowledges the version of the rules that he was shown. */
export async function acknowledgeRules(
  context: GatewayContext,
  input: { readonly session: Session; readonly version: string; readonly origin: RequestOrigin },
): Promise<AcknowledgementOutcome> {
  const { session, version, origin } = input;
  if (version !== context.rulesVersion) return { ok: false, failure: { code: 'rules-version-not-current' } };
  const { accountId } = session;
  return context.database.change(async (changes): Promise<Change<AcknowledgementOutcome>> => {
    if (await changes.credentials.hasAcknowledged(accountId, version)) return { result: { ok: true }, unchanged: true };
    await changes.credentials.acknowledgeRules(accountId, version, context.clock.now());
    const event = composeEvent(context, 'rules.acknowledged', {
      actor: { kind: 'account', accountId },
      accountId,
      sessionReference: session.reference,
      origin,
      facts: { version },
    });
    return { result: { ok: true }, events: [event] };
  });
}
