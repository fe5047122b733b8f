import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fails unless `dist/` is there and no source is younger: the browser would show pages of yesterday. `scripts/test`
 * builds; whoever runs vitest by hand does it himself.
 */
export function requireFreshBuild(checkout: string): void {
  const modified = (path: string): number => statSync(join(checkout, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const built = Math.max(modified('dist/cli.js'), modified('dist/.built'));
  if (built === 0) throw new Error('There is no dist/: run `npm run build`, or use scripts/test.');
  const younger = globSync('src/**/*.{ts,tsx,css}', { cwd: checkout }).find(path => modified(path) > built);
  if (younger !== undefined) {
    throw new Error(`dist/ is older than ${younger}: run \`npm run build\`, or use scripts/test.`);
  }
}
