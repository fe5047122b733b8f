/** Reads of operations; also usable inside a change. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OperationReader {}

/** Writes of operations, inside a change only. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OperationChanges extends OperationReader {}
