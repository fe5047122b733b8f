import { beforeAll, describe, expect, test } from 'vitest';
import {
  bitString,
  element,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedPrimitive,
  utf8String,
} from '../../authority/der.ts';
import type { Extension } from '../../authority/extensions.ts';
import { distinguishedName } from '../../authority/names.ts';
import { WorkBudget } from '../../../src/pki/certification-path/work-budget.ts';
import { mintCa, mintLeaf, mintRoot, named, type Minted } from '../support/mint.ts';
import { codeOf, judgeChain } from '../support/path-question.ts';

const dns = (text: string) => taggedPrimitive(2, Buffer.from(text));
const mail = (text: string) => taggedPrimitive(1, Buffer.from(text));
const directory = (name: Buffer) => tagged(4, name);
const other = (text: string) => tagged(0, objectIdentifier('1.2.3'), tagged(0, utf8String(text)));

function constraints(permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Extension {
  const subtrees = (number: number, bases: readonly Buffer[]) =>
    bases.length === 0 ? [] : [tagged(number, ...bases.map(base => sequence(base)))];
  return { oid: '2.5.29.30', critical: true, value: sequence(...subtrees(0, permitted), ...subtrees(1, excluded)) };
}

const altNames = (...names: readonly Buffer[]): Extension => ({
  oid: '2.5.29.17',
  critical: false,
  value: sequence(...names),
});

const inTaiwan = (commonName: string) =>
  distinguishedName({ type: 'countryName', value: 'TW' }, { type: 'commonName', value: commonName });
const taiwan = distinguishedName({ type: 'countryName', value: 'TW' });

let root: Minted;
beforeAll(async () => {
  root = await mintRoot();
});

/** Root, a CA for each list of constraints, and a leaf with these names. */
async function verdictOf(levels: readonly Extension[], leaf: { name?: Buffer; names?: readonly Buffer[] }) {
  const chain = [root];
  for (const [level, constraint] of levels.entries()) {
    chain.push(await mintCa(chain.at(-1)!, { name: inTaiwan(`CA ${level}`), extensions: [constraint] }));
  }
  const extensions = leaf.names === undefined ? [] : [altNames(...leaf.names)];
  chain.push(await mintLeaf(chain.at(-1)!, { name: leaf.name ?? inTaiwan('Leaf'), extensions }));
  return codeOf(judgeChain(chain));
}

describe('name constraints (RFC 5280 4.2.1.10, 6.1.3 b, c, 6.1.4 g)', () => {
  test.each<[string, readonly Extension[], { name?: Buffer; names?: readonly Buffer[] }, 'ok' | 'name-not-permitted']>([
    ['within the permitted', [constraints([dns('gov.tw')])], { names: [dns('a.gov.tw')] }, 'ok'],
    ['outside the permitted', [constraints([dns('gov.tw')])], { names: [dns('a.com.tw')] }, 'name-not-permitted'],
    [
      'one good name does not excuse a bad one',
      [constraints([dns('gov.tw')])],
      { names: [dns('a.gov.tw'), dns('b.tw')] },
      'name-not-permitted',
    ],
    [
      'one of several permitted is enough',
      [constraints([dns('gov.tw'), dns('edu.tw')])],
      { names: [dns('a.edu.tw')] },
      'ok',
    ],
    ['excluded', [constraints([], [dns('bad.gov.tw')])], { names: [dns('a.bad.gov.tw')] }, 'name-not-permitted'],
    [
      'excluded within permitted',
      [constraints([dns('gov.tw')], [dns('bad.gov.tw')])],
      { names: [dns('bad.gov.tw')] },
      'name-not-permitted',
    ],
    ['not excluded', [constraints([], [dns('bad.gov.tw')])], { names: [dns('good.gov.tw')] }, 'ok'],
    [
      'a wildcard that could stand for an excluded name',
      [constraints([], [dns('bad.gov.tw')])],
      { names: [dns('*.gov.tw')] },
      'name-not-permitted',
    ],
    ['no name of that form', [constraints([dns('gov.tw')])], {}, 'ok'],
    [
      'permitted sets intersect, they do not add up',
      [constraints([dns('a.tw')]), constraints([dns('b.tw')])],
      { names: [dns('b.tw')] },
      'name-not-permitted',
    ],
    [
      'a lower CA may narrow',
      [constraints([dns('tw')]), constraints([dns('gov.tw')])],
      { names: [dns('gov.tw')] },
      'ok',
    ],
    [
      'excluded sets add up',
      [constraints([], [dns('a.tw')]), constraints([], [dns('b.tw')])],
      { names: [dns('a.tw')] },
      'name-not-permitted',
    ],
    ['subject within a directory subtree', [constraints([directory(taiwan)])], {}, 'ok'],
    [
      'subject outside a directory subtree',
      [constraints([directory(taiwan)])],
      { name: named('Leaf') },
      'name-not-permitted',
    ],
    [
      'directory name in the alternative names',
      [constraints([directory(taiwan)])],
      { names: [directory(named('x'))] },
      'name-not-permitted',
    ],
    [
      'a form that is not compared, permitted',
      [constraints([other('x')])],
      { names: [other('x')] },
      'name-not-permitted',
    ],
    [
      'a form that is not compared, excluded',
      [constraints([], [other('x')])],
      { names: [other('y')] },
      'name-not-permitted',
    ],
    ['a form that is not compared and does not occur', [constraints([other('x')])], { names: [dns('a.tw')] }, 'ok'],
    [
      'a malformed name where its form is constrained',
      [constraints([dns('gov.tw')])],
      { names: [dns('a..gov.tw')] },
      'name-not-permitted',
    ],
  ])('%s', async (_, levels, leaf, expected) => {
    expect(await verdictOf(levels, leaf)).toBe(expected);
  });

  test('a mail address in the subject is held to the constraints of mail', async () => {
    const emailAddress = (text: string) =>
      sequence(setOf(sequence(objectIdentifier('1.2.840.113549.1.9.1'), element(0x16, Buffer.from(text)))));
    const levels = [constraints([mail('gov.tw')])];
    expect(await verdictOf(levels, { name: emailAddress('a@gov.tw') })).toBe('ok');
    expect(await verdictOf(levels, { name: emailAddress('a@com.tw') })).toBe('name-not-permitted');
    const notText = sequence(
      setOf(sequence(objectIdentifier('1.2.840.113549.1.9.1'), bitString(octetString(Buffer.alloc(0))))),
    );
    expect(await verdictOf(levels, { name: notText })).toBe('name-not-permitted');
  });

  test("the anchor's constraints bind (RFC 5937)", async () => {
    const anchor = await mintRoot({ extensions: [constraints([dns('gov.tw')])] });
    const good = await mintLeaf(anchor, { extensions: [altNames(dns('a.gov.tw'))] });
    const bad = await mintLeaf(anchor, { extensions: [altNames(dns('a.com.tw'))] });
    expect(codeOf(judgeChain([anchor, good]))).toBe('ok');
    expect(codeOf(judgeChain([anchor, bad]))).toBe('name-not-permitted');
  });

  test('self-issued intermediates are exempt, a self-issued leaf is not', async () => {
    const ca = await mintCa(root, { extensions: [constraints([directory(taiwan)])] });
    const rollover = await mintCa(ca, { name: ca.name });
    const leaf = await mintLeaf(rollover, { name: inTaiwan('Leaf') });
    expect(codeOf(judgeChain([root, ca, rollover, leaf]))).toBe('ok');
    const selfIssuedLeaf = await mintLeaf(ca, { name: ca.name });
    expect(codeOf(judgeChain([root, ca, selfIssuedLeaf]))).toBe('name-not-permitted');
  });

  test('thousands of names against thousands of constraints end within the budget', async () => {
    const many = (suffix: string) => Array.from({ length: 600 }, (_, i) => dns(`h${i}.${suffix}`));
    const ca = await mintCa(root, { extensions: [constraints([], many('bad.tw'))] });
    const leaf = await mintLeaf(ca, { extensions: [altNames(...many('good.tw'))] });
    expect(judgeChain([root, ca, leaf])).toEqual({
      ok: false,
      failure: { code: 'path-work-budget-exceeded', work: 'name-comparisons', limit: 250_000 },
    });
    const enough = new WorkBudget({ signatures: 10, steps: 10, nameComparisons: 400_000 });
    expect(codeOf(judgeChain([root, ca, leaf], {}, enough))).toBe('ok');
  });
});
