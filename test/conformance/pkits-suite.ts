import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PKITS_SECTIONS } from './pkits-cases.ts';

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

export function pkitsCases(): readonly PkitsCase[] {
  return Object.entries(PKITS_SECTIONS).flatMap(([section, lines]) =>
    lines
      .trim()
      .split('\n')
      .map(line => readCase(section.split(' ')[0] ?? '', line.trim().split(' '))),
  );
}

function readCase(section: string, [number, verdict, leaf, ...settings]: readonly string[]): PkitsCase {
  const unknown = settings.filter(each => !/^(explicit|no-mapping|no-any|(initial|gives)=[a-z0-9,]*)$/.test(each));
  if (number === undefined || leaf === undefined || (verdict !== 'ok' && verdict !== 'no') || unknown.length > 0) {
    throw new Error(`PKITS ${section}: cannot read ${String(number)} ${String(leaf)} ${unknown.join(' ')}`);
  }
  const listed = (name: string, otherwise: string) =>
    (settings.find(each => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? otherwise)
      .split(',')
      .filter(each => each !== '')
      .map(policy => (policy === 'any' ? '2.5.29.32.0' : `2.16.840.1.101.3.2.1.48.${policy}`));
  return {
    id: `${section}.${number}`,
    leaf: `${leaf}EE.crt`,
    isValid: verdict === 'ok',
    initialPolicies: listed('initial', 'any'),
    requireExplicitPolicy: settings.includes('explicit'),
    inhibitPolicyMapping: settings.includes('no-mapping'),
    inhibitAnyPolicy: settings.includes('no-any'),
    policies: listed('gives', '1').toSorted(),
  };
}

/** DER by file name. */
export type PkitsFiles = ReadonlyMap<string, Buffer>;

/** Every certificate and CRL of the suite. @throws with the line that installs it, where it is missing */
export function pkitsFiles(): { readonly certificates: PkitsFiles; readonly crls: PkitsFiles } {
  if (!existsSync(FOLDER)) {
    throw new Error(
      'The PKITS files are missing: apt-get install -y --no-install-recommends python3-cryptography-vectors',
    );
  }
  const read = (folder: string) =>
    new Map(readdirSync(join(FOLDER, folder)).map(name => [name, readFileSync(join(FOLDER, folder, name))]));
  return { certificates: read('certs'), crls: read('crls') };
}
