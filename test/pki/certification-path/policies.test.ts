import { beforeAll, describe, expect, test } from 'vitest';
import { integer, objectIdentifier, sequence, taggedPrimitive } from '../../authority/der.ts';
import { certificatePolicies, type Extension } from '../../authority/extensions.ts';
import type { PathInputs } from '../../../src/pki/certification-path/path-inputs.ts';
import { mintCa, mintLeaf, mintRoot, named, type Minted } from '../support/mint.ts';
import { judgeChain } from '../support/path-question.ts';

const [A, B, C] = ['2.999.1', '2.999.2', '2.999.3'];
const ANY = '2.5.29.32.0';

const policies = (...list: readonly string[]) => certificatePolicies(list);
const mappings = (...pairs: readonly (readonly [string, string])[]): Extension => ({
  oid: '2.5.29.33',
  critical: true,
  value: sequence(...pairs.map(([from, to]) => sequence(objectIdentifier(from), objectIdentifier(to)))),
});
const policyConstraints = (requireExplicit: number | undefined, inhibitMapping?: number): Extension => ({
  oid: '2.5.29.36',
  critical: true,
  value: sequence(
    ...(requireExplicit === undefined ? [] : [taggedPrimitive(0, Buffer.from([requireExplicit]))]),
    ...(inhibitMapping === undefined ? [] : [taggedPrimitive(1, Buffer.from([inhibitMapping]))]),
  ),
});
const inhibitAny = (skip: number): Extension => ({ oid: '2.5.29.54', critical: true, value: integer(skip) });

let root: Minted;
beforeAll(async () => {
  root = await mintRoot();
});

interface Level {
  readonly extensions: readonly Extension[];
  /** Issued to the issuer's own name. */
  readonly isSelfIssued?: boolean;
}

/** The policies of a path whose certificates carry these extensions, or the failure's code. */
async function policiesOf(
  levels: readonly (Level | readonly Extension[])[],
  inputs: Partial<PathInputs> = {},
  anchor: Minted = root,
) {
  const chain = [anchor];
  for (const [at, level] of levels.entries()) {
    const { extensions, isSelfIssued = false } = 'extensions' in level ? level : { extensions: level };
    const issuer = chain.at(-1)!;
    const name = isSelfIssued ? issuer.name : named(`Level ${at}`);
    const mint = at === levels.length - 1 ? mintLeaf : mintCa;
    chain.push(await mint(issuer, { name, extensions }));
  }
  const verdict = judgeChain(chain, inputs);
  return verdict.ok ? verdict.path.policies.toSorted().join(' ') : verdict.failure.code;
}

const explicit = { requireExplicitPolicy: true };
const none = 'policy-not-allowed';

describe('certificate policies (RFC 5280 6.1, RFC 9618)', () => {
  test.each<[string, readonly (Level | readonly Extension[])[], Partial<PathInputs>, string]>([
    ['one policy all the way', [[policies(A)], [policies(A)]], explicit, A],
    ['another one asked for', [[policies(A)], [policies(A)]], { ...explicit, initialPolicies: [B] }, none],
    ['another one asked for, none demanded', [[policies(A)], [policies(A)]], { initialPolicies: [B] }, ''],
    ['one of several asked for', [[policies(A, B)], [policies(A, B)]], { ...explicit, initialPolicies: [B, C] }, B],
    ['nothing in common', [[policies(A)], [policies(B)]], explicit, none],
    ['nothing in common, none demanded', [[policies(A)], [policies(B)]], {}, ''],
    ['no policies in the CA', [[], [policies(A)]], explicit, none],
    ['no policies in the leaf', [[policies(A)], []], explicit, none],
    ['anyPolicy above', [[policies(ANY)], [policies(A)]], explicit, A],
    ['anyPolicy below', [[policies(A)], [policies(ANY)]], explicit, A],
    ['anyPolicy all the way', [[policies(ANY)], [policies(ANY)]], explicit, ANY],
    ['anyPolicy all the way, one asked for', [[policies(ANY)], [policies(ANY)]], { initialPolicies: [A] }, A],
    [
      'anyPolicy inhibited by the caller',
      [[policies(ANY)], [policies(A)]],
      { ...explicit, inhibitAnyPolicy: true },
      none,
    ],
    ['anyPolicy inhibited from here', [[policies(A), inhibitAny(0)], [policies(ANY)]], explicit, none],
    ['anyPolicy inhibited one later', [[policies(A), inhibitAny(1)], [policies(ANY)]], explicit, A],
    ['policy demanded by a CA', [[policies(A), policyConstraints(0)], [policies(B)]], {}, none],
    ['policy demanded two later', [[policies(A), policyConstraints(2)], [policies(B)]], {}, ''],
    ['policy demanded by the leaf', [[policies(A)], [policies(B), policyConstraints(0)]], {}, none],
  ])('%s', async (_, levels, inputs, expected) => {
    expect(await policiesOf(levels, inputs)).toBe(expected);
  });
});

describe('policy mappings (6.1.4 a, b)', () => {
  test.each<[string, readonly (Level | readonly Extension[])[], Partial<PathInputs>, string]>([
    ['the leaf holds what the issuer calls A', [[policies(A), mappings([A, B])], [policies(B)]], explicit, A],
    ['the issuer name is no longer expected', [[policies(A), mappings([A, B])], [policies(A)]], explicit, none],
    ['one to several', [[policies(A), mappings([A, B], [A, C])], [policies(C)]], explicit, A],
    ['several to one', [[policies(A, B), mappings([A, C], [B, C])], [policies(C)]], explicit, `${A} ${B}`],
    ['mapped out of anyPolicy', [[policies(ANY), mappings([A, B])], [policies(B)]], explicit, A],
    [
      'inhibited by the caller',
      [[policies(A), mappings([A, B])], [policies(B)]],
      { ...explicit, inhibitPolicyMapping: true },
      none,
    ],
    [
      'inhibited by a CA',
      [[policies(A), policyConstraints(undefined, 0)], [policies(A), mappings([A, B])], [policies(B)]],
      explicit,
      none,
    ],
    ['from anyPolicy', [[policies(ANY), mappings([ANY, B])], [policies(B)]], {}, 'policy-mapping-invalid'],
    ['to anyPolicy', [[policies(A), mappings([A, ANY])], [policies(A)]], {}, 'policy-mapping-invalid'],
  ])('%s', async (_, levels, inputs, expected) => {
    expect(await policiesOf(levels, inputs)).toBe(expected);
  });
});

test('self-issued certificates do not use up a skip count (6.1.4 h)', async () => {
  const rollover = { extensions: [policies(ANY)], isSelfIssued: true };
  expect(await policiesOf([[policies(A), inhibitAny(0)], rollover, [policies(A)]], explicit)).toBe(A);
  const demandedLater = [policies(A), policyConstraints(2)];
  expect(await policiesOf([demandedLater, { ...rollover, extensions: [] }, [policies(B)]])).toBe('');
  expect(await policiesOf([demandedLater, [], [policies(B)]])).toBe(none);
});

describe("the anchor's policies and constraints bind (RFC 5937)", () => {
  test('its policies narrow those of the caller', async () => {
    const anchor = await mintRoot({ extensions: [policies(A)] });
    expect(await policiesOf([[policies(A, B)]], explicit, anchor)).toBe(A);
    expect(await policiesOf([[policies(B)]], explicit, anchor)).toBe(none);
    expect(await policiesOf([[policies(A, B)]], { ...explicit, initialPolicies: [B] }, anchor)).toBe(none);
  });

  test('its constraints start the counters', async () => {
    const anchor = await mintRoot({ extensions: [policyConstraints(0)] });
    expect(await policiesOf([[policies(A)]], {}, anchor)).toBe(A);
    expect(await policiesOf([[]], {}, anchor)).toBe(none);
  });
});

test('a chain that would double a policy tree with every certificate is judged at once', async () => {
  const pair = [A, B] as const;
  const every = pair.flatMap(from => pair.map(to => [from, to] as const));
  const level = [policies(A, B), mappings(...every)];
  const levels = [...Array.from({ length: 24 }, () => level), [policies(A, B)]];
  expect(await policiesOf(levels, explicit)).toBe(`${A} ${B}`);
});
