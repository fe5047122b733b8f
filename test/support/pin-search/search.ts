import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Disguise } from './disguises.ts';

/** Where a text was found, and in which disguise. */
export interface Finding {
  readonly place: string;
  readonly disguise: string;
}

const CHUNK_BYTES = 8 << 20;
const PAGE_BYTES = 4096;

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
    for (const [start, end] of usedRanges(pid)) {
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

/** The parts of writable mappings that are in memory or in the swap: most of what a JavaScript engine reserves is not. */
function usedRanges(pid: number): [start: number, end: number][] {
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').matchAll(/^([0-9a-f]+)-([0-9a-f]+) .w/gm);
    return Array.from(lines).flatMap(([, start, end]) => usedPages(pagemap, parseInt(start!, 16), parseInt(end!, 16)));
  } finally {
    closeSync(pagemap);
  }
}

/** Eight bytes a page; the highest bits of the last say "present" and "swapped" (proc(5)). */
function usedPages(pagemap: number, start: number, end: number): [start: number, end: number][] {
  const entries = Buffer.alloc(((end - start) / PAGE_BYTES) * 8);
  readSync(pagemap, entries, 0, entries.length, (start / PAGE_BYTES) * 8);
  const ranges: [number, number][] = [];
  for (let page = 0; page * 8 < entries.length; page += 1) {
    if ((entries[page * 8 + 7]! & 0xc0) === 0) continue;
    const from = start + page * PAGE_BYTES;
    const last = ranges.at(-1);
    if (last?.[1] === from) last[1] = from + PAGE_BYTES;
    else ranges.push([from, from + PAGE_BYTES]);
  }
  return ranges;
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
