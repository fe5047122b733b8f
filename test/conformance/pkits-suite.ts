import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROCEDURES, SECTION_SUBJECTS, SHARED_LEAF } from './pkits-cases.ts';

/** Where Debian's python3-cryptography-vectors keeps the suite. */
const FOLDER = '/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data';

/** All results of the suite hold at this instant. */
export const PKITS_TIME = '2011-04-15T00:00:00Z';

export const PKITS_ANCHOR = 'TrustAnchorRootCertificate.crt';

export interface PkitsCase {
  /** `4.8.1.2`: the second procedure of test 4.8.1. */
  readonly id: string;
  readonly leaf: string;
  readonly isValid: boolean;
  readonly initialPolicies: readonly string[];
  readonly requireExplicitPolicy: boolean;
  readonly inhibitPolicyMapping: boolean;
  readonly inhibitAnyPolicy: boolean;
  /** What an accepted path is valid for, sorted. */
  readonly policies: readonly string[];
}

/** The suite's cases: every procedure of every test, by the names of its files and the table beside. */
export function pkitsCases(): readonly PkitsCase[] {
  const leaves = namesIn('certs').flatMap(name => /^(.*)EE\.crt$/.exec(name)?.[1] ?? []);
  const tests = [...leaves.map(leaf => testOf(leaf)), { number: '4.8.1', leaf: SHARED_LEAF }];
  for (const [section, count] of SECTION_SUBJECTS) {
    const found = tests.filter(each => each.number.startsWith(`${section}.`)).length;
    if (found !== count) throw new Error(`PKITS ${section} has ${String(count)} tests, not ${String(found)}`);
  }
  return tests.flatMap(each => casesOf(each)).toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

interface PkitsTest {
  /** `4.8.1` */
  readonly number: string;
  readonly leaf: string;
}

function testOf(leaf: string): PkitsTest {
  const section = SECTION_SUBJECTS.find(([, , subject]) => subject.test(leaf))?.[0];
  const number = /Test(\d+)$/.exec(leaf)?.[1];
  if (section === undefined || number === undefined) throw new Error(`PKITS: no section holds ${leaf}`);
  return { number: `${section}.${number}`, leaf };
}

function casesOf({ number, leaf }: PkitsTest): readonly PkitsCase[] {
  const procedures = PROCEDURES[number] ?? [procedureByName(leaf)];
  return procedures.map((procedure, index) => ({
    id: procedures.length === 1 ? number : `${number}.${String(index + 1)}`,
    leaf: `${leaf}EE.crt`,
    ...readProcedure(procedure),
  }));
}

function procedureByName(leaf: string): string {
  if (leaf.startsWith('Valid')) return '-> {1}';
  if (leaf.startsWith('Invalid')) return '-> refused';
  throw new Error(`PKITS: the name ${leaf} says no result`);
}

function readProcedure(procedure: string): Omit<PkitsCase, 'id' | 'leaf'> {
  const parts = /^(?:\{([\d,]+)\} ?)?((?:explicit|no-mapping|no-any) ?)?-> (?:refused|\{([\d,*]*)\})$/.exec(procedure);
  if (parts === null) throw new Error(`PKITS: cannot read "${procedure}"`);
  const [, acceptable = '*', indicator = '', result] = parts;
  return {
    isValid: result !== undefined,
    initialPolicies: policiesOf(acceptable),
    requireExplicitPolicy: indicator.startsWith('explicit'),
    inhibitPolicyMapping: indicator.startsWith('no-mapping'),
    inhibitAnyPolicy: indicator.startsWith('no-any'),
    policies: policiesOf(result ?? '').toSorted(),
  };
}

function policiesOf(list: string): readonly string[] {
  const numbers = list.split(',').filter(each => each !== '');
  return numbers.map(each => (each === '*' ? '2.5.29.32.0' : `2.16.840.1.101.3.2.1.48.${each}`));
}

/** DER by file name. */
export type PkitsFiles = ReadonlyMap<string, Buffer>;

/** Every certificate and CRL of the suite. @throws with the line that installs it, where it is missing */
export function pkitsFiles(): { readonly certificates: PkitsFiles; readonly crls: PkitsFiles } {
  const read = (folder: string) =>
    new Map(namesIn(folder).map(name => [name, readFileSync(join(FOLDER, folder, name))]));
  return { certificates: read('certs'), crls: read('crls') };
}

function namesIn(folder: string): readonly string[] {
  if (existsSync(FOLDER)) return readdirSync(join(FOLDER, folder));
  throw new Error(
    'The PKITS files are missing: apt-get install -y --no-install-recommends python3-cryptography-vectors',
  );
}
