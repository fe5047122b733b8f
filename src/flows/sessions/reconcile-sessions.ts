import type { GatewayContext } from '../gateway-context.ts';
import type { OpenSession } from '../ports/session-records.ts';
import { StoreFault } from '../ports/store-fault.ts';
import { endSessions } from './end-sessions.ts';

/** A login is recorded a moment before its session is opened, and an end in the store a moment after it is recorded. */
const SETTLED_AFTER_MS = 60_000;

/** As many as the store describes at once. */
const PAGE = 1_000;

/** As many as end in one transaction. */
const END_BATCH = 200;

/** Looks once, and returns how many sessions turned out to be lost. */
export type Reconciliation = (context: GatewayContext) => Promise<number>;

/**
 * Finds sessions that by their record stand and that the store does not know any more: it was emptied, or lost what
 * was not on its disk. They end as `store-lost` when two looks, at least a minute apart, have missed them; a look at
 * which the store could not be asked says nothing, and the next one begins anew.
 *
 * @param nowMs milliseconds of a clock that only ever goes forward
 */
export function createReconciliation(nowMs: () => number = () => performance.now()): Reconciliation {
  let missedSince = new Map<string, number>();
  return async context => {
    const missing = await findMissing(context);
    const atMs = nowMs();
    missedSince = new Map((missing ?? []).map(reference => [reference, missedSince.get(reference) ?? atMs]));
    const lost = [...missedSince].filter(([, sinceMs]) => atMs - sinceMs >= SETTLED_AFTER_MS).map(([name]) => name);
    const ended = await endAsLost(context, lost);
    for (const reference of lost) missedSince.delete(reference);
    return ended;
  };
}

/**
 * Ends every session that has a record and no end. For the start of a gateway that keeps sessions in its own process:
 * they went with the process before.
 */
export async function endSessionsOfFormerProcess(context: GatewayContext): Promise<number> {
  const { ended } = await endSessions(
    context,
    { scope: { kind: 'everything' } },
    { reason: 'store-lost', actor: { kind: 'gateway' } },
  );
  return ended.length;
}

/** Undefined when the store cannot be asked. */
async function findMissing(context: GatewayContext): Promise<string[] | undefined> {
  const before = new Date(context.clock.now().getTime() - SETTLED_AFTER_MS);
  const missing: string[] = [];
  let after: OpenSession | null = null;
  do {
    const open: OpenSession[] = await context.database.sessions.listOpenSessions(before, after, PAGE);
    const standings = await describe(context, open);
    if (standings === undefined) return undefined;
    missing.push(...open.map(({ reference }) => reference).filter(reference => !standings.has(reference)));
    after = open.length < PAGE ? null : (open.at(-1) ?? null);
  } while (after !== null);
  return missing;
}

async function describe(
  { sessions }: GatewayContext,
  open: readonly OpenSession[],
): Promise<Awaited<ReturnType<typeof sessions.describe>> | undefined> {
  try {
    return await sessions.describe(open.map(({ reference }) => reference));
  } catch (error) {
    if (error instanceof StoreFault) return undefined;
    throw error;
  }
}

async function endAsLost(context: GatewayContext, references: readonly string[]): Promise<number> {
  let ended = 0;
  for (let at = 0; at < references.length; at += END_BATCH) {
    const batch = await endSessions(
      context,
      { scope: { kind: 'everything' }, references: references.slice(at, at + END_BATCH) },
      { reason: 'store-lost', actor: { kind: 'gateway' } },
    );
    ended += batch.ended.length;
  }
  return ended;
}
