import type { Actor } from '../../audit/event.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { LimitedAct } from '../ports/address-limiter.ts';

/** Somebody does one thing too often; told before anything is looked up, so it says nothing of any account. */
export interface TooManyAttempts {
  readonly code: 'too-many-attempts';
  readonly retryAfterS: number;
}

/** Who does it, as the record would say. */
export interface LimitedActor {
  readonly origin: RequestOrigin;
  /** Counted instead of his address: whose it was shown to be, by a session or by a card. */
  readonly accountId?: string | undefined;
  readonly actor: Actor;
}

/** Somebody of whom nothing is known but his address. */
export function strangerFrom(origin: RequestOrigin): LimitedActor {
  return { origin, actor: { kind: 'unidentified' } };
}

/**
 * Holds back whoever does something too often, before any work is spent on it; null lets him go on. Recorded once in a
 * window, not each time: whoever floods us shall not flood the records.
 */
export async function holdBack(
  context: Pick<GatewayContext, 'limits' | 'database' | 'clock' | 'randomness'>,
  act: LimitedAct,
  who: LimitedActor,
): Promise<TooManyAttempts | null> {
  const { retryAfterS, isFirstHeldBack } = await context.limits.count(act, subjectOf(who));
  if (retryAfterS === 0) return null;
  if (isFirstHeldBack) {
    const facts = { act, retryAfterS };
    await context.database.record([composeEvent(context, 'address.held-back', { ...who, facts })]);
  }
  return { code: 'too-many-attempts', retryAfterS };
}

/** Takes an act out of the count again that says nothing against whoever did it. */
export function forgive({ limits }: Pick<GatewayContext, 'limits'>, act: LimitedAct, who: LimitedActor): Promise<void> {
  return limits.forgive(act, subjectOf(who));
}

function subjectOf({ origin, accountId }: LimitedActor) {
  return accountId === undefined ? { clientAddress: origin.clientAddress } : { accountId };
}
