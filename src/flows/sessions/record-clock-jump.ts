import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** Records that the clock that sessions are reckoned by has jumped: it may have ended some, and has prolonged none. */
export async function recordClockJump(
  context: Pick<GatewayContext, 'clock' | 'randomness' | 'database'>,
  jumpMs: number,
): Promise<void> {
  const seconds = Math.round(jumpMs / 1000);
  await context.database.record([
    composeEvent(context, 'clock.jumped', { actor: { kind: 'gateway' }, facts: { seconds } }),
  ]);
}
