import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where everything of a demo lies. */
export interface DemoFolder {
  readonly root: string;
  readonly authority: string;
  /** The agent's soft cards and its reader. */
  readonly cards: string;
  readonly trust: string;
  readonly tls: string;
  /** The gateway's data folder. */
  readonly data: string;
  readonly configuration: string;
  /** Initial passwords of those who have yet to activate their accounts, by login name. */
  readonly initialPasswords: string;
  /** What a program needs to know of the running demo. */
  readonly description: string;
  /** Ports of the last run: the next one takes them again where they are free. */
  readonly ports: string;
  readonly log: string;
}

/** The places of a demo below `root` (an absolute path; `.demo` beside the sources unless told). */
export function demoFolderAt(root: string): DemoFolder {
  return {
    root,
    authority: join(root, 'authority'),
    cards: join(root, 'cards'),
    trust: join(root, 'trust'),
    tls: join(root, 'tls'),
    data: join(root, 'data'),
    configuration: join(root, 'gateway.yaml'),
    initialPasswords: join(root, 'initial-passwords.json'),
    description: join(root, 'demo.json'),
    ports: join(root, 'ports.json'),
    log: join(root, 'demo.log'),
  };
}

/** Makes the folder and its rooms; only its owner can look in. */
export function makeDemoFolder(folder: DemoFolder): void {
  for (const path of [folder.root, folder.authority, folder.cards, folder.trust, folder.tls, folder.data]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
}

/** Replaces a file whole: a kill leaves the old one or the new one. */
export function replaceFile(path: string, content: string | Buffer): void {
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, content, { mode: 0o600 });
  renameSync(beside, path);
}

/** A JSON file's value; undefined when there is none. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
