/**
 * A store (database, sessions, short-lived records, limits) could not be asked, or did not answer in time: whether what was
 * asked for has happened is not known. Whoever meets it gives nothing: to people it is a 503.
 */
export class StoreFault extends Error {
  override readonly name: string = 'StoreFault';
}
