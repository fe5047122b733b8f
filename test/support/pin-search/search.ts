import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Disguise } from './disguises.ts';

/** Where a text was found, and in which disguise. */
export interface Finding {
  readonly place: string;
  readonly disguise: string;
}

const CHUNK_BYTES = 8 << 20;

export function searchBytes(place: string, bytes: Buffer, disguises: readonly Disguise[]): Finding[] {
  return disguises.filter(each => bytes.includes(each.bytes)).map(({ name }) => ({ place, disguise: name }));
}

/** Looks into every file below a folder, names included. */
export function searchFolder(folder: string, disguises: readonly Disguise[]): Finding[] {
  const findings: Finding[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    findings.push(...searchBytes(path, Buffer.from(path), disguises));
    if (!entry.isFile()) continue;
    findings.push(...searchBytes(path, readIfThere(path), disguises));
  }
  return findings;
}

/** Looks into everything that a running process can write to, its heaps and stacks; of this user, by /proc. */
export function searchMemory(pid: number, disguises: readonly Disguise[]): Finding[] {
  const overlap = Math.max(...disguises.map(each => each.bytes.length));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const findings: Finding[] = [];
  try {
    for (const [start, end] of writableMappings(pid)) {
      for (let from = start; from < end; from += CHUNK_BYTES) {
        const chunk = readMemory(memory, from, Math.min(end, from + CHUNK_BYTES + overlap));
        findings.push(...searchBytes(`memory at ${from.toString(16)}`, chunk, disguises));
      }
    }
  } finally {
    closeSync(memory);
  }
  return findings;
}

/** Those of which anything is in memory or in the swap: most of what a JavaScript engine reserves is not. */
function writableMappings(pid: number): [start: number, end: number][] {
  const mappings = readFileSync(`/proc/${pid}/smaps`, 'latin1').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings.flatMap(text => {
    const range = /^([0-9a-f]+)-([0-9a-f]+) .w/.exec(text);
    const isUsed = /^(?:Rss|Swap): +[1-9]/m.test(text);
    return range === null || !isUsed ? [] : [[parseInt(range[1]!, 16), parseInt(range[2]!, 16)]];
  });
}

/** Fewer bytes, or none, where the process has given the mapping back meanwhile. */
function readMemory(memory: number, from: number, to: number): Buffer {
  const chunk = Buffer.allocUnsafe(to - from);
  try {
    return chunk.subarray(0, readSync(memory, chunk, 0, chunk.length, from));
  } catch (error) {
    if (isOneOf(error, ['EIO', 'EFAULT'])) return Buffer.alloc(0);
    throw error;
  }
}

/** Programs that run remove files while they are listed. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isOneOf(error, ['ENOENT'])) return Buffer.alloc(0);
    throw error;
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
