import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dieWithParent = fileURLToPath(new URL('./die-with-parent.ts', import.meta.url));

/** A program of the product, running for the demo. */
export interface DemoChild {
  readonly process: ChildProcess;
  /** Settles when it is ready; rejects with the tail of its output when it ends before. */
  stop(): Promise<void>;
}

/**
 * Starts `node PROGRAM ARGUMENTS…`, bound to this process: when this one is gone, by whatever signal, so is the child.
 *
 * @param logFile receives its output
 */
export function startChild(program: string, args: readonly string[], logFile: string): DemoChild {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['--import', dieWithParent, program, ...args], {
    stdio: ['pipe', log, log],
  });
  return {
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/**
 * Waits until `isReady` says so.
 *
 * @throws when the child ends first, or after a minute
 */
export async function waitUntilReady(child: DemoChild, name: string, isReady: () => Promise<boolean>): Promise<void> {
  // A first start compiles PGlite and makes keys: seconds; a minute means that something hangs.
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.process.exitCode !== null || child.process.signalCode !== null) {
      throw new Error(
        `${name} ended before it was ready (exit ${child.process.exitCode ?? child.process.signalCode}).`,
      );
    }
    if (await isReady().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`${name} is not ready after a minute.`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
