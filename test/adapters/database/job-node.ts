/*
 * A node that looks for one daily job again and again until it is done: as many steps as its command line says, each a
 * change of its own. It prints what happened, a line each. Its tests stop and kill it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { runDueJobs, type Job, type JobContext } from '../../../src/flows/operations/run-due-jobs.ts';
import { anEvent } from '../../contract/people-of-record.ts';

const [url = '', holder = '', steps = '0'] = process.argv.slice(2);
// Not through a stream, which would keep the last lines to itself when the process is killed.
const say = (line: string): void => void writeSync(1, `${line}\n`);

const context: JobContext = {
  clock: { now: () => new Date() },
  randomness: { bytes: length => new Uint8Array(randomBytes(length)), uuid: () => randomUUID() },
  database: await openDatabase({ kind: 'postgresql', url, poolSize: 3, migrations: 'check' }),
};
const job: Job<JobContext> = {
  name: 'steps',
  cadence: 'daily',
  async run({ database }) {
    for (let step = 1; step <= Number(steps); step += 1) {
      const event = anEvent({ code: 'account.changed', facts: { holder, step } });
      await database.change(() => Promise.resolve({ result: undefined, events: [event] }));
      say(`step ${step}`);
      await delay(20);
    }
    return {};
  },
};
say('open');
for (;;) {
  const [done] = await runDueJobs(context, [job], { holder, leaseMs: 3_000, retryMs: 60_000 });
  say(done?.outcome ?? '');
  if (done?.outcome === 'completed' || done?.outcome === 'not-due' || done?.outcome === 'failed') break;
  await delay(100);
}
await context.database.close();
