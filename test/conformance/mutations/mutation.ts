import { octetString } from '../../authority/der.ts';
import type { Extension } from '../../authority/extensions.ts';
import type { KeyPair } from '../../authority/key-pair.ts';
import type { Chain, List, Part } from '../chain-model.ts';
import type { Seeded } from '../seeded.ts';

/** Keys that no sound chain uses. */
export interface SpareKeys {
  readonly stranger: KeyPair;
  readonly short: KeyPair;
}

/** What a mutation works on: a chain with at least one CA between anchor and leaf. */
export interface Subject {
  readonly chain: Chain;
  readonly anchor: Part;
  /** The topmost CA below the anchor, and the one that issued the leaf: the same in a short chain. */
  readonly upper: Part;
  readonly ca: Part;
  readonly leaf: Part;
  /** The CRLs of the anchor and of the leaf's issuer. */
  readonly anchorList: List;
  readonly caList: List;
  readonly spare: SpareKeys;
  readonly random: Seeded;
}

/** Changes a sound chain, and knows whether it still holds. */
export type Mutation = (subject: Subject) => 'holds' | 'breaks';

/** A month before and after the instant of judgement. */
export const BEFORE = new Date('2026-05-01T00:00:00Z');
export const AFTER = new Date('2026-07-01T00:00:00Z');

export const breaksIf = (condition: boolean) => (condition ? 'breaks' : 'holds');

export const needsLeafStatus = ({ chain }: Subject): boolean => chain.inputs.revocation !== 'none';
export const needsCaStatus = ({ chain }: Subject): boolean => chain.inputs.revocation === 'require';

export const unknown = (critical: boolean): Extension => ({
  oid: '2.999.77',
  critical,
  value: octetString(Buffer.of(1)),
});

/** Octets of the signature lie at the end. */
export function spoilSignature(der: Buffer): Buffer {
  const spoilt = Buffer.from(der);
  spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
  return spoilt;
}
