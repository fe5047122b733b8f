import type { Certificate } from '../certificate.ts';
import type { PathFailure } from '../failures.ts';
import type { PathInputs } from './path-inputs.ts';
import type { WorkBudget } from './work-budget.ts';

/** Where in the path a certificate stands. */
export interface Position {
  /** 1 for the certificate that the anchor issued, `length` for the leaf. */
  readonly index: number;
  readonly length: number;
  readonly isLeaf: boolean;
  readonly isSelfIssued: boolean;
}

export interface PathContext {
  readonly anchor: Certificate;
  /** Number of certificates below the anchor: n of RFC 5280 section 6.1. */
  readonly length: number;
  readonly inputs: PathInputs;
  readonly budget: WorkBudget;
}

/**
 * One rule of RFC 5280 section 6.1 at work on one path. The steps are called in this order: `start` on the anchor; then
 * for each certificate below it, anchor's side first, `check` (section 6.1.3) and, unless it is the leaf, `prepare`
 * (section 6.1.4); `finish` on the leaf (section 6.1.5). The first failure ends the validation.
 */
export interface RuleRun {
  start?(anchor: Certificate): PathFailure | undefined;
  check?(certificate: Certificate, position: Position): PathFailure | undefined;
  prepare?(certificate: Certificate, position: Position): PathFailure | undefined;
  finish?(leaf: Certificate): PathFailure | undefined;
}

export interface PathRule<Run extends RuleRun = RuleRun> {
  /**
   * Extensions that this rule enforces: a critical extension that no rule handles refuses the path (RFC 5280 section
   * 4.2).
   */
  readonly criticalExtensions: readonly string[];
  begin(context: PathContext): Run;
}
