import type { Certificate } from '../certificate.ts';
import { refuse, type PathFailure, type Refused } from '../failures.ts';
import type { PublicKey } from '../public-key.ts';
import type { PathInputs } from './path-inputs.ts';
import type { PathContext, PathRule, RuleRun } from './path-rule.ts';
import { WorkBudget } from './work-budget.ts';
import { basicConstraintsRule } from './rules/basic-constraints.ts';
import { certificatePoliciesRule } from './rules/certificate-policies.ts';
import { criticalExtensionsRule } from './rules/critical-extensions.ts';
import { extendedKeyUsageRule } from './rules/extended-key-usage.ts';
import { issuerNameRule } from './rules/issuer-name.ts';
import { keyUsageRule } from './rules/key-usage.ts';
import { nameConstraintsRule } from './rules/name-constraints.ts';
import { pathLengthRule } from './rules/path-length.ts';
import { inheriting, signatureRule } from './rules/signature.ts';
import { validityRule } from './rules/validity.ts';

/**
 * The rules in the order of RFC 5280 section 6.1.3 and 6.1.4; policies run beside them because they also bring a
 * result.
 */
const RULES: readonly PathRule[] = [
  signatureRule,
  validityRule,
  issuerNameRule,
  nameConstraintsRule,
  basicConstraintsRule,
  pathLengthRule,
  keyUsageRule,
  extendedKeyUsageRule,
];

const criticalExtensions = criticalExtensionsRule(
  new Set([...RULES, certificatePoliciesRule].flatMap(rule => rule.criticalExtensions)),
);

let make: (
  anchor: Certificate,
  certificates: readonly Certificate[],
  policies: readonly string[],
  inputs: PathInputs,
) => ValidatedPath;

/**
 * Evidence that a certification path held at one instant under the inputs it carries (RFC 5280 section 6.1). It says
 * nothing about revocation. Only `validatePath` makes one.
 */
export class ValidatedPath {
  readonly #policies: readonly string[];
  readonly anchor: Certificate;
  /** The certificates below the anchor, the anchor's side first; the leaf is the last. */
  readonly certificates: readonly Certificate[];
  readonly inputs: PathInputs;

  private constructor(
    anchor: Certificate,
    certificates: readonly Certificate[],
    policies: readonly string[],
    inputs: PathInputs,
  ) {
    this.anchor = anchor;
    this.certificates = certificates;
    this.#policies = policies;
    this.inputs = inputs;
  }

  static {
    make = (anchor, certificates, policies, inputs) => new ValidatedPath(anchor, certificates, policies, inputs);
  }

  /** The policies that the path is valid for, of those the caller accepts (user-constrained-policy-set). */
  get policies(): readonly string[] {
    return this.#policies;
  }

  get leaf(): Certificate {
    return this.certificates.at(-1) ?? this.anchor;
  }

  /** The key of the certificate at this index, with DSA parameters from above where it has none (section 6.1.4 f). */
  keyAt(index: number): PublicKey {
    const above = this.certificates.slice(0, index + 1);
    return above.reduce((key, certificate) => inheriting(certificate.publicKey, key), this.anchor.publicKey);
  }

  get leafKey(): PublicKey {
    return this.keyAt(this.certificates.length - 1);
  }

  /** The issuer of the certificate at this index of `certificates`. */
  issuerOf(index: number): Certificate {
    return this.certificates[index - 1] ?? this.anchor;
  }
}

export type PathVerdict = { readonly ok: true; readonly path: ValidatedPath } | Refused<PathFailure>;

/**
 * Validates one certification path by RFC 5280 section 6.1, with RFC 9618 for policies. The anchor is a certificate,
 * and its own dates, key usage, name, policy and path-length constraints bind (RFC 5937); that it is trusted is the
 * caller's word.
 *
 * @param certificates below the anchor, the anchor's side first, the leaf last; at least one
 * @returns the evidence, or the first failure in path order; never throws for bad certificates
 */
export function validatePath(
  anchor: Certificate,
  certificates: readonly Certificate[],
  inputs: PathInputs,
  budget: WorkBudget = new WorkBudget(),
): PathVerdict {
  const length = certificates.length;
  const context: PathContext = { anchor, length, inputs, budget };
  const policies = certificatePoliciesRule.begin(context);
  const runs: readonly RuleRun[] = [
    ...RULES.map(rule => rule.begin(context)),
    policies,
    criticalExtensions.begin(context),
  ];

  const failure = firstFailure(runs, run => run.start?.(anchor)) ?? failureBelow(certificates, runs);
  if (failure !== undefined) return refuse(failure);
  return { ok: true, path: make(anchor, certificates, policies.policies, inputs) };
}

function failureBelow(certificates: readonly Certificate[], runs: readonly RuleRun[]): PathFailure | undefined {
  const length = certificates.length;
  for (const [at, certificate] of certificates.entries()) {
    const isLeaf = at === length - 1;
    const position = { index: at + 1, length, isLeaf, isSelfIssued: certificate.isSelfIssued };
    const failure =
      firstFailure(runs, run => run.check?.(certificate, position)) ??
      firstFailure(runs, run => (isLeaf ? run.finish?.(certificate) : run.prepare?.(certificate, position)));
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function firstFailure(
  runs: readonly RuleRun[],
  step: (run: RuleRun) => PathFailure | undefined,
): PathFailure | undefined {
  for (const run of runs) {
    const failure = step(run);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
