import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/card-agent/main.ts', import.meta.url));

export const PAGE = 'https://portal.gateway.example';

export interface AgentProcess {
  readonly port: number;
  readonly origin: string;
  /** everything the process has printed so far, both streams */
  readonly printed: () => string;
  /** ends the process with SIGTERM; the exit code */
  readonly stop: () => Promise<number | null>;
  /** ends it with SIGKILL, which it does not notice */
  readonly kill: () => Promise<unknown>;
}

export interface EndedProcess {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A clean environment: the agent must not need anything of the one that the tests run in. */
function environment(more: Readonly<Record<string, string>>) {
  return { PATH: process.env['PATH'] ?? '', ...more };
}

function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
  main = MAIN,
) {
  const child = spawn(process.execPath, [...nodeArgs, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(env),
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)));
  return { child, printed, ended };
}

/**
 * Starts the agent on a free port, as a process of its own, and waits for its line.
 *
 * @param options.main another copy of the program than the source
 */
export async function startAgentProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly port?: number; readonly main?: string } = {},
): Promise<AgentProcess> {
  const all = ['--port', String(options.port ?? 0), ...args];
  const { child, printed, ended } = launch(all, options.env ?? {}, [], options.main);
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /http:\/\/localhost:(\d+)/.exec(printed.stdout)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(code => reject(new Error(`The agent ended with ${String(code)}: ${printed.stderr}`)));
  });
  return {
    port,
    origin: `http://localhost:${String(port)}`,
    printed: () => printed.stdout + printed.stderr,
    stop: async () => {
      child.kill('SIGTERM');
      return await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      return await ended;
    },
  };
}

/** Runs the agent's command line to its end. */
export async function runAgent(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[] } = {},
): Promise<EndedProcess> {
  const { printed, ended } = launch(args, options.env ?? {}, options.nodeArgs);
  const exitCode = await ended;
  return { exitCode, ...printed };
}
