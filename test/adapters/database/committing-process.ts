/*
 * A process that commits one event after another to the embedded store in the folder named on its command line, and
 * prints the id of each once it is acknowledged. Its tests kill it.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { anEvent } from '../../contract/people-of-record.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder?');
const database = await openDatabase({ kind: 'embedded', folder });
writeSync(1, 'open\n');
for (;;) {
  const id = randomUUID();
  await database.record([anEvent({ id })]);
  // Not through a stream, which would keep the last lines to itself when the process is killed.
  writeSync(1, `${id}\n`);
}
