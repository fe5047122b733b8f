import type { AccessRecord } from '../../audit/access-record.ts';
import type { NamedAs } from '../../audit/named-values.ts';

/** Takes the records of requests: implemented by the journal, which writes them in batches. */
export interface AccessRecorder {
  /** Whether a record that somebody waits for can be written, as far as is known. */
  readonly isWritable: boolean;
  readonly counts: AccessRecordCounts;
  /** Has a record written soon; where there is no room for it, it is counted as lost. */
  add(record: AccessRecord): void;
  /**
   * Has a record written at once and returns when it is durable. @throws StoreFault when it is not, and then it may be
   * added again with another outcome: should it have been written after all, it stays as it was.
   */
  commit(record: AccessRecord): Promise<void>;
}

/** Since the process began. */
export interface AccessRecordCounts {
  readonly waiting: number;
  readonly written: number;
  readonly lost: number;
}

/** Where a page of records ends. */
export type AccessRecordPlace = Pick<AccessRecord, 'at' | 'id'>;

/** Which records; what is left out does not matter. */
export interface AccessRecordFilter {
  readonly accountId?: string;
  readonly sessionReference?: string;
  readonly systemId?: string;
  readonly requestId?: string;
  /** Asked about this subject, or in this case: its mark. */
  readonly named?: { readonly as: NamedAs; readonly mark: string };
  /** From this instant on. */
  readonly from?: Date;
  /** Before this instant. */
  readonly until?: Date;
}

/** Reads of access records; also usable inside a change. */
export interface AccessRecordReader {
  /**
   * Newest first.
   *
   * @param page `limit`: 1 to 1,000; `after`: the last one of the page before
   */
  listAccessRecords(
    filter: AccessRecordFilter,
    page: { readonly after: AccessRecordPlace | null; readonly limit: number },
  ): Promise<AccessRecord[]>;
}

/**
 * The store of access records. They are not changes of anything, so they have no event of their own and are not written
 * inside a change.
 */
export interface AccessRecordStore extends AccessRecordReader {
  /**
   * Writes all of them or none, in a transaction of their own; durable on return like a change. At most 1,000. One whose id is there
   * is left as it stands, so that what was perhaps written may be written again.
   *
   * Does not try again. @throws StoreFault when the store cannot serve now; anything else: it does not take these records
   */
  insertAccessRecords(records: readonly AccessRecord[]): Promise<void>;
}

/** Writes, inside a change only. */
export interface AccessRecordChanges extends AccessRecordReader {
  /** Removes records from before, the oldest, at most 5,000, and returns how many. */
  deleteAccessRecordsBefore(instant: Date): Promise<number>;
}
