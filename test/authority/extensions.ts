import {
  boolean,
  enumerated,
  integer,
  namedBits,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedPrimitive,
  utf8String,
} from './der.ts';

/** One extension of a certificate, CRL, CRL entry or OCSP response; `value` is the DER inside the OCTET STRING. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Object identifiers of the extensions written here, by their names in RFC 5280 and RFC 6960. */
export const EXTENSION_OIDS = {
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  issuingDistributionPoint: '2.5.29.28',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
} as const;

export function encodeExtension({ oid, critical, value }: Extension): Buffer {
  // DEFAULT FALSE is left out (X.690 §11.5).
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

function extension(name: keyof typeof EXTENSION_OIDS, value: Buffer, critical = false): Extension {
  return { oid: EXTENSION_OIDS[name], critical, value };
}

export function basicConstraints({ ca, pathLength }: { ca: boolean; pathLength?: number }, critical = true): Extension {
  const fields = [...(ca ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])];
  return extension('basicConstraints', sequence(...fields), critical);
}

const KEY_USAGE_BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;

export type KeyUsage = keyof typeof KEY_USAGE_BITS;

export function keyUsage(usages: readonly KeyUsage[], critical = true): Extension {
  return extension('keyUsage', namedBits(usages.map(usage => KEY_USAGE_BITS[usage])), critical);
}

export function extendedKeyUsage(purposes: readonly string[], critical = false): Extension {
  return extension('extendedKeyUsage', sequence(...purposes.map(objectIdentifier)), critical);
}

export function subjectKeyIdentifier(keyIdentifier: Buffer): Extension {
  return extension('subjectKeyIdentifier', octetString(keyIdentifier));
}

/** The keyIdentifier form only, as all CAs of the GPKI write it. */
export function authorityKeyIdentifier(keyIdentifier: Buffer): Extension {
  return extension('authorityKeyIdentifier', sequence(taggedPrimitive(0, keyIdentifier)));
}

export function certificatePolicies(policies: readonly string[], critical = false): Extension {
  const value = sequence(...policies.map(policy => sequence(objectIdentifier(policy))));
  return extension('certificatePolicies', value, critical);
}

/** One DistributionPoint per address, fullName form. */
export function crlDistributionPoints(addresses: readonly string[]): Extension {
  return extension('crlDistributionPoints', sequence(...addresses.map(address => sequence(fullName(address)))));
}

/** DistributionPointName `[0]` with a fullName `[0]` of one URI. */
function fullName(address: string): Buffer {
  return tagged(0, tagged(0, uniformResourceIdentifier(address)));
}

function uniformResourceIdentifier(address: string): Buffer {
  return taggedPrimitive(6, Buffer.from(address, 'latin1'));
}

/** caIssuers first, then OCSP where there is one. */
export function authorityInfoAccess({ caIssuers, ocsp }: { caIssuers: string; ocsp?: string }): Extension {
  const descriptions = [
    sequence(objectIdentifier('1.3.6.1.5.5.7.48.2'), uniformResourceIdentifier(caIssuers)),
    ...(ocsp === undefined ? [] : [sequence(objectIdentifier('1.3.6.1.5.5.7.48.1'), uniformResourceIdentifier(ocsp))]),
  ];
  return extension('authorityInfoAccess', sequence(...descriptions));
}

export function dnsAltNames(names: readonly string[]): Extension {
  return extension('subjectAltName', sequence(...names.map(name => taggedPrimitive(2, Buffer.from(name, 'latin1')))));
}

/** The GPKI's attributes: who the holder is (an OID), then identifiers as text (last four of the ID, a company number). */
export function subjectDirectoryAttributes(
  holderType: string,
  identifiers: readonly { readonly type: string; readonly text: string }[],
): Extension {
  const attribute = (type: string, value: Buffer): Buffer => sequence(objectIdentifier(type), setOf(value));
  const value = sequence(
    attribute('2.16.886.1.100.2.1', objectIdentifier(holderType)),
    ...identifiers.map(({ type, text }) => attribute(type, utf8String(text))),
  );
  return extension('subjectDirectoryAttributes', value);
}

export function ocspNoCheck(): Extension {
  return extension('ocspNoCheck', nullValue());
}

/** Hexadecimal, up to 20 octets (RFC 5280 §5.2.3). */
export function crlNumber(number: string): Extension {
  return extension('crlNumber', integer(number));
}

/** Scope of a partition CRL (RFC 5280 §5.2.5): always critical. */
export function issuingDistributionPoint(scope: {
  address?: string;
  onlyContainsUserCerts?: boolean;
  onlyContainsCACerts?: boolean;
  indirectCrl?: boolean;
}): Extension {
  const flag = (number: number): Buffer => taggedPrimitive(number, Buffer.from([0xff]));
  const fields = [
    ...(scope.address === undefined ? [] : [fullName(scope.address)]),
    ...(scope.onlyContainsUserCerts === true ? [flag(1)] : []),
    ...(scope.onlyContainsCACerts === true ? [flag(2)] : []),
    ...(scope.indirectCrl === true ? [flag(4)] : []),
  ];
  return extension('issuingDistributionPoint', sequence(...fields), true);
}

/** CRLReason (RFC 5280 §5.3.1); 7 is not used. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type RevocationReason = keyof typeof REVOCATION_REASONS;

export function reasonCode(reason: RevocationReason): Extension {
  return extension('reasonCode', enumerated(REVOCATION_REASONS[reason]));
}
