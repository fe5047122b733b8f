import type { AssertionVerifier } from '../../../src/verifier/verifier.ts';

/** A business system as `systems.yaml` names it. */
export interface DemoSystem {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  /** Origin as browsers see it, through the gateway: the assertion's `aud`. */
  readonly origin: string;
}

/** What the parts of one running system share. */
export interface RunningSystem {
  readonly system: DemoSystem;
  readonly verifier: AssertionVerifier;
  /** Counts one more request; returns how many have come. */
  readonly count: () => number;
}
