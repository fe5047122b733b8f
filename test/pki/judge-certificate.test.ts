import { beforeAll, describe, expect, test } from 'vitest';
import { keyUsage } from '../authority/extensions.ts';
import { CertificatePool } from '../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs } from '../../src/pki/certification-path/path-inputs.ts';
import { WorkBudget } from '../../src/pki/certification-path/work-budget.ts';
import { judgeCertificate } from '../../src/pki/judge-certificate.ts';
import {
  certificateIssuer,
  distributionPoints,
  issuingDistributionPoint,
  mintCrl,
  parsedCrl,
} from './support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, named, TIME, type Minted } from './support/mint.ts';
import { codeOf } from './support/path-question.ts';

let root: Minted;
let ca: Minted;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
});

interface Material {
  readonly anchors?: readonly Minted[];
  readonly intermediates: readonly Minted[];
  readonly crls: readonly Buffer[];
  readonly budget?: WorkBudget;
}

function judge(leaf: Minted, { anchors = [root], intermediates, crls, budget = new WorkBudget() }: Material): string {
  const pool = (list: readonly Minted[]) => new CertificatePool(list.map(each => each.certificate));
  const question = {
    leaf: leaf.certificate,
    material: { anchors: pool(anchors), intermediates: pool(intermediates) },
    crls: crls.map(parsedCrl),
    inputs: defaultPathInputs(TIME),
    policy: { require: 'every-certificate', graceMs: 0 } as const,
  };
  return codeOf(judgeCertificate(question, budget));
}

describe('one key for certificates, another for CRLs, under one name (RFC 5280 6.3.3 f)', () => {
  let signer: Minted;
  let leaf: Minted;
  beforeAll(async () => {
    signer = await mintCa(root, { extensions: [keyUsage(['cRLSign'])], without: ['2.5.29.19'] });
    leaf = await mintLeaf(ca);
  });

  test('is accepted when the signer has a path to the same anchor', () => {
    expect(judge(leaf, { intermediates: [ca, signer], crls: [mintCrl(root), mintCrl(signer)] })).toBe('ok');
  });

  test('and lists as it should', () => {
    const crls = [mintCrl(root), mintCrl(signer, { revoked: [{ who: leaf }] })];
    expect(judge(leaf, { intermediates: [ca, signer], crls })).toBe('certificate-revoked');
  });

  test('not when the signer is revoked', () => {
    const crls = [mintCrl(root, { revoked: [{ who: signer }] }), mintCrl(signer)];
    expect(judge(leaf, { intermediates: [ca, signer], crls })).toBe('revocation-status-unavailable');
  });

  test('not when the signer stands under another anchor', async () => {
    const other = await mintRoot({ name: named('Other root') });
    const stranger = await mintCa(other, { name: ca.name });
    const material = { anchors: [root, other], intermediates: [ca, stranger] };
    const crls = [mintCrl(root), mintCrl(other), mintCrl(stranger)];
    expect(judge(leaf, { ...material, crls })).toBe('revocation-status-unavailable');
  });

  test('not when the signer vouches for itself', async () => {
    const selfVouching = await mintCa(ca, { name: ca.name });
    const crls = [mintCrl(root), mintCrl(selfVouching)];
    expect(judge(leaf, { intermediates: [ca, selfVouching], crls })).toBe('revocation-status-unavailable');
  });
});

test('two signers cannot vouch for each other', async () => {
  const profile = { name: ca.name, extensions: [keyUsage(['cRLSign'])], without: ['2.5.29.19'] };
  const [one, other] = [await mintCa(ca, profile), await mintCa(ca, profile)];
  const leaf = await mintLeaf(ca);
  const crls = [mintCrl(root), mintCrl(one), mintCrl(other)];
  expect(judge(leaf, { intermediates: [ca, one, other], crls })).toBe('revocation-status-unavailable');
  expect(judge(leaf, { intermediates: [ca, one, other], crls: [...crls, mintCrl(ca)] })).toBe('ok');
});

test('a CRL signer may vouch for itself only where its CA has named it to (4.2.1.13)', async () => {
  const name = named('CRL publisher');
  const profile = { name, without: ['2.5.29.19'] };
  const usage = keyUsage(['cRLSign']);
  const points = distributionPoints({ crlIssuer: name });
  const indirect = { extensions: [issuingDistributionPoint({ indirect: true })] };
  const leaf = await mintLeaf(ca, { extensions: [points] });
  for (const [extensions, expected] of [
    [[usage, points], 'ok'],
    [[usage], 'revocation-status-unavailable'],
  ] as const) {
    const publisher = await mintCa(ca, { ...profile, extensions });
    const crls = [mintCrl(root), mintCrl(publisher, indirect)];
    expect(judge(leaf, { intermediates: [ca, publisher], crls })).toBe(expected);
  }
});

describe('indirect CRLs (5.2.5, 5.3.3)', () => {
  let publisher: Minted;
  let leaf: Minted;
  beforeAll(async () => {
    publisher = await mintCa(root, {
      name: named('CRL publisher'),
      extensions: [keyUsage(['cRLSign'])],
      without: ['2.5.29.19'],
    });
    leaf = await mintLeaf(ca, { extensions: [distributionPoints({ crlIssuer: publisher.name })] });
  });
  const indirect = issuingDistributionPoint({ indirect: true });
  const judgeWith = (minting: Parameters<typeof mintCrl>[1]) =>
    judge(leaf, { intermediates: [ca, publisher], crls: [mintCrl(root), mintCrl(publisher, minting)] });

  test('clean', () => {
    expect(judgeWith({ extensions: [indirect] })).toBe('ok');
  });

  test('listed under the name of its issuer', () => {
    const entry = { who: leaf, extensions: [certificateIssuer(ca.name)] };
    expect(judgeWith({ extensions: [indirect], revoked: [entry] })).toBe('certificate-revoked');
  });

  test('the issuer of an entry holds for those after it', () => {
    const entries = [{ who: '05', extensions: [certificateIssuer(ca.name)] }, { who: leaf }];
    expect(judgeWith({ extensions: [indirect], revoked: entries })).toBe('certificate-revoked');
  });

  test('the same serial number of another issuer', () => {
    const other = { who: leaf, extensions: [certificateIssuer(named('Somebody else'))] };
    expect(judgeWith({ extensions: [indirect], revoked: [other] })).toBe('ok');
    expect(judgeWith({ extensions: [indirect], revoked: [{ who: leaf }] })).toBe('ok');
  });

  test('a CRL that is not indirect speaks for its own issuer only', () => {
    expect(judgeWith({})).toBe('revocation-status-unavailable');
  });

  test('a certificate that names no CRL issuer is not covered', async () => {
    const plain = await mintLeaf(ca);
    const crls = [mintCrl(root), mintCrl(publisher, { extensions: [indirect] })];
    expect(judge(plain, { intermediates: [ca, publisher], crls })).toBe('revocation-status-unavailable');
  });
});

test('when one path has a revoked CA, another is tried', async () => {
  const rootB = await mintRoot({ name: named('Root B') });
  const cross = await mintCa(rootB, { name: ca.name, keyPair: ca.keyPair });
  const leaf = await mintLeaf(ca);
  const crls = [mintCrl(root, { revoked: [{ who: ca }] }), mintCrl(rootB), mintCrl(ca)];
  expect(judge(leaf, { anchors: [root, rootB], intermediates: [ca, cross], crls })).toBe('ok');
  expect(judge(leaf, { anchors: [root], intermediates: [ca, cross], crls })).toBe('certificate-revoked');
});

test('a heap of CRLs under one name ends within the budget', async () => {
  const leaf = await mintLeaf(ca);
  const crls = [
    mintCrl(root),
    mintCrl(ca),
    ...Array.from({ length: 30 }, () => mintCrl(ca, { signingKey: root.keyPair })),
  ];
  const budget = new WorkBudget({ signatures: 20, steps: 1_000, nameComparisons: 0 });
  expect(judge(leaf, { intermediates: [ca], crls, budget })).toBe('revocation-work-budget-exceeded');
});
