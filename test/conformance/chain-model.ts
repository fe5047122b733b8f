import { objectIdentifier, sequence, tagged, taggedPrimitive, integer } from '../authority/der.ts';
import { randomSerialNumber, signCertificate, type CertificateTemplate } from '../authority/certificate.ts';
import { signCrl, type CrlTemplate } from '../authority/crl.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlNumber,
  extendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
  type Extension,
} from '../authority/extensions.ts';
import type { KeyPair } from '../authority/key-pair.ts';
import { distinguishedName } from '../authority/names.ts';
import type { Seeded } from './seeded.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A certificate that is not signed yet: mutations change what they like. */
export interface Part extends Mutable<CertificateTemplate> {
  key: KeyPair;
  extensions: Extension[];
  /** Changes the signed octets. */
  spoil?: (der: Buffer) => Buffer;
}

/** A CRL that is not signed yet. */
export interface List extends Mutable<CrlTemplate> {
  entries: {
    serialNumber: string;
    revokedAt: Date;
    reason?: 'certificateHold' | 'removeFromCRL';
    extensions?: Extension[];
  }[];
  extensions: Extension[];
  spoil?: (der: Buffer) => Buffer;
}

/** What both judges are asked. */
export interface Inputs {
  time: Date;
  revocation: 'require' | 'leaf' | 'none';
  /** clientAuth is asked for. */
  clientAuth: boolean;
  initialPolicies: string[];
  explicit: boolean;
  inhibitMapping: boolean;
  inhibitAny: boolean;
  maxDepth: number | null;
}

export interface Chain {
  /** The anchor, CAs downwards, the leaf. */
  parts: Part[];
  /** Other certificates that lie about. */
  strays: Part[];
  lists: List[];
  inputs: Inputs;
}

export const POLICIES = ['2.999.1', '2.999.2', '2.999.3'] as const;
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const NOON = new Date('2026-06-01T12:00:00Z');

/** A chain that holds: no to three CAs, every option of it chosen by the seed. */
export function soundChain(random: Seeded, keys: readonly KeyPair[]): Chain {
  const pool = random.shuffled(keys);
  const length = 2 + random.below(4);
  const withPolicies = random.chance();
  const parts: Part[] = [];
  for (let at = 0; at < length; at++) {
    const key = pool[at] ?? pool[0]!;
    const issuer = parts.at(-1);
    const subject = partName(at === 0 ? '示範根憑證' : at === length - 1 ? '示範持卡人' : `CA ${at}`);
    const isLeaf = at === length - 1;
    parts.push({
      key,
      signingKey: issuer?.key ?? key,
      serialNumber: randomSerialNumber(),
      digest: random.pick(['sha256', 'sha384', 'sha512']),
      issuer: issuer?.subject ?? subject,
      subject,
      notBefore: new Date('2025-01-01T00:00:00Z'),
      notAfter: new Date('2045-01-01T00:00:00Z'),
      subjectPublicKeyInfo: key.subjectPublicKeyInfo,
      extensions: [
        ...(issuer === undefined ? [] : [authorityKeyIdentifier(issuer.key.keyIdentifier)]),
        subjectKeyIdentifier(key.keyIdentifier),
        ...(isLeaf ? leafExtensions(random) : caExtensions(random, length - 2 - at)),
        ...(withPolicies && at > 0 ? [certificatePolicies([POLICIES[0]])] : []),
      ],
    });
  }
  const inputs: Inputs = {
    time: NOON,
    revocation: random.pick(['require', 'require', 'leaf', 'none']),
    clientAuth: random.chance(),
    initialPolicies: withPolicies && random.chance() ? [POLICIES[0]] : [],
    explicit: withPolicies && random.chance(),
    inhibitMapping: random.chance(),
    inhibitAny: random.chance(),
    maxDepth: random.pick([null, length - 2]),
  };
  return { parts, strays: [], lists: parts.slice(0, -1).map(emptyList), inputs };
}

/** `below`: how many CAs come after this one. */
function caExtensions(random: Seeded, below: number): Extension[] {
  const pathLength = random.pick([undefined, below, below + 1]);
  return [
    basicConstraints(pathLength === undefined ? { ca: true } : { ca: true, pathLength }),
    keyUsage(['keyCertSign', 'cRLSign']),
  ];
}

function leafExtensions(random: Seeded): Extension[] {
  return [
    keyUsage(['digitalSignature'], random.chance()),
    ...(random.chance() ? [extendedKeyUsage([CLIENT_AUTH])] : []),
    ...(random.chance() ? [basicConstraints({ ca: false })] : []),
  ];
}

export function emptyList(issuer: Part): List {
  return {
    issuer: issuer.subject,
    digest: 'sha256',
    thisUpdate: new Date('2026-05-31T00:00:00Z'),
    nextUpdate: new Date('2026-06-02T00:00:00Z'),
    entries: [],
    extensions: [authorityKeyIdentifier(issuer.key.keyIdentifier), crlNumber('01')],
    signingKey: issuer.key,
  };
}

export function partName(commonName: string): Buffer {
  return distinguishedName({ type: 'countryName', value: 'TW' }, { type: 'commonName', value: commonName });
}

/** Puts an extension in the place of the one of its kind. */
export function put(part: { extensions: Extension[] }, ...extensions: readonly Extension[]): void {
  for (const extension of extensions) part.extensions = [...without(part, extension.oid), extension];
}

export function drop(part: { extensions: Extension[] }, oid: string): void {
  part.extensions = without(part, oid);
}

function without(part: { extensions: Extension[] }, oid: string): Extension[] {
  return part.extensions.filter(each => each.oid !== oid);
}

export function signPart(part: Part): Buffer {
  const { der } = signCertificate(part);
  return part.spoil?.(der) ?? der;
}

export function signList(list: List): Buffer {
  const der = signCrl(list);
  return list.spoil?.(der) ?? der;
}

/** GeneralSubtrees of one list of names each (RFC 5280 section 4.2.1.10). */
export function nameConstraints(permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Extension {
  const subtrees = (number: number, bases: readonly Buffer[]) =>
    bases.length === 0 ? [] : [tagged(number, ...bases.map(base => sequence(base)))];
  return { oid: '2.5.29.30', critical: true, value: sequence(...subtrees(0, permitted), ...subtrees(1, excluded)) };
}

export const generalName = {
  mail: (text: string) => taggedPrimitive(1, Buffer.from(text)),
  dns: (text: string) => taggedPrimitive(2, Buffer.from(text)),
  directory: (name: Buffer) => tagged(4, name),
  uri: (text: string) => taggedPrimitive(6, Buffer.from(text)),
  address: (...octets: readonly number[]) => taggedPrimitive(7, Buffer.from(octets)),
};

export function altNames(...names: readonly Buffer[]): Extension {
  return { oid: '2.5.29.17', critical: false, value: sequence(...names) };
}

export function policyMapping(from: string, to: string): Extension {
  const value = sequence(sequence(objectIdentifier(from), objectIdentifier(to)));
  return { oid: '2.5.29.33', critical: true, value };
}

/** requireExplicitPolicy after this many certificates (RFC 5280 section 4.2.1.11). */
export function requireExplicitPolicy(skip: number): Extension {
  return { oid: '2.5.29.36', critical: true, value: sequence(taggedPrimitive(0, Buffer.from([skip]))) };
}

export function inhibitAnyPolicy(skip: number): Extension {
  return { oid: '2.5.29.54', critical: true, value: integer(skip) };
}
