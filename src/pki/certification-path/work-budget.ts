import type { PathFailure } from '../failures.ts';

export interface WorkLimits {
  readonly signatures: number;
  readonly steps: number;
  readonly nameComparisons: number;
}

/**
 * What one judgement may cost, whatever the bundle holds. A MOICA path takes 2 signatures, 2 steps and no name
 * comparison; the longest path of the public suites takes under 30. 100 RSA-4096 verifications are about 10 ms, 250,000
 * comparisons about 50 ms.
 */
const DEFAULT_WORK_LIMITS: WorkLimits = { signatures: 100, steps: 5_000, nameComparisons: 250_000 };

/** Work not done yet. Shared by everything that belongs to one judgement, so that a retry does not start from full. */
export class WorkBudget {
  readonly #limits: WorkLimits;
  #signatures = 0;
  #steps = 0;
  #nameComparisons = 0;

  constructor(limits: WorkLimits = DEFAULT_WORK_LIMITS) {
    this.#limits = limits;
  }

  /** Each of these takes one unit and is false when none was left. */
  takeSignature(): boolean {
    return ++this.#signatures <= this.#limits.signatures;
  }
  takeStep(): boolean {
    return ++this.#steps <= this.#limits.steps;
  }
  takeNameComparison(): boolean {
    return ++this.#nameComparisons <= this.#limits.nameComparisons;
  }

  /**
   * The failure of an exhausted budget; `undefined` while there is some left of everything. Exhaustion refuses whatever
   * was found.
   */
  get exhaustion(): Extract<PathFailure, { code: 'path-work-budget-exceeded' }> | undefined {
    const { signatures, steps, nameComparisons } = this.#limits;
    const code = 'path-work-budget-exceeded';
    if (this.#signatures > signatures) return { code, work: 'signatures', limit: signatures };
    if (this.#steps > steps) return { code, work: 'steps', limit: steps };
    if (this.#nameComparisons > nameComparisons) return { code, work: 'name-comparisons', limit: nameComparisons };
    return undefined;
  }
}
