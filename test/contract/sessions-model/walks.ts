import fc from 'fast-check';
import type { Account } from '../../../src/accounts/account.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRedis } from '../../support/redis.ts';
import { anAccount, anOrganisation } from '../people-of-record.ts';
import { TwoNodes } from './two-nodes.ts';
import { steps, type Step } from './steps.ts';
import { Walk } from './walk.ts';

/** How often nodes said that a session is alive, that it is over, and that they cannot tell. */
export type WalkSums = Walk['counts'];

/** Takes so many random walks on a PostgreSQL and a Redis of their own. @throws with the shortest way known to what is wrong */
export async function takeWalks(count: number, seed: number): Promise<WalkSums> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const url = await postgres.createDatabase();
  const base = await openTestContext({ database: { kind: 'postgresql', url, poolSize: 4 } });
  const sums = { alive: 0, over: 0, refused: 0 };
  try {
    const walkOnce = async (walked: Step[]): Promise<void> => {
      const world = await TwoNodes.open(base, redis);
      try {
        const walk = new Walk(world, await commitAccounts(base));
        for (const step of walked) await walk.take(step);
        await walk.settle();
        for (const key of ['alive', 'over', 'refused'] as const) sums[key] += walk.counts[key];
      } finally {
        await world.close();
      }
    };
    await fc.assert(fc.asyncProperty(steps, walkOnce), { numRuns: count, seed, endOnFailure: true });
    return sums;
  } finally {
    await base.close();
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

async function commitAccounts(base: TestContext): Promise<Account[]> {
  const organisation = anOrganisation();
  const accounts = Array.from({ length: 3 }, () => anAccount(organisation));
  await base.commit(async changes => {
    await changes.insertOrganisation(organisation);
    for (const account of accounts) {
      await changes.insertPerson({ id: account.personId, name: account.name });
      await changes.insertAccount(account);
    }
  });
  return accounts;
}
