import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolderAt, type DemoFolder } from '../../scripts/demo-parts/demo-folder.ts';
import type { DemoDescription } from '../../scripts/demo-parts/description.ts';
import type { DemoSettings } from '../../scripts/demo-parts/gateway-configuration.ts';
import { startDemo, type RunningDemo } from '../../scripts/demo-parts/start-demo.ts';

/** The product's programs run from `dist/`: real processes, as in production. */
export const CHECKOUT = join(import.meta.dirname, '../..');

/** Fails where `dist/` is missing: `scripts/test` builds it, whoever runs vitest by hand must. */
export function requireBuild(): void {
  if (
    !existsSync(join(CHECKOUT, 'dist/.built')) &&
    statSync(join(CHECKOUT, 'dist/cli.js'), { throwIfNoEntry: false }) === undefined
  ) {
    throw new Error('There is no dist/: run `npm run build` or scripts/test.');
  }
}

export interface TemporaryDemo {
  readonly demo: DemoDescription;
  readonly running: RunningDemo;
  readonly folder: DemoFolder;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** A demo of its own, in a temporary folder, on free ports. */
export async function startTemporaryDemo(settings: DemoSettings = {}): Promise<TemporaryDemo> {
  requireBuild();
  const folder = demoFolderAt(mkdtempSync(join(tmpdir(), 'moica-')));
  const running = await startDemo(CHECKOUT, folder, { isOneOfMany: true, ...settings });
  return {
    demo: running.description,
    running,
    folder,
    async close() {
      await running.close();
      rmSync(folder.root, { recursive: true, force: true });
    },
  };
}

/** One of the demo's people. @throws when there is none of that name */
export function personOf(demo: DemoDescription, account: string): DemoDescription['people'][number] {
  const person = demo.people.find(each => each.account === account);
  if (person === undefined) throw new Error(`There is no demo person ${account}.`);
  return person;
}

/** Origin of a system of the demo. @throws when there is none of that id */
export function systemOf(demo: DemoDescription, id: string): string {
  const origin = demo.systems[id];
  if (origin === undefined) throw new Error(`There is no system ${id}.`);
  return origin;
}
