/**
 * Why bytes are not the DER that was asked for (X.690). A closed list: no text of the input ever gets into a reason.
 */
export type DerReason =
  | 'input-too-large'
  | 'truncated'
  | 'trailing-bytes'
  | 'nested-too-deep'
  | 'indefinite-length'
  | 'length-not-minimal'
  | 'length-too-large'
  | 'tag-not-minimal'
  | 'tag-too-large'
  | 'unexpected-tag'
  | 'boolean-not-00-or-ff'
  | 'integer-empty'
  | 'integer-not-minimal'
  | 'integer-too-large'
  | 'null-not-empty'
  | 'bit-string-invalid'
  | 'named-bits-not-minimal'
  | 'object-identifier-invalid'
  | 'time-invalid'
  | 'text-invalid'
  | 'set-not-sorted'
  | 'default-encoded'
  | 'structure-invalid';

/**
 * The only thing that reading DER throws. It never leaves the room: `decodeDer` turns it into a failure.
 * `offset` counts from the start of the outermost structure that was read.
 */
export class DerError extends Error {
  readonly reason: DerReason;
  readonly offset: number;

  constructor(reason: DerReason, offset: number) {
    super(reason);
    this.name = 'DerError';
    this.reason = reason;
    this.offset = offset;
  }
}
