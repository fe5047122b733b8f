import { beforeAll, describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pki/pem.ts';
import { readFileSync } from 'node:fs';
import { buildPath } from '../../../src/pki/certification-path/build.ts';
import { CertificatePool } from '../../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs } from '../../../src/pki/certification-path/path-inputs.ts';
import { WorkBudget } from '../../../src/pki/certification-path/work-budget.ts';
import { mintCa, mintLeaf, mintRoot, named, parsed, TIME, type Minted } from '../support/mint.ts';
import { codeOf } from '../support/path-question.ts';

function judge(leaf: Minted, anchors: readonly Minted[], intermediates: readonly Minted[], budget = new WorkBudget()) {
  const pool = (list: readonly Minted[]) => new CertificatePool(list.map(each => each.certificate));
  const material = { anchors: pool(anchors), intermediates: pool(intermediates) };
  return buildPath(leaf.certificate, material, defaultPathInputs(TIME), budget);
}

describe('one name, several keys (the generations of a CA)', () => {
  let root: Minted;
  let generations: Minted[];
  beforeAll(async () => {
    root = await mintRoot();
    generations = [await mintCa(root), await mintCa(root), await mintCa(root)];
  });

  test('the issuer is the one whose key verifies, in whatever order they come', async () => {
    for (const generation of generations) {
      const leaf = await mintLeaf(generation);
      for (const order of [generations, generations.toReversed()]) {
        const verdict = judge(leaf, [root], order);
        expect(verdict.ok && verdict.path.issuerOf(1)).toBe(generation.certificate);
      }
    }
  });

  test('so it is without key identifiers, and with a wrong one', async () => {
    const [, , third] = generations as [Minted, Minted, Minted];
    const bare = await mintLeaf(third, { without: ['2.5.29.35'] });
    expect(codeOf(judge(bare, [root], generations))).toBe('ok');
    const [first] = generations as [Minted];
    const misled = await mintLeaf(third, {
      change: template => ({
        ...template,
        extensions: [
          {
            oid: '2.5.29.35',
            critical: false,
            value: Buffer.concat([Buffer.from('30168014', 'hex'), first.keyPair.keyIdentifier]),
          },
          ...template.extensions.filter(({ oid }) => oid !== '2.5.29.35'),
        ],
      }),
    });
    expect(codeOf(judge(misled, [root], generations))).toBe('ok');
  });

  test('the right identifier means one signature a step', async () => {
    const leaf = await mintLeaf(generations[2]!);
    const budget = new WorkBudget({ signatures: 2, steps: 100, nameComparisons: 0 });
    expect(codeOf(judge(leaf, [root], generations, budget))).toBe('ok');
  });
});

describe('every candidate is tried', () => {
  test('an expired cross-certificate does not hide the valid one', async () => {
    const [rootA, rootB] = [await mintRoot(), await mintRoot({ name: named('Other root') })];
    const ca = await mintCa(rootA, { notAfter: new Date('2025-12-31T00:00:00Z') });
    const cross = await mintCa(rootB, { name: ca.name, keyPair: ca.keyPair });
    const leaf = await mintLeaf(ca);
    for (const order of [
      [ca, cross],
      [cross, ca],
    ])
      expect(codeOf(judge(leaf, [rootA, rootB], order))).toBe('ok');
    expect(codeOf(judge(leaf, [rootA], [ca, cross]))).toBe('certificate-expired');
  });

  test('a chain up to a root that is not trusted ends nowhere', async () => {
    const [trusted, other] = [await mintRoot(), await mintRoot()];
    const ca = await mintCa(other);
    expect(codeOf(judge(await mintLeaf(ca), [trusted], [ca, other]))).toBe('no-path-to-anchor');
  });

  test('an anchor need not be a root, and what it was issued by does not matter', async () => {
    const ca = await mintCa(await mintRoot());
    expect(codeOf(judge(await mintLeaf(ca), [ca], []))).toBe('ok');
  });
});

describe('hostile bundles end within the budget', () => {
  /** Every CA certified by every other: paths without end. */
  async function meshOf(size: number): Promise<{ leaf: Minted; mesh: Minted[] }> {
    const roots: Minted[] = [];
    for (let i = 0; i < size; i++) roots.push(await mintRoot({ name: named(`Mesh ${i}`) }));
    const mesh: Minted[] = [];
    for (const issuer of roots) {
      for (const subject of roots) {
        if (issuer !== subject) mesh.push(await mintCa(issuer, { name: subject.name, keyPair: subject.keyPair }));
      }
    }
    return { leaf: await mintLeaf(roots[0]!), mesh };
  }

  test('a mesh of cross-certificates without an anchor', async () => {
    const { leaf, mesh } = await meshOf(8);
    expect(judge(leaf, [await mintRoot()], mesh)).toEqual({
      ok: false,
      failure: { code: 'path-work-budget-exceeded', work: 'steps', limit: 5_000 },
    });
  });

  test('two CAs that certify each other', async () => {
    const { leaf, mesh } = await meshOf(2);
    const few = new WorkBudget({ signatures: 10, steps: 10, nameComparisons: 0 });
    expect(codeOf(judge(leaf, [await mintRoot()], mesh, few))).toBe('no-path-to-anchor');
  });

  test('look-alike issuers cost signatures', async () => {
    const root = await mintRoot();
    const lookAlikes: Minted[] = [];
    for (let i = 0; i < 12; i++) lookAlikes.push(await mintCa(root, { without: ['2.5.29.14'] }));
    const leaf = await mintLeaf(await mintCa(root), { without: ['2.5.29.35'] });
    const budget = new WorkBudget({ signatures: 10, steps: 1_000, nameComparisons: 0 });
    expect(judge(leaf, [root], lookAlikes, budget)).toEqual({
      ok: false,
      failure: { code: 'path-work-budget-exceeded', work: 'signatures', limit: 10 },
    });
  });

  test('a budget that runs out refuses even if a path was found', async () => {
    const root = await mintRoot();
    const leaf = await mintLeaf(root);
    const budget = new WorkBudget({ signatures: 0, steps: 10, nameComparisons: 0 });
    expect(codeOf(judge(leaf, [root], [], budget))).toBe('path-work-budget-exceeded');
  });

  test('copies of one certificate count once', async () => {
    const root = await mintRoot();
    const ca = await mintCa(root);
    const copies = Array.from({ length: 500 }, () => ({ ...ca, certificate: parsed(ca.der) }));
    expect(new CertificatePool(copies.map(each => each.certificate)).certificates).toHaveLength(1);
  });
});

describe('the real certificates', () => {
  const real = (file: string) => {
    const der = decodePem(readFileSync(new URL(`../../../certs/${file}.pem`, import.meta.url)), 'CERTIFICATE');
    return parsed(der ?? new Uint8Array());
  };
  const inputs = defaultPathInputs(TIME);
  test.each([
    ['moica-g2', 'grca-g2', 'ok'],
    ['moica-g3', 'grca-g3', 'ok'],
    ['moica-g2', 'grca-g3', 'no-path-to-anchor'],
    ['moica-g3', 'grca-g2', 'no-path-to-anchor'],
  ])('%s under %s: %s', (leaf, anchor, expected) => {
    const material = { anchors: new CertificatePool([real(anchor)]), intermediates: new CertificatePool([]) };
    const verdict = buildPath(real(leaf), material, inputs);
    expect(codeOf(verdict)).toBe(expected);
    if (verdict.ok) expect(verdict.path.policies).toEqual(['2.16.886.101.0.3.3']);
  });
});
