import type { Certificate } from '../certificate.ts';
import { bytesEqual } from '../bytes.ts';
import { refuse, type PathFailure } from '../failures.ts';
import type { CertificatePool } from './certificate-pool.ts';
import type { PathInputs } from './path-inputs.ts';
import { certificateSignatureFailure } from './signature-memo.ts';
import { validatePath, type PathVerdict, type ValidatedPath } from './validate.ts';
import { WorkBudget } from './work-budget.ts';

/** Where issuers may come from: `anchors` are trusted, `intermediates` are not, whoever brought them. */
export interface PathMaterial {
  readonly anchors: CertificatePool;
  readonly intermediates: CertificatePool;
}

/**
 * More certificates than any path of the public suites; the work budget bounds the breadth, this bounds the recursion.
 */
const MAX_PATH_CERTIFICATES = 32;

/**
 * Finds a certification path from an anchor to `leaf` that validates (RFC 5280 section 6.1, building as in RFC 4158):
 * depth first, every candidate of every step, until one validates or the work budget is spent.
 *
 * @returns the evidence; else the failure of the first complete path, the likeliest one; else what kept the search from
 *          completing any
 */
export function buildPath(
  leaf: Certificate,
  material: PathMaterial,
  inputs: PathInputs,
  budget: WorkBudget = new WorkBudget(),
): PathVerdict {
  const paths = validatedPaths(leaf, material, inputs, budget);
  const first = paths.next();
  return first.done === true ? refuse(first.value) : { ok: true, path: first.value };
}

/** All paths that validate, the likeliest first; at the end the failure that explains why there is no further one. */
export function* validatedPaths(
  leaf: Certificate,
  material: PathMaterial,
  inputs: PathInputs,
  budget: WorkBudget,
): Generator<ValidatedPath, PathFailure> {
  const search: Search = { material, inputs, budget, deadEnd: undefined };
  let firstFailure: PathFailure | undefined;
  for (const chain of chains(search, [leaf])) {
    const [anchor, ...certificates] = chain;
    const verdict = validatePath(anchor, certificates, inputs, budget);
    if (budget.exhaustion !== undefined) break;
    if (verdict.ok) yield verdict.path;
    else firstFailure ??= verdict.failure;
  }
  const authorityKeyIdentifier = leaf.authorityKeyIdentifierHex;
  return (
    budget.exhaustion ??
    firstFailure ??
    search.deadEnd ?? { code: 'no-path-to-anchor', certificate: leaf.sha256, authorityKeyIdentifier }
  );
}

interface Search {
  readonly material: PathMaterial;
  readonly inputs: PathInputs;
  readonly budget: WorkBudget;
  /** Why a step towards the likeliest issuer could not be taken. */
  deadEnd: PathFailure | undefined;
}

type Chain = [anchor: Certificate, ...below: Certificate[]];

/**
 * Chains from an anchor down to the leaf. `below` ends in the leaf and begins with the certificate whose issuer is
 * looked for.
 */
function* chains(search: Search, below: [Certificate, ...Certificate[]]): Generator<Chain> {
  const { material, budget, inputs } = search;
  const [child] = below;
  for (const anchor of material.anchors.issuersOf(child)) {
    if (budget.exhaustion !== undefined || !budget.takeStep()) return;
    if (canExtend(search, child, anchor)) yield [anchor, ...below];
  }
  const intermediates = below.length - 1;
  if (intermediates >= (inputs.maxIntermediates ?? MAX_PATH_CERTIFICATES) || below.length >= MAX_PATH_CERTIFICATES)
    return;
  for (const issuer of material.intermediates.issuersOf(child)) {
    if (budget.exhaustion !== undefined || !budget.takeStep()) return;
    if (!repeats(issuer, below) && canExtend(search, child, issuer)) yield* chains(search, [issuer, ...below]);
  }
}

/** Cycles of cross-certificates: no path needs one name with one key twice (RFC 4158 section 2.4.2). */
function repeats(issuer: Certificate, below: readonly Certificate[]): boolean {
  return below.some(each => each.publicKey.equals(issuer.publicKey) && each.subject.equals(issuer.subject));
}

/** Follows a link only if its signature verifies, so that look-alike issuers cost one verification and no subtree. */
function canExtend(search: Search, child: Certificate, issuer: Certificate): boolean {
  const { material } = issuer.publicKey;
  // A DSA key that inherits its parameters can verify only with the path above it known: validation will tell.
  if (search.inputs.algorithms === 'legacy' && material.kind === 'dsa' && !material.hasParameters) return true;
  const failure = certificateSignatureFailure(child, issuer.publicKey, search.inputs.algorithms, search.budget);
  if (failure !== undefined && isNamedIssuer(child, issuer)) search.deadEnd ??= failure;
  return failure === undefined;
}

/** The issuer that the child's key identifier names: if its signature fails, the child is forged, not misplaced. */
function isNamedIssuer(child: Certificate, issuer: Certificate): boolean {
  const wanted = child.extensions.authorityKeyIdentifier?.keyIdentifier;
  const identifier = issuer.extensions.subjectKeyIdentifier;
  return wanted !== undefined && identifier !== undefined && bytesEqual(wanted, identifier);
}
