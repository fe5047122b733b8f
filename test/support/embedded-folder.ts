import { createHash } from 'node:crypto';
import { constants, existsSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/database/open-database.ts';

const CHECKOUT = new URL('../../', import.meta.url);
const CACHE = new URL('node_modules/.cache/moica-gateway/', CHECKOUT).pathname;
const MIGRATIONS = new URL('src/adapters/database/migrations/', CHECKOUT);
const PGLITE = new URL('node_modules/@electric-sql/pglite/package.json', CHECKOUT);

/**
 * Puts a database into `folder` as a first start leaves it: a copy of one that was made by a first start, since making it takes
 * seconds and hundreds of tests want one. Kept for as long as the migrations and PGlite stay the same.
 *
 * @param folder is not there yet
 */
export async function layEmbeddedFolder(folder: string): Promise<void> {
  const template = join(CACHE, `embedded-${digestOfSchema()}`);
  if (!existsSync(template)) await makeTemplate(template);
  await cp(template, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

function digestOfSchema(): string {
  const digest = createHash('sha256').update(readFileSync(PGLITE));
  for (const name of readdirSync(MIGRATIONS).sort())
    digest.update(name).update(readFileSync(new URL(name, MIGRATIONS)));
  return digest.digest('hex').slice(0, 16);
}

/** Whole or not at all: several processes may make it at once, and the first is taken. */
async function makeTemplate(template: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, 'making-'));
  try {
    const database = await openDatabase({ kind: 'embedded', folder: join(making, 'database') });
    await database.close();
    await rename(join(making, 'database'), template).catch((problem: unknown) => {
      if (!existsSync(template)) throw problem;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
