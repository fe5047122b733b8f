import { composeEvent, type GatewayContext } from '../gateway-context.ts';

type Recorded = Pick<GatewayContext, 'clock' | 'randomness' | 'database'>;

/** Records that another configuration is about to be used; one that cannot be recorded is not. */
export async function recordReloadedConfiguration(
  context: Recorded,
  files: { readonly gatewaySha256: string; readonly systemsSha256: string },
): Promise<void> {
  await record(context, 'configuration.reloaded', { ...files });
}

/** Records that files were found that are not used. */
export async function recordRefusedConfiguration(
  context: Recorded,
  refused: { readonly gatewaySha256: string | null; readonly problems: number },
): Promise<void> {
  await record(context, 'configuration.refused', { ...refused });
}

async function record(
  context: Recorded,
  code: 'configuration.reloaded' | 'configuration.refused',
  facts: Readonly<Record<string, string | number | null>>,
): Promise<void> {
  await context.database.record([composeEvent(context, code, { actor: { kind: 'gateway' }, facts })]);
}
