import { buildPath } from '../../../src/pki/certification-path/build.ts';
import { CertificatePool } from '../../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs, type PathInputs } from '../../../src/pki/certification-path/path-inputs.ts';
import type { PathVerdict } from '../../../src/pki/certification-path/validate.ts';
import { WorkBudget } from '../../../src/pki/certification-path/work-budget.ts';
import { TIME, type Minted } from './mint.ts';

/** Builds and validates a path from the first of `chain`, the anchor, to the last, the leaf. */
export function judgeChain(
  chain: readonly Minted[],
  inputs: Partial<PathInputs> = {},
  budget: WorkBudget = new WorkBudget(),
): PathVerdict {
  const [anchor, ...below] = chain.map(each => each.certificate);
  const leaf = below.at(-1);
  if (anchor === undefined || leaf === undefined) throw new Error('a chain has an anchor and a leaf');
  const material = { anchors: new CertificatePool([anchor]), intermediates: new CertificatePool(below.slice(0, -1)) };
  return buildPath(leaf, material, { ...defaultPathInputs(TIME), ...inputs }, budget);
}

/** `ok`, or the failure's code: one word for tables. */
export function codeOf(
  verdict: { readonly ok: true } | { readonly ok: false; readonly failure: { readonly code: string } },
) {
  return verdict.ok ? 'ok' : verdict.failure.code;
}
