// Copies what the compiler does not: style sheet, pictures and other files that the portal serves as they are.
import { cpSync, existsSync } from 'node:fs';

const from = new URL('../../src/web/assets/', import.meta.url);
if (existsSync(from)) cpSync(from, new URL('../../dist/web/assets/', import.meta.url), { recursive: true });
