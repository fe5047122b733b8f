import type { CardFamily } from './component-codes.ts';
import { MalformedDerError, enter, expect, readValues, type DerValue } from './der-walk.ts';

/**
 * What the page reads in a certificate of a card, to choose by and to show. Anybody can write all of it: the server
 * judges what is signed.
 */
export interface CardCertificate {
  /** For digital signatures and nothing else, and no CA's: the card's other key is for encryption. */
  readonly maySign: boolean;
  /** Common name of the subject. */
  readonly holder: string | undefined;
  /** By the name of the issuer. */
  readonly family: CardFamily | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const TAG = {
  boolean: 0x01,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** Object identifiers as their content octets in hexadecimal. */
const OID = { commonName: '550403', organizationalUnit: '55040b', keyUsage: '551d0f', basicConstraints: '551d13' };

const FAMILY_OF_UNIT: ReadonlyMap<string, CardFamily> = new Map([
  ['內政部憑證管理中心', 'MOICA'],
  ['工商憑證管理中心', 'MOEACA'],
  ['政府憑證管理中心', 'GCA'],
  ['組織及團體憑證管理中心', 'XCA'],
]);

/** The key usage of a citizen's sign certificate, in the first octet of its bits (RFC 5280, 4.2.1.3); the server takes no other. */
const DIGITAL_SIGNATURE = 0x80;

/** @param base64 DER; white space in it does no harm. Nothing for anything that is no certificate. */
export function readCardCertificate(base64: string): CardCertificate | undefined {
  try {
    return readCertificate(Uint8Array.from(atob(base64), letter => letter.charCodeAt(0)));
  } catch (error) {
    // `atob` throws a DOMException for what is no base64
    if (error instanceof MalformedDerError || error instanceof DOMException) return undefined;
    throw error;
  }
}

function readCertificate(der: Uint8Array): CardCertificate {
  const fields = readValues(enter(enter(der, TAG.sequence), TAG.sequence));
  // a certificate of the first version has no version and no extensions
  if (fields[0]?.tag === TAG.version) fields.shift();
  const [, , issuer, validity, subject] = fields;
  const [notBefore, notAfter] = readValues(expect(validity, TAG.sequence));
  const extensions = fields.find(({ tag }) => tag === TAG.extensions);
  return {
    maySign: extensions !== undefined && isForSigning(readExtensions(extensions.content)),
    holder: readNames(expect(subject, TAG.sequence), OID.commonName)[0],
    family: readNames(expect(issuer, TAG.sequence), OID.organizationalUnit)
      .map(unit => FAMILY_OF_UNIT.get(unit))
      .find(family => family !== undefined),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
  };
}

/** The values of the extensions by the hexadecimal octets of their identifiers. */
function readExtensions(content: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const extensions = readValues(enter(content, TAG.sequence)).map((extension): [string, Uint8Array] => {
    const parts = readValues(expect(extension, TAG.sequence));
    return [hex(expect(parts[0], TAG.objectIdentifier)), expect(parts.at(-1), TAG.octetString)];
  });
  return new Map(extensions);
}

function isForSigning(extensions: ReadonlyMap<string, Uint8Array>): boolean {
  const usage = extensions.get(OID.keyUsage);
  if (usage === undefined || isCa(extensions.get(OID.basicConstraints))) return false;
  const [, bits = 0, ...more] = enter(usage, TAG.bitString);
  return bits === DIGITAL_SIGNATURE && more.every(octet => octet === 0);
}

function isCa(basicConstraints: Uint8Array | undefined): boolean {
  if (basicConstraints === undefined) return false;
  const [ca] = readValues(enter(basicConstraints, TAG.sequence));
  return ca?.tag === TAG.boolean && ca.content[0] !== 0;
}

/** The values of one attribute of a distinguished name. */
function readNames(name: Uint8Array, attribute: string): string[] {
  return readValues(name).flatMap(set =>
    readValues(expect(set, TAG.set)).flatMap(pair => {
      const [type, value] = readValues(expect(pair, TAG.sequence));
      const text = hex(expect(type, TAG.objectIdentifier)) === attribute ? readText(value) : undefined;
      return text === undefined ? [] : [text];
    }),
  );
}

function readText(value: DerValue | undefined): string | undefined {
  if (value === undefined) throw new MalformedDerError();
  if (value.tag === TAG.bmpString) return new TextDecoder('utf-16be').decode(value.content).normalize('NFC');
  const isText = value.tag === TAG.utf8String || value.tag === TAG.printableString;
  return isText ? new TextDecoder().decode(value.content).normalize('NFC') : undefined;
}

/** UTCTime and GeneralizedTime in the one form that certificates have: to the second, in UTC. */
function readTime(value: DerValue | undefined): Date {
  const text = new TextDecoder().decode(value?.content);
  if (value?.tag !== TAG.utcTime && value?.tag !== TAG.generalizedTime) throw new MalformedDerError();
  // two-digit years up to 49 are of this century (RFC 5280, 4.1.2.5.1)
  const full = value.tag === TAG.generalizedTime ? text : `${text < '50' ? '20' : '19'}${text}`;
  const iso = full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = new Date(iso === full ? NaN : iso);
  if (Number.isNaN(time.getTime())) throw new MalformedDerError();
  return time;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, octet => octet.toString(16).padStart(2, '0')).join('');
}
