import type { DerReader } from './der/reader.ts';

/** AlgorithmIdentifier (RFC 5280 section 4.1.1.2), parameters not yet understood. */
export interface AlgorithmIdentifier {
  /** The SEQUENCE, header included. */
  readonly der: Uint8Array;
  readonly algorithm: string;
  /** The parameters element, header included; `undefined` if absent. */
  readonly parameters: Uint8Array | undefined;
}

export function readAlgorithmIdentifier(reader: DerReader, tag = 0x30): AlgorithmIdentifier {
  const start = reader.position;
  const sequence = reader.enter(tag);
  const algorithm = sequence.objectIdentifier();
  const parameters = sequence.isAtEnd ? undefined : sequence.element();
  sequence.finish();
  return { der: reader.bytes.subarray(start, reader.position), algorithm, parameters };
}

/** Parameters absent, or NULL (05 00). */
export function hasNoParameters(identifier: AlgorithmIdentifier): boolean {
  const { parameters } = identifier;
  return parameters === undefined || isNull(parameters);
}

export function isNull(parameters: Uint8Array): boolean {
  return parameters.length === 2 && parameters[0] === 0x05 && parameters[1] === 0x00;
}
