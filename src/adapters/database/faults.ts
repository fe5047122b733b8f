import { StoreFault } from '../../flows/ports/store-fault.ts';

/**
 * The store answered a statement with an error.
 *
 * Carries the SQLSTATE and nothing of the drivers' own errors but their first line: those hold parameters and rows, and
 * a fault ends up in a log.
 */
export class StatementFault extends Error {
  override readonly name = 'StatementFault';
  /** Five characters, PostgreSQL appendix A. */
  readonly sqlState: string;
  /** Name of the constraint that was broken, where there is one. */
  readonly constraint: string | null;

  constructor(sqlState: string, message: string, constraint: string | null) {
    super(`${message} (SQLSTATE ${sqlState})`);
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** The store could not be asked, or did not answer in time: whether the statement was executed is not known. */
export class ConnectionFault extends StoreFault {
  override readonly name = 'ConnectionFault';
}

/**
 * The store answered that it cannot serve at this moment: full, or the statement took too long. Whoever needs it is no
 * better off than with a store that is away.
 */
export class UnableStoreFault extends StoreFault {
  override readonly name = 'UnableStoreFault';
  /** Five characters, PostgreSQL appendix A. */
  readonly sqlState: string;

  constructor(sqlState: string, message: string) {
    super(`${message} (SQLSTATE ${sqlState})`);
    this.sqlState = sqlState;
  }
}

/** Insufficient resources; a statement that was cancelled, which only its deadline does. */
const UNABLE = /^(53|57014)/;

/** What the store's own error means. @param constraint that was broken, where there is one */
export function faultOf(
  sqlState: string,
  message: string,
  constraint: string | null,
): StatementFault | UnableStoreFault {
  return UNABLE.test(sqlState)
    ? new UnableStoreFault(sqlState, message)
    : new StatementFault(sqlState, message, constraint);
}

/** The store is not one that this version may use: its schema, its encoding, its address or its folder. */
export class UnusableDatabaseFault extends Error {
  override readonly name = 'UnusableDatabaseFault';
}
