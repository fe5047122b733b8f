import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { parseCardCertificate } from '../certificates/card-certificate.ts';

/** A certificate of the file, with its private key where the file holds it. */
export interface Pkcs12Entry {
  /** friendlyName, or '' */
  readonly label: string;
  /** the certificate */
  readonly der: Uint8Array;
  readonly privateKey?: KeyObject;
}

/**
 * Reads a PKCS#12 file (RFC 7292) with RSA keys: every certificate in it, each joined to the private key whose public
 * half it certifies. The key is converted once; signing is node:crypto's.
 *
 * @throws Error for a file that cannot be read, among them one with another password
 */
export function readPkcs12(file: Uint8Array, password: string): Pkcs12Entry[] {
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(file).toString('binary')));
  const pkcs12 = forge.pkcs12.pkcs12FromAsn1(asn1, true, password);
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
  const bags = (type: string | undefined) =>
    type === undefined ? [] : (pkcs12.getBags({ bagType: type })[type] ?? []);
  const keys = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)].map(bag => {
    if (!bag.key) throw new Error('The PKCS#12 file holds a key that is not RSA.');
    return createPrivateKey(forge.pki.privateKeyToPem(bag.key));
  });
  return bags(certBag).map(bag => {
    const asn1Certificate = bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1;
    const der = Buffer.from(forge.asn1.toDer(asn1Certificate).getBytes(), 'binary');
    const publicKey = parseCardCertificate(der)?.publicKey;
    const privateKey = keys.find(key => publicKey !== undefined && createPublicKey(key).equals(publicKey));
    const label = friendlyNameOf(bag.attributes);
    return privateKey === undefined ? { label, der } : { label, der, privateKey };
  });
}

/** @param attributes `{friendlyName: ['…']}` where the bag has one */
function friendlyNameOf(attributes: unknown): string {
  if (typeof attributes !== 'object' || attributes === null || !('friendlyName' in attributes)) return '';
  const names: readonly unknown[] = Array.isArray(attributes.friendlyName) ? attributes.friendlyName : [];
  return typeof names[0] === 'string' ? names[0] : '';
}
