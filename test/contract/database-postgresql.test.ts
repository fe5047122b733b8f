import { afterAll, beforeAll } from 'vitest';
import { openPostgresqlSource } from '../../src/adapters/database/postgresql-source.ts';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';
import { describeDatabase } from './database.contract.ts';

let postgres: PrivatePostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describeDatabase('PostgreSQL 15', async () => openPostgresqlSource({ url: await postgres.createDatabase() }));
