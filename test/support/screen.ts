import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Readable } from 'node:stream';

const PARTS: Readonly<Record<string, string>> = {
  '/usr/bin/Xvfb': 'xvfb',
  '/usr/bin/openbox': 'openbox',
  '/usr/bin/xdotool': 'xdotool',
};

const FIELD_MS = 400;

/** A screen that nobody sees, with a keyboard, for what a browser draws outside its pages. */
export interface Screen {
  /** What a program needs in its environment to be drawn here. */
  readonly environment: { readonly DISPLAY: string };
  /** Types into the window of this title as soon as it is there, and ends with the return key; false when it does not come in time. */
  typeInto(title: string, text: string, waitMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Starts Xvfb on a free display, with a window manager: without one no window has the keyboard. Both end with this
 * process, whatever ends it.
 */
export async function startScreen(): Promise<Screen> {
  const missing = Object.keys(PARTS).filter(path => !existsSync(path));
  if (missing.length > 0) {
    throw new Error(`Parts are missing: apt-get install -y ${missing.map(path => PARTS[path]).join(' ')}`);
  }
  const server = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {});
  const number = server.stdio[3] as Readable;
  const [line] = (await Promise.race([
    once(number, 'data'),
    once(server, 'exit').then(() => Promise.reject(new Error('Xvfb has ended.'))),
  ])) as [Buffer];
  const environment = { DISPLAY: `:${line.toString().trim()}` };
  const manager = start('openbox', ['--sm-disable'], environment);
  const keyboard = (args: readonly string[], input = ''): string =>
    execFileSync('xdotool', args, { env: { PATH: '/usr/bin:/bin', ...environment }, input, stdio: 'pipe' }).toString();
  return {
    environment,
    async typeInto(title, typed, waitMs) {
      const window = await findWindow(environment, title, waitMs);
      if (window === undefined) return false;
      keyboard(['windowfocus', '--sync', window]);
      // a window has the keyboard a little before its field has
      await setTimeout(FIELD_MS);
      keyboard(['type', '--delay', '30', '--file', '-'], `${typed}\n`);
      return true;
    },
    async close() {
      for (const program of [manager, server]) await stop(program);
    },
  };
}

/** Looks again and again: a search during which another window goes away ends in an error of X. */
async function findWindow(
  environment: Screen['environment'],
  title: string,
  waitMs: number,
): Promise<string | undefined> {
  const until = Date.now() + waitMs;
  while (Date.now() < until) {
    const search = spawn('xdotool', ['search', '--onlyvisible', '--name', title], {
      env: { PATH: '/usr/bin:/bin', ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const found = (await text(search.stdout)).trim().split('\n')[0];
    if (found) return found;
    await setTimeout(200);
  }
  return undefined;
}

function start(program: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
