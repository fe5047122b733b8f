import { startPostgres } from '../support/postgres.ts';
import { journeyOver } from './journey.ts';

journeyOver(async () => {
  const postgres = await startPostgres();
  return {
    settings: { postgresqlUrl: await postgres.createDatabase() },
    folder: postgres.folder,
    close: () => postgres.stop(),
  };
});
