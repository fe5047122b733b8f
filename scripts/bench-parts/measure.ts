import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Work = () => void | Promise<void>;

/** Rounds in which the works take turns, so that what disturbs the machine disturbs them alike. */
const ROUNDS = 15;
/** Rounds before those that count, for the compiler. */
const WARM_UP_ROUNDS = 5;
const ROUND_MS = 150;

/**
 * CPU microseconds of one call of each work (user and system, all threads): the median of many rounds in turn.
 *
 * @param elsewhere microseconds that other processes have used by now for the same work
 */
export async function cpuMicroseconds<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  elsewhere: () => Promise<number> = () => Promise.resolve(0),
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  const figures = new Map<Name, number[]>(names.map(name => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const name of names) {
      const figure = await cpuOf(works[name], elsewhere);
      if (round >= 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(names.map(name => [name, median(figures.get(name) ?? [])])) as Record<Name, number>;
}

async function cpuOf(work: Work, elsewhere: () => Promise<number>): Promise<number> {
  const elsewhereBefore = await elsewhere();
  const end = performance.now() + ROUND_MS;
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() < end) {
    // Awaiting what is no promise would cost our side a turn of the queue that its work does not have.
    const pending = work();
    if (pending !== undefined) await pending;
    calls++;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system + (await elsewhere()) - elsewhereBefore) / calls;
}

export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

export function quantile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** The longest time, in milliseconds, that the event loop did not turn while `work` went on. */
export async function longestStall(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  // One turn more, so that a stall at the very end is seen.
  await new Promise(resolve => setTimeout(resolve, 5));
  delay.disable();
  return delay.max / 1e6;
}

export interface ChildRun {
  readonly milliseconds: number;
  /** The most memory that it ever held, MB; 0 where the system does not tell (no /proc). */
  readonly peakMegabytes: number;
}

/** Runs a program to its end, silently. Throws if it does not end with 0. */
export async function runChild(program: string, args: readonly string[]): Promise<ChildRun> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: 'ignore' });
  let peakMegabytes = 0;
  const watch = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid));
  }, 2);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}.`);
  } finally {
    clearInterval(watch);
  }
  return { milliseconds: performance.now() - start, peakMegabytes };
}

/** The high-water mark of a process's memory, MB. */
function peakOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    // It has ended, or the system has no /proc: the highest figure so far stands.
    return 0;
  }
}

/** What the figures were measured on, for whoever compares two runs. */
export function describeMachine(): string {
  const load = loadavg()
    .map(each => each.toFixed(1))
    .join(' ');
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${load}, Node ${process.version}`;
}
