import type { PolicyMapping } from '../extensions/policies.ts';
import { ANY_POLICY } from '../object-identifiers.ts';

interface PolicyNode {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: Set<PolicyNode>;
}

type Level = Map<string, PolicyNode>;

/**
 * The valid policies of a path, level by level. RFC 5280 section 6.1.2 describes a tree, whose size a hostile chain can
 * double with every certificate; this is the graph of RFC 9618, which gives the same verdicts with one node for each
 * policy and level.
 *
 * Every node has a parent on the level above, and after `prune` a child on the level below: a policy that dies out
 * takes its line with it.
 */
export class PolicyGraph {
  readonly #levels: Level[] = [new Map([[ANY_POLICY, node(ANY_POLICY, [])]])];

  /** False once no policy is valid for the whole path: the NULL of RFC 5280. */
  get isAlive(): boolean {
    return this.#last.size > 0;
  }

  get #last(): Level {
    return this.#levels.at(-1) ?? new Map<string, PolicyNode>();
  }

  /** RFC 5280 section 6.1.3 d: one more level from a certificate's policies. */
  addLevel(policies: readonly string[], acceptsAnyPolicy: boolean): void {
    const above = this.#last;
    const level: Level = new Map();
    const wildcard = above.get(ANY_POLICY);
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue;
      const expecting = [...above.values()].filter(parent => parent.expected.has(policy));
      const parents = expecting.length > 0 || wildcard === undefined ? expecting : [wildcard];
      if (parents.length > 0) level.set(policy, node(policy, parents));
    }
    if (acceptsAnyPolicy && policies.includes(ANY_POLICY)) inheritExpected(above, level);
    this.#levels.push(level);
    this.#prune();
  }

  /** RFC 5280 section 6.1.4 b: what the issuer calls one thing, the subject's domain calls another. */
  map(mappings: readonly PolicyMapping[], isInhibited: boolean): void {
    const level = this.#last;
    const byIssuerPolicy = new Map<string, Set<string>>();
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      const subjects = byIssuerPolicy.get(issuerDomainPolicy) ?? new Set<string>();
      byIssuerPolicy.set(issuerDomainPolicy, subjects.add(subjectDomainPolicy));
    }
    for (const [policy, subjects] of byIssuerPolicy) {
      const existing = level.get(policy);
      if (isInhibited) level.delete(policy);
      else if (existing !== undefined) existing.expected = subjects;
      else if (level.has(ANY_POLICY)) {
        const wildcard = this.#levels.at(-2)?.get(ANY_POLICY);
        if (wildcard !== undefined) level.set(policy, { policy, expected: subjects, parents: new Set([wildcard]) });
      }
    }
    this.#prune();
  }

  /** RFC 5280 section 6.1.3 e: a certificate without policies ends them all. */
  clear(): void {
    this.#levels.length = 0;
  }

  /**
   * The user-constrained-policy-set (RFC 9618 section 5.5, for RFC 5280 section 6.1.5 g): policies as the anchor's
   * domain names them, so far as the caller accepts them.
   */
  constrainedTo(initialPolicies: readonly string[]): readonly string[] {
    const authority = this.#authorityConstrained();
    if (authority.has(ANY_POLICY)) return [...initialPolicies];
    if (initialPolicies.includes(ANY_POLICY)) return [...authority];
    return initialPolicies.filter(policy => authority.has(policy));
  }

  /** Policies whose line begins directly below anyPolicy, and anyPolicy itself if it reaches the last level. */
  #authorityConstrained(): ReadonlySet<string> {
    const found = new Set<string>();
    if (this.#levels.length > 0 && this.#last.has(ANY_POLICY)) found.add(ANY_POLICY);
    for (const { policy, parents } of this.#levels.flatMap(level => [...level.values()])) {
      if (policy !== ANY_POLICY && [...parents].some(parent => parent.policy === ANY_POLICY)) found.add(policy);
    }
    return found;
  }

  /** RFC 5280 section 6.1.3 d 3: nodes above the last level that have no child go, and so on upwards. */
  #prune(): void {
    for (let depth = this.#levels.length - 2; depth >= 0; depth--) {
      const withChildren = new Set([...(this.#levels[depth + 1]?.values() ?? [])].flatMap(child => [...child.parents]));
      const level = this.#levels[depth];
      for (const [policy, candidate] of level ?? []) if (!withChildren.has(candidate)) level?.delete(policy);
    }
  }
}

function node(policy: string, parents: readonly PolicyNode[]): PolicyNode {
  return { policy, expected: new Set([policy]), parents: new Set(parents) };
}

/**
 * RFC 5280 section 6.1.3 d 2: anyPolicy carries every expected policy down that the certificate did not name itself.
 */
function inheritExpected(above: Level, level: Level): void {
  const inherited = new Map<string, PolicyNode[]>();
  for (const parent of above.values()) {
    for (const policy of parent.expected) {
      if (!level.has(policy)) inherited.set(policy, [...(inherited.get(policy) ?? []), parent]);
    }
  }
  for (const [policy, parents] of inherited) level.set(policy, node(policy, parents));
}
