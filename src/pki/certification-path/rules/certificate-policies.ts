import type { Certificate } from '../../certificate.ts';
import type { PathFailure } from '../../failures.ts';
import { ANY_POLICY, EXTENSION } from '../../object-identifiers.ts';
import type { PathContext, PathRule, Position, RuleRun } from '../path-rule.ts';
import { PolicyGraph } from '../policy-graph.ts';

/** What the rule found, beside letting the path pass. */
export interface PolicyRun extends RuleRun {
  /** user-constrained-policy-set; meaningful after `finish`. */
  readonly policies: readonly string[];
}

/**
 * Certificate policies: the valid policies of the path, with mappings, and the three counters that demand a policy or
 * forbid mapping or anyPolicy (RFC 5280 sections 6.1.2 d to f, 6.1.3 d to f, 6.1.4 a, b, h to j, 6.1.5 a, b, g). The
 * anchor's policies narrow the caller's, its constraints start the counters (RFC 5937 section 3).
 */
export const certificatePoliciesRule: PathRule<PolicyRun> = {
  criticalExtensions: [
    EXTENSION.certificatePolicies,
    EXTENSION.policyMappings,
    EXTENSION.policyConstraints,
    EXTENSION.inhibitAnyPolicy,
  ],
  begin: context => new PolicyProcessing(context),
};

class PolicyProcessing implements PolicyRun {
  readonly #graph = new PolicyGraph();
  #initialPolicies: readonly string[];
  /** Certificates, self-issued ones not counted, until the demand sets in; 0 means now. */
  #explicitPolicy: number;
  #policyMapping: number;
  #inhibitAnyPolicy: number;
  policies: readonly string[] = [];

  constructor({ length, inputs }: PathContext) {
    this.#initialPolicies = inputs.initialPolicies;
    this.#explicitPolicy = inputs.requireExplicitPolicy ? 0 : length + 1;
    this.#policyMapping = inputs.inhibitPolicyMapping ? 0 : length + 1;
    this.#inhibitAnyPolicy = inputs.inhibitAnyPolicy ? 0 : length + 1;
  }

  start(anchor: Certificate): PathFailure | undefined {
    const { certificatePolicies } = anchor.extensions;
    if (certificatePolicies !== undefined && !certificatePolicies.includes(ANY_POLICY)) {
      this.#initialPolicies = this.#initialPolicies.includes(ANY_POLICY)
        ? certificatePolicies
        : this.#initialPolicies.filter(policy => certificatePolicies.includes(policy));
    }
    this.#constrain(anchor);
    return undefined;
  }

  check(certificate: Certificate, { isLeaf, isSelfIssued }: Position): PathFailure | undefined {
    const { certificatePolicies } = certificate.extensions;
    if (certificatePolicies === undefined) this.#graph.clear();
    else if (this.#graph.isAlive) {
      this.#graph.addLevel(certificatePolicies, this.#inhibitAnyPolicy > 0 || (!isLeaf && isSelfIssued));
    }
    return this.#explicitPolicy > 0 || this.#graph.isAlive ? undefined : notAllowed(certificate);
  }

  prepare(certificate: Certificate, { isSelfIssued }: Position): PathFailure | undefined {
    const { policyMappings } = certificate.extensions;
    if (policyMappings !== undefined) {
      const mapsAny = policyMappings.some(
        mapping => mapping.issuerDomainPolicy === ANY_POLICY || mapping.subjectDomainPolicy === ANY_POLICY,
      );
      if (mapsAny) return { code: 'policy-mapping-invalid', certificate: certificate.sha256 };
      if (this.#graph.isAlive) this.#graph.map(policyMappings, this.#policyMapping === 0);
    }
    if (!isSelfIssued) {
      this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
      this.#policyMapping = Math.max(0, this.#policyMapping - 1);
      this.#inhibitAnyPolicy = Math.max(0, this.#inhibitAnyPolicy - 1);
    }
    this.#constrain(certificate);
    return undefined;
  }

  finish(leaf: Certificate): PathFailure | undefined {
    this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
    if (leaf.extensions.policyConstraints?.requireExplicitPolicy === 0) this.#explicitPolicy = 0;
    this.policies = this.#graph.isAlive ? this.#graph.constrainedTo(this.#initialPolicies) : [];
    return this.#explicitPolicy > 0 || this.policies.length > 0 ? undefined : notAllowed(leaf);
  }

  /** Sections 6.1.4 i and j. */
  #constrain({ extensions }: Certificate): void {
    const { policyConstraints, inhibitAnyPolicy } = extensions;
    this.#explicitPolicy = Math.min(this.#explicitPolicy, policyConstraints?.requireExplicitPolicy ?? Infinity);
    this.#policyMapping = Math.min(this.#policyMapping, policyConstraints?.inhibitPolicyMapping ?? Infinity);
    this.#inhibitAnyPolicy = Math.min(this.#inhibitAnyPolicy, inhibitAnyPolicy ?? Infinity);
  }
}

function notAllowed(certificate: Certificate): PathFailure {
  return { code: 'policy-not-allowed', certificate: certificate.sha256 };
}
