import type { Certificate } from '../../certificate.ts';
import type { NameConstraints } from '../../extensions/name-constraints.ts';
import type { PathFailure } from '../../failures.ts';
import type { GeneralName } from '../../general-name.ts';
import { ATTRIBUTE, EXTENSION } from '../../object-identifiers.ts';
import { nameRelation } from '../../name-subtrees.ts';
import type { PathRule } from '../path-rule.ts';
import type { WorkBudget } from '../work-budget.ts';

/**
 * Every name of every certificate lies in a permitted subtree of each constraint above it that speaks of its form, and
 * in no excluded one (RFC 5280 sections 6.1.3 b, c and 6.1.4 g). Self-issued intermediates are exempt. Keeping the
 * constraints side by side, and asking each, is the intersection of permitted and the union of excluded subtrees. The
 * anchor's own bind (RFC 5937).
 */
export const nameConstraintsRule: PathRule = {
  criticalExtensions: [EXTENSION.nameConstraints, EXTENSION.subjectAltName],
  begin({ budget }) {
    const constraints: NameConstraints[] = [];
    const add = (issuer: Certificate) => {
      if (issuer.extensions.nameConstraints !== undefined) constraints.push(issuer.extensions.nameConstraints);
      return undefined;
    };
    return {
      start: add,
      check(certificate, { isSelfIssued, isLeaf }) {
        if (constraints.length === 0 || (isSelfIssued && !isLeaf)) return undefined;
        return firstForbidden(certificate, constraints, budget);
      },
      prepare: add,
    };
  },
};

function firstForbidden(
  certificate: Certificate,
  constraints: readonly NameConstraints[],
  budget: WorkBudget,
): PathFailure | undefined {
  for (const name of namesOf(certificate)) {
    for (const constraint of constraints) {
      const isPermitted = permits(constraint, name, budget);
      if (budget.exhaustion !== undefined) return budget.exhaustion;
      if (!isPermitted) return { code: 'name-not-permitted', certificate: certificate.sha256, nameForm: name.form };
    }
  }
  return undefined;
}

/**
 * The subject, every alternative name, and mail addresses kept in the subject as older certificates do (section
 * 4.2.1.10).
 */
function namesOf(certificate: Certificate): readonly GeneralName[] {
  const names: GeneralName[] = [...(certificate.extensions.subjectAltName ?? [])];
  if (!certificate.subject.isEmpty) names.push({ form: 'directoryName', name: certificate.subject });
  for (const { text } of certificate.subject.attributes(ATTRIBUTE.emailAddress)) {
    // A value that is no text cannot be compared: the empty address is malformed and so never permitted where mail is
    // constrained.
    names.push({ form: 'rfc822Name', text: text ?? '' });
  }
  return names;
}

/** `false` as well where the relation cannot be told: unknown denies. */
function permits(constraint: NameConstraints, name: GeneralName, budget: WorkBudget): boolean {
  for (const base of constraint.excluded) {
    if (base.form === name.form && budget.takeNameComparison() && nameRelation(name, base) !== 'outside') return false;
  }
  let isConstrained = false;
  for (const base of constraint.permitted) {
    if (base.form !== name.form || !budget.takeNameComparison()) continue;
    if (nameRelation(name, base) === 'within') return true;
    isConstrained = true;
  }
  return !isConstrained;
}
