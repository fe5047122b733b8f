import { existsSync, readFileSync } from 'node:fs';
import { UnusableDatabaseFault } from '../adapters/database/faults.ts';
import { parsePostgresqlAddress } from '../adapters/database/postgresql-address.ts';
import type { GatewayFile } from './gateway-file.ts';

/** What is wrong with the database's address; off loopback it needs `caFile`, since nothing is reached without TLS there. */
export function checkDatabase({ database }: GatewayFile, at: (path: string) => string): string[] {
  if (database.kind === 'embedded' || !existsSync(at(database.urlFile))) return [];
  try {
    const url = readFileSync(at(database.urlFile), 'utf8').trim();
    parsePostgresqlAddress(url, database.caFile === undefined ? undefined : {});
    return [];
  } catch (error) {
    if (error instanceof UnusableDatabaseFault) return [`database.urlFile: ${error.message}`];
    throw error;
  }
}
