import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** What a reader of the file finds on each page, without the spaces that layout makes. */
export function readPages(pdf: Uint8Array): string[] {
  const { status, stdout, error } = spawnSync('pdftotext', ['-enc', 'UTF-8', '-', '-'], { input: pdf });
  if (error !== undefined)
    throw new Error('Missing: apt-get install -y --no-install-recommends poppler-utils', { cause: error });
  expect(status).toBe(0);
  // Each page ends in a form feed.
  return stdout
    .toString('utf8')
    .split('\f')
    .slice(0, -1)
    .map(page => page.replace(/\s+/g, ''));
}
