import type { AlgorithmPolicy } from '../algorithms.ts';
import type { KeyUsageName } from '../extensions/key-usage.ts';
import { ANY_POLICY } from '../object-identifiers.ts';

/** The inputs of path validation beside the path itself (RFC 5280 section 6.1.1), and what the leaf must be fit for. */
export interface PathInputs {
  /** The instant of judgement, milliseconds since 1970. */
  readonly time: number;
  /** user-initial-policy-set; anyPolicy accepts every policy. */
  readonly initialPolicies: readonly string[];
  readonly requireExplicitPolicy: boolean;
  readonly inhibitPolicyMapping: boolean;
  readonly inhibitAnyPolicy: boolean;
  /**
   * How many certificates may lie between anchor and leaf, self-issued ones included; `undefined` leaves it to the
   * certificates.
   */
  readonly maxIntermediates: number | undefined;
  /** Bits that the leaf's key usage must have, if it has a key usage. */
  readonly keyUsage: readonly KeyUsageName[];
  /** Purposes that every extended key usage in the path must allow, where there is one. */
  readonly extendedKeyUsage: readonly string[];
  readonly algorithms: AlgorithmPolicy;
}

/** The inputs of `time` alone: any policy, no inhibitions, no required usage, current algorithms. */
export function defaultPathInputs(time: Date): PathInputs {
  return {
    time: time.getTime(),
    initialPolicies: [ANY_POLICY],
    requireExplicitPolicy: false,
    inhibitPolicyMapping: false,
    inhibitAnyPolicy: false,
    maxIntermediates: undefined,
    keyUsage: [],
    extendedKeyUsage: [],
    algorithms: 'current',
  };
}
