import { openPendingEnds } from '../../../src/adapters/spool/pending-ends.ts';
import { aPendingEnd } from './pending-end.ts';

/** Keeps ends until it is killed, and says after each which one is kept; drops every third again, and says so before. */
const [, , folder = ''] = process.argv;
const pendingEnds = openPendingEnds({
  folder,
  onBroken: count => {
    throw new Error(`${String(count)} broken lines.`);
  },
  onUnkept: () => undefined,
});
await pendingEnds.list();
for (let number = 0; ; number += 1) {
  const end = aPendingEnd();
  await pendingEnds.keep([end]);
  process.stdout.write(`kept ${end.reference}\n`);
  if (number % 3 !== 0) continue;
  process.stdout.write(`dropping ${end.reference}\n`);
  await pendingEnds.drop([end.event.id]);
}
