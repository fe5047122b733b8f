/** Tables of operations, as the newest migration leaves them. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OperationTables {}
