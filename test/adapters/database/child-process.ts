import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own on the embedded store in a folder; it lives until it is killed. */
export interface CommittingProcess {
  readonly pid: number;
  /** Every event id it has printed so far. */
  readonly acknowledged: readonly string[];
  /** Resolves when it prints its first line; rejects with what it said when it ends before. */
  readonly opened: Promise<void>;
  /** SIGKILL; resolves when it is gone and all its lines are read. */
  kill(): Promise<void>;
}

export function startCommitting(folder: string): CommittingProcess {
  const program = fileURLToPath(new URL('./committing-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('The process did not start.');

  const acknowledged: string[] = [];
  const gone = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const opened = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line =>
      line === 'open' ? resolve() : acknowledged.push(line),
    );
    void gone.then(() => reject(new Error(complaint)));
  });
  // Whoever does not wait for it to open is not to be told that it did not.
  opened.catch(() => undefined);
  return {
    pid,
    acknowledged,
    opened,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
