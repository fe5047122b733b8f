import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { PgliteReply, PgliteRequest, PgliteStart } from './pglite-messages.ts';

/*
 * PGlite in a thread of its own: PostgreSQL in wasm, which computes and writes without ever yielding. Statements are
 * executed one after another in the order of their arrival. An error that is not the answer to a statement ends the
 * thread, and the host starts another.
 */

const port = parentPort;
if (port === null) throw new Error('This program is a worker of the gateway.');

// Who starts this worker is pglite-host.ts alone, with a PgliteStart.
const { dataFolder } = workerData as PgliteStart;

const database = await PGlite.create({
  dataDir: dataFolder,
  parsers: {
    [types.INT8]: toSafeInteger,
    // A day has no zone; as a Date it would get one.
    [types.DATE]: text => text,
  },
});
reply({ kind: 'ready' });

let queue = Promise.resolve();
port.on('message', (request: PgliteRequest) => {
  queue = queue.then(() => serve(request));
});

async function serve(request: PgliteRequest): Promise<void> {
  if (request.kind === 'close') {
    await database.close();
    port?.close();
    return;
  }
  const { id, statement, parameters } = request;
  try {
    const result = await database.query<Record<string, unknown>>(statement, [...parameters]);
    reply({
      kind: 'result',
      id,
      rows: result.rows,
      affectedRows: result.affectedRows ?? 0,
      command: result.command ?? '',
    });
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    reply({
      kind: 'refused',
      id,
      sqlState: error.code,
      message: error.message,
      constraint: error.constraint ?? null,
    });
  }
}

function reply(message: PgliteReply): void {
  port?.postMessage(message);
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('A number of the store is beyond 2^53.');
  return value;
}

function isDatabaseError(error: unknown): error is Error & { code: string; constraint?: string } {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
  );
}
