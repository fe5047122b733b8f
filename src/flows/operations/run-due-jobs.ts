import type { AuditEvent, Fact } from '../../audit/event.ts';
import { addDays } from '../../calendar/months.ts';
import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { Database } from '../ports.ts';
import { LeaseLostFault, type JobLease } from '../ports/operations.ts';

/** What the runner itself needs; jobs may need more. */
export type JobContext = Pick<GatewayContext, 'clock' | 'randomness' | 'database'>;

/** Work that is done on a schedule, by one node at a time. */
export interface Job<Context extends JobContext = GatewayContext> {
  /** Closed vocabulary, in {@link scheduledJobs}; the name of its lease. */
  readonly name: string;
  /** `daily`: once a Taipei day, as soon after midnight as a node runs. `always`: at every tick, while there is work. */
  readonly cadence: 'daily' | 'always';
  /**
   * Does it. Every change through this context is written only while the lease is held; what was done is counted in facts,
   * which never name people. Work that was half done before a crash is found and finished by the next run.
   */
  run(context: Context): Promise<Readonly<Record<string, Fact>>>;
}

export interface JobOutcome {
  readonly job: string;
  readonly outcome: 'completed' | 'failed' | 'not-due' | 'held-elsewhere' | 'lost';
}

export interface JobSettings {
  /** Name of this process among the nodes. */
  readonly holder: string;
  /** How long a node that is gone keeps a job from the others. */
  readonly leaseMs: number;
  /** After a failure, before the next attempt. */
  readonly retryMs: number;
}

export const JOB_SETTINGS: Omit<JobSettings, 'holder'> = { leaseMs: 60_000, retryMs: 300_000 };

/**
 * Runs what is due, one job after the other: called once a minute and at the start, so that a midnight that was missed is
 * made up for at once. A failure is recorded and tried again later; throws only when the store cannot be asked.
 */
export async function runDueJobs<Context extends JobContext>(
  context: Context,
  jobs: readonly Job<Context>[],
  settings: JobSettings,
): Promise<JobOutcome[]> {
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) outcomes.push({ job: job.name, outcome: await runIfDue(context, job, settings) });
  return outcomes;
}

async function runIfDue<Context extends JobContext>(
  context: Context,
  job: Job<Context>,
  settings: JobSettings,
): Promise<JobOutcome['outcome']> {
  const { clock, database } = context;
  const startedAt = clock.now();
  const day = taipeiDayOf(startedAt);
  if (job.cadence === 'daily') {
    const status = (await database.operations.listJobs()).find(each => each.name === job.name);
    if (isDone(status?.lastCompletedDay ?? null, day)) return 'not-due';
  }
  const until = (): Date => new Date(clock.now().getTime() + settings.leaseMs);
  const longest = LONGEST_LEASES * Math.max(settings.leaseMs, settings.retryMs);
  const plausibleUntil = new Date(startedAt.getTime() + longest);
  const lease = await database.jobs.takeLease(job.name, settings.holder, startedAt, until(), plausibleUntil);
  if (lease === undefined) return 'held-elsewhere';
  if (job.cadence === 'daily' && isDone(lease.lastCompletedDay, day)) {
    await database.jobs.releaseLease(lease, clock.now(), null);
    return 'not-due';
  }

  if (job.cadence === 'daily' && lease.lastCompletedDay !== null && isFuture(lease.lastCompletedDay, day)) {
    const facts = { job: job.name, day, holder: settings.holder, completedFor: lease.lastCompletedDay };
    await database.record([jobEvent(context, 'job.day-implausible', facts)]);
  }

  // Half-time and a half: two renewals may be missed before the lease ends.
  const renewing = setInterval(() => {
    // One that fails is made up for by the next; a lease that is lost shows at the next change.
    database.jobs.renewLease(lease, until()).catch(() => undefined);
  }, settings.leaseMs / 3);
  try {
    const facts = await job.run({ ...context, database: fenced(database, lease) });
    if (job.cadence === 'daily') {
      await database.change(async changes => {
        await changes.operations.completeJob(lease, day, clock.now());
        const event = jobEvent(context, 'job.completed', { ...facts, job: job.name, day, holder: settings.holder });
        return { result: undefined, events: [event] };
      });
    }
    await database.jobs.releaseLease(lease, clock.now(), null);
    return 'completed';
  } catch (error) {
    if (error instanceof LeaseLostFault) return 'lost';
    const problem = error instanceof Error ? error.message : String(error);
    await database.record([
      jobEvent(context, 'job.failed', { job: job.name, day, holder: settings.holder, problem: problem.slice(0, 300) }),
    ]);
    await database.jobs.releaseLease(lease, new Date(clock.now().getTime() + settings.retryMs), problem.slice(0, 300));
    return 'failed';
  } finally {
    clearInterval(renewing);
  }
}

/** So many leases, or pauses after a failure, ahead of now nobody's lease runs unless a clock was wrong. */
const LONGEST_LEASES = 3;

function isDone(lastCompletedDay: TaipeiDay | null, day: TaipeiDay): boolean {
  return lastCompletedDay !== null && lastCompletedDay >= day && !isFuture(lastCompletedDay, day);
}

/**
 * Clocks of nodes differ by seconds, so around midnight one may be a day ahead of another; whoever wrote a day beyond that
 * had a wrong clock, and what he did then is no reason to leave the work of today undone.
 */
function isFuture(completed: TaipeiDay, day: TaipeiDay): boolean {
  return completed > addDays(day, 1);
}

/** The store as the holder of `lease` may write to it; what merely happened is recorded whoever holds it. */
function fenced(database: Database, lease: JobLease): Database {
  const { accounts, applications, credentials, operations, sessions, jobs, events, accessRecords, assertionKeys } =
    database;
  return {
    accounts,
    applications,
    credentials,
    operations,
    sessions,
    jobs,
    events,
    accessRecords,
    assertionKeys,
    change: work =>
      database.change(async changes => {
        await changes.operations.requireLease(lease);
        return work(changes);
      }),
    record: records => database.record(records),
    ping: () => database.ping(),
    close: () => Promise.reject(new Error('A job does not close the store.')),
  };
}

function jobEvent(
  context: JobContext,
  code: 'job.completed' | 'job.failed' | 'job.day-implausible',
  facts: Readonly<Record<string, Fact>>,
): AuditEvent {
  return composeEvent(context, code, { actor: { kind: 'gateway' }, facts });
}
