import type { SessionEndReason } from '../../sessions/session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { StoreFault } from '../ports/store-fault.ts';
import { endSessions } from './end-sessions.ts';
import type { Timers } from './watch-ends.ts';

/** At midnight in Taipei every session by one-day password ends at once: one transaction for many. */
const GATHERED_MS = 200;
const BATCH = 200;

/** After a failure. */
const RETRY_MS = 5_000;

export interface ExpiryRecords {
  /** Records what is left, and returns when that is done. */
  stop(): Promise<void>;
}

/**
 * Records the end of every session whose time is over, as the store tells it. With the database away the record waits on
 * disk ({@link endSessions}); should even that fail, it is tried again until it succeeds.
 */
export function recordExpiries(
  context: GatewayContext,
  options: { readonly timers: Pick<Timers, 'after'>; readonly onProblem: (problem: unknown) => void },
): ExpiryRecords {
  const waiting = new Map<string, SessionEndReason>();
  let recording: Promise<void> = Promise.resolve();
  let callOff: (() => void) | undefined;

  const recordWaiting = async (): Promise<void> => {
    while (waiting.size > 0) {
      const [reason = 'idle'] = waiting.values();
      const references = [...waiting.keys()].filter(name => waiting.get(name) === reason).slice(0, BATCH);
      const filter = { scope: { kind: 'everything' }, references } as const;
      const { hold } = await endSessions(context, filter, { reason, actor: { kind: 'gateway' } });
      if (hold === 'unrecorded') throw new StoreFault('Neither the database nor the disk takes the ends of sessions.');
      for (const reference of references) waiting.delete(reference);
    }
  };
  const record = (): Promise<void> => {
    callOff?.();
    callOff = undefined;
    recording = recording.then(recordWaiting).catch((problem: unknown) => {
      options.onProblem(problem);
      schedule(RETRY_MS);
    });
    return recording;
  };
  const schedule = (afterMs: number): void => {
    callOff ??= options.timers.after(afterMs, () => {
      callOff = undefined;
      void record();
    });
  };

  context.sessions.onExpiry((session, reason) => {
    waiting.set(session.reference, reason);
    schedule(GATHERED_MS);
  });
  return {
    async stop() {
      await record();
      callOff?.();
    },
  };
}
