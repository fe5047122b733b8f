import type { Fact } from '../../audit/event.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { holdBack, type LimitedActor } from './hold-back.ts';

/**
 * Records that a card, or the lack of one, was refused: in logins, activation and applications by card. Anybody can be
 * refused all day, so beyond a limit the record is left out, never the refusal; that this is so is itself recorded.
 *
 * A refusal that names an account takes that account's card or secret: it counts for the account alone, so that a
 * stranger cannot use up, at the same address, the room for what concerns somebody's account.
 */
export async function recordRefusedCard(
  context: Pick<GatewayContext, 'limits' | 'database' | 'clock' | 'randomness'>,
  event: 'login.refused' | 'activation.refused',
  refusal: LimitedActor & { readonly facts: Readonly<Record<string, Fact>> & { readonly code: string } },
): Promise<void> {
  // Recorded once in a window, where it was held back.
  if (refusal.facts.code === 'too-many-attempts') return;
  if ((await holdBack(context, 'refusal-record', refusal)) !== null) return;
  await context.database.record([composeEvent(context, event, refusal)]);
}
