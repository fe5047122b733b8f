import type { DerReader } from '../der/reader.ts';
import { TAG } from '../der/tags.ts';

export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many non-self-issued intermediates may follow; `undefined` sets no limit. */
  readonly pathLength: number | undefined;
}

/** BasicConstraints (RFC 5280 section 4.2.1.9); a path length without cA means nothing and is refused. */
export function readBasicConstraints(reader: DerReader): BasicConstraints {
  const sequence = reader.sequence();
  const isCa = sequence.booleanDefaultFalse();
  const pathLength = sequence.peekTag() === TAG.integer ? sequence.smallInteger() : undefined;
  sequence.finish();
  if (pathLength !== undefined && !isCa) reader.invalid();
  return { isCa, pathLength };
}
