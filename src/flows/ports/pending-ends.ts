import type { AuditEvent } from '../../audit/event.ts';
import type { RecordedEnd } from './session-records.ts';

/** An end of a session that the database could not take when it happened. */
export interface PendingEnd {
  readonly reference: string;
  readonly end: RecordedEnd;
  /** To be recorded with it. */
  readonly event: AuditEvent;
}

/**
 * Ends that wait for the database, on this node's disk: what `keep` has returned survives a crash of the program and of
 * the machine.
 */
export interface PendingEnds {
  /** @throws StoreFault when the disk does not take them all; operators have been told then */
  keep(ends: readonly PendingEnd[]): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly PendingEnd[]>;
  /** Drops those that the database has now. @param eventIds of their events */
  drop(eventIds: readonly string[]): Promise<void>;
}
