import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openPgliteSource } from '../../src/adapters/database/pglite-source.ts';
import { describeDatabase } from './database.contract.ts';

const folder = await mkdtemp(join(tmpdir(), 'gateway-pglite-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describeDatabase('PGlite', () => openPgliteSource(folder));
