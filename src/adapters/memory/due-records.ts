import type { LiveRecord } from './live-record.ts';

/** Records within one such stretch of time lie together: each is looked at once a second while its own is on. */
const STRETCH_MS = 10_000;

/** Sessions by when they may be over, so that a sweep looks at those few and not at everybody. */
export class DueRecords {
  readonly #stretches = new Map<number, Set<LiveRecord>>();

  add(record: LiveRecord): void {
    const stretch = Math.floor(record.dueMs / STRETCH_MS);
    const records = this.#stretches.get(stretch);
    if (records === undefined) this.#stretches.set(stretch, new Set([record]));
    else records.add(record);
  }

  delete(record: LiveRecord): void {
    const stretch = Math.floor(record.dueMs / STRETCH_MS);
    const records = this.#stretches.get(stretch);
    records?.delete(record);
    if (records?.size === 0) this.#stretches.delete(stretch);
  }

  /** Those whose stretch has begun; they lie where they are. */
  listBegun(nowMs: number): LiveRecord[] {
    const now = Math.floor(nowMs / STRETCH_MS);
    const begun: LiveRecord[] = [];
    for (const [stretch, records] of this.#stretches) if (stretch <= now) begun.push(...records);
    return begun;
  }
}
