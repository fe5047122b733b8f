/** What a statement gave back, the same whichever driver was asked. */
export interface SqlResult {
  /** Records by column name: int8 as number, timestamptz as Date, date as `YYYY-MM-DD`, bytea as Uint8Array, jsonb parsed. */
  readonly rows: readonly unknown[];
  /** Rows written; 0 for a statement that only reads. */
  readonly affectedRows: number;
  /** Command tag, such as `INSERT`; `ROLLBACK` in answer to a `commit` that could not be. */
  readonly command: string;
}

/** One connection, used by one borrower at a time. */
export interface SqlConnection {
  /**
   * @throws StatementFault   the store refused the statement
   * @throws UnableStoreFault it cannot serve at this moment
   * @throws ConnectionFault  no answer within the deadline, or the connection is gone
   */
  query(statement: string, parameters: readonly unknown[]): Promise<SqlResult>;
  /** @param broken  its state is unknown; it must not be used again */
  release(broken: boolean): void;
}

/** Where connections come from: the one of PGlite, or the pool of PostgreSQL. */
export interface SqlSource {
  readonly kind: 'embedded' | 'postgresql';
  /** @throws ConnectionFault when none is to be had in time */
  acquire(): Promise<SqlConnection>;
  close(): Promise<void>;
}

/** Longest a statement may take (contract of the `Database` port); ours take milliseconds. */
export const STATEMENT_DEADLINE_MS = 5_000;

/** Longest wait for a free connection: beyond, whoever asks is better served by a refusal. */
export const ACQUIRE_DEADLINE_MS = 5_000;
