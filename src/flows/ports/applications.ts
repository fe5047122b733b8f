/** Reads of applications; also usable inside a change. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ApplicationReader {}

/** Writes of applications, inside a change only. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ApplicationChanges extends ApplicationReader {}
