import { namedBits } from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';

/** Bit numbers of KeyUsage (RFC 5280 section 4.2.1.3). */
const BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
} as const;

export type KeyUsageName = keyof typeof BITS;

export const KEY_USAGE_NAMES = Object.keys(BITS) as readonly KeyUsageName[];

/** KeyUsage as a set of names. */
export class KeyUsage {
  readonly #bits: number;

  constructor(bits: number) {
    this.#bits = bits;
  }

  has(name: KeyUsageName): boolean {
    return (this.#bits & (1 << BITS[name])) !== 0;
  }

  get names(): readonly KeyUsageName[] {
    return KEY_USAGE_NAMES.filter(name => this.has(name));
  }
}

/** KeyUsage: at least one bit must be set when the extension is there. */
export function readKeyUsage(reader: DerReader): KeyUsage {
  const offset = reader.position;
  const bits = namedBits(reader.bitString(), offset);
  if (bits === 0) reader.invalid();
  return new KeyUsage(bits);
}
