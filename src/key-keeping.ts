import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { GatewayContext } from './flows/gateway-context.ts';
import { ensureFirstKey } from './flows/keys/rotate-keys.ts';

/**
 * Sees to it that there is a key, and that this node hears of others: keys are rotated on any node. To be started before
 * anybody is let in.
 */
export async function startKeyKeeping(gateway: GatewayContext, log: Logger): Promise<{ stop(): void }> {
  await ensureFirstKey(gateway);
  let told = '[]';
  const look = async (): Promise<void> => {
    await gateway.signer.refresh();
    const missing = gateway.signer.missing();
    const news = JSON.stringify(missing);
    if (news === told) return;
    told = news;
    if (missing.length === 0) log.info({}, 'All keys of assertions are at hand again.');
    else log.error({ missing }, 'Keys of assertions are not at hand; while it is the turn of one, nobody is served.');
  };
  const cron = new Cron('*/2 * * * * *', { protect: true, unref: true }, () =>
    look().catch((err: unknown) => log.error({ err }, 'It cannot be read which keys of assertions there are.')),
  );
  void cron.trigger();
  return { stop: () => cron.stop() };
}
