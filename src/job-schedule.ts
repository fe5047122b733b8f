import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { GatewayContext } from './flows/gateway-context.ts';
import { JOB_SETTINGS, runDueJobs } from './flows/operations/run-due-jobs.ts';
import { scheduledJobs } from './flows/operations/scheduled-jobs.ts';

/** Less than the grace of a container runtime, which ends with SIGKILL. */
const STOP_GRACE_MS = 3_000;

export interface JobSchedule {
  /** Begins nothing more and waits a little for what is at work; what is not done then is another node's, or the next start's. */
  stop(): Promise<void>;
}

/**
 * Runs what is due at the start and at the first second of every minute, midnight in Taipei included: its zone has whole
 * hours. A tick that falls into a longer run is left out.
 */
export function startJobs(contextInUse: () => GatewayContext, log: Logger): JobSchedule {
  const holder = `${hostname()}/${process.pid}/${contextInUse().randomness.uuid().slice(0, 8)}`;
  let running = Promise.resolve();
  const tick = (): Promise<void> => {
    const context = contextInUse();
    running = runDueJobs(context, scheduledJobs(context), { ...JOB_SETTINGS, holder }).then(
      outcomes => {
        for (const { job, outcome } of outcomes) {
          if (outcome === 'failed' || outcome === 'lost')
            log.error({ job, outcome }, 'A scheduled job did not finish.');
          else log.debug({ job, outcome }, 'A scheduled job was looked at.');
        }
      },
      (err: unknown) => log.error({ err }, 'The scheduled jobs could not be looked at.'),
    );
    return running;
  };
  const cron = new Cron('0 * * * * *', { protect: true, unref: true }, tick);
  void cron.trigger();
  return {
    async stop() {
      cron.stop();
      await Promise.race([running, delay(STOP_GRACE_MS)]);
    },
  };
}
