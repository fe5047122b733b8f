import { Cron } from 'croner';
import type { Logger } from 'pino';
import type { Stores } from './stores.ts';
import { endRevokedSessions } from './flows/sessions/end-revoked-sessions.ts';
import { createReconciliation, endSessionsOfFormerProcess } from './flows/sessions/reconcile-sessions.ts';
import { recordExpiries } from './flows/sessions/record-expiry.ts';
import { recordPendingEnds } from './flows/sessions/record-pending-ends.ts';
import { PROCESS_TIMERS } from './flows/sessions/watch-ends.ts';

export interface SessionKeeping {
  /** Records what is left, and begins nothing more. */
  stop(): Promise<void>;
}

/**
 * Keeps the records of sessions true: what a former process held has ended, what expires is recorded, what waited for the
 * database is recorded when it is back, and what the store has lost is found. To be started before anybody is let in.
 */
export async function startSessionKeeping(stores: Stores, log: Logger): Promise<SessionKeeping> {
  const { gateway } = stores;
  await recordPendingEnds(gateway);
  if (!stores.areSessionsShared) await endSessionsOfFormerProcess(gateway);
  const expiries = recordExpiries(gateway, {
    timers: PROCESS_TIMERS,
    onProblem: err => log.error({ err }, 'The end of sessions could not be recorded yet.'),
  });
  const reconcile = createReconciliation();
  const endRevoked = (): Promise<number> => endRevokedSessions(gateway);
  stores.onTrustRefresh(guarded(endRevoked, 'Sessions of revoked cards could not be looked for.'));
  const timers = [
    every('*/2 * * * * *', () => recordPendingEnds(gateway), 'Ends of sessions still wait for the database.'),
    every('30 * * * * *', () => reconcile(gateway), 'The records of sessions could not be compared with their store.'),
  ];

  function every(pattern: string, work: () => Promise<number>, problem: string): Cron {
    return new Cron(pattern, { protect: true, unref: true }, guarded(work, problem));
  }

  function guarded(work: () => Promise<number>, problem: string): () => Promise<void> {
    return async () => {
      try {
        const sessions = await work();
        if (sessions > 0) log.warn({ sessions }, 'Sessions were ended, or their ends recorded, afterwards.');
      } catch (err) {
        log.error({ err }, problem);
      }
    };
  }

  return {
    async stop() {
      for (const timer of timers) timer.stop();
      await expiries.stop();
    },
  };
}
