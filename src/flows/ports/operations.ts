import type { Notice } from '../../notices/notice.ts';

/** Reads of operations; also usable inside a change. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OperationReader {}

/** Writes of operations, inside a change only. */
export interface OperationChanges extends OperationReader {
  /** Puts a notice into the outbox, in the transaction of what it tells of; it is sent after the commit, at least once. */
  insertNotice(notice: Notice): Promise<void>;
}
