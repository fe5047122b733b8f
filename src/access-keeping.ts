import type { Logger } from 'pino';
import { createMetrics, type Metrics } from './adapters/metrics/metrics.ts';
import { openMarkKey } from './adapters/signing/mark-key.ts';
import type { GatewayConfig } from './config.ts';
import { AccessJournal, type JournalContext } from './flows/access/access-journal.ts';
import type { GatewayContext } from './flows/gateway-context.ts';
import { PROCESS_TIMERS } from './flows/sessions/watch-ends.ts';

/** Time for the last access records when everything stops: a batch or two, within what a container runtime grants. */
const JOURNAL_GRACE_MS = 1_500;

/** What is kept and counted of requests to business systems. */
export interface AccessKeeping {
  readonly parts: Pick<GatewayContext, 'access' | 'accessRecordMonths' | 'markKey' | 'meter'>;
  readonly metrics: Metrics;
  /** Writes what is left; before the database is closed. */
  close(): Promise<void>;
}

/** @throws PrivateFileFault when the key of the marks cannot be used */
export async function openAccessKeeping(
  config: Pick<GatewayConfig, 'accessRecordMonths' | 'keyFolder'>,
  context: JournalContext,
  log: Logger,
): Promise<AccessKeeping> {
  const metrics = createMetrics();
  const access = new AccessJournal(context, {
    timers: PROCESS_TIMERS,
    onProblem: err => log.error({ err }, 'Access records cannot be written yet.'),
    onLost: gap => log.error(gap, 'Access records are lost.'),
  });
  const { accessRecordMonths, keyFolder } = config;
  return {
    parts: { access, accessRecordMonths, markKey: await openMarkKey({ folder: keyFolder }), meter: metrics.meter },
    metrics,
    close: () => access.stop(JOURNAL_GRACE_MS),
  };
}
