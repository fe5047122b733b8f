import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { LimitedAct } from '../ports/address-limiter.ts';

/** An address does one thing too often; told before anything is looked up, so it says nothing of any account. */
export interface TooManyAttempts {
  readonly code: 'too-many-attempts';
  readonly retryAfterS: number;
}

/**
 * Holds back an address before any work is spent on it; null lets it go on. Recorded once in a window, not each time:
 * whoever floods us shall not flood the records.
 */
export async function judgeAddress(
  context: Pick<GatewayContext, 'limits' | 'database' | 'clock' | 'randomness'>,
  act: LimitedAct,
  origin: RequestOrigin,
): Promise<TooManyAttempts | null> {
  const { retryAfterS, isFirstHeldBack } = await context.limits.count(act, origin.clientAddress);
  if (retryAfterS === 0) return null;
  if (isFirstHeldBack) {
    const facts = { act, retryAfterS };
    const event = composeEvent(context, 'address.held-back', { actor: { kind: 'unidentified' }, origin, facts });
    await context.database.record([event]);
  }
  return { code: 'too-many-attempts', retryAfterS };
}
