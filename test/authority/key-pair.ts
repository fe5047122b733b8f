import { createHash, createPublicKey, generateKeyPair as generate, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, element, nullValue, objectIdentifier, sequence } from './der.ts';

/** A private key with what certificates say about its public half. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  /** DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
  readonly subjectPublicKeyInfo: Buffer;
  /** The BIT STRING's contents without the unused-bits octet: what key identifiers and OCSP key hashes are made of. */
  readonly subjectPublicKey: Buffer;
  /** SHA-1 of `subjectPublicKey` (RFC 5280 §4.2.1.2, method 1). */
  readonly keyIdentifier: Buffer;
}

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

const generateKeys = promisify(generate);

/** `bits`: 1024 makes the "too short" defect; citizen cards hold 2048. */
export async function generateRsaKeyPair(bits = 2048): Promise<KeyPair> {
  const { privateKey } = await generateKeys('rsa', { modulusLength: bits, publicExponent: 65537 });
  return keyPairOf(privateKey);
}

/** P-256, for the demo's own TLS certificates. */
export async function generateEcKeyPair(): Promise<KeyPair> {
  const { privateKey } = await generateKeys('ec', { namedCurve: 'P-256' });
  return keyPairOf(privateKey);
}

export function keyPairOf(privateKey: KeyObject): KeyPair {
  const subjectPublicKeyInfo = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const subjectPublicKey = publicKeyBits(privateKey, subjectPublicKeyInfo);
  const keyIdentifier = createHash('sha1').update(subjectPublicKey).digest();
  return { privateKey, subjectPublicKeyInfo, subjectPublicKey, keyIdentifier };
}

/** RSAPublicKey comes straight from node:crypto; an uncompressed P-256 point is the last 65 octets of the SPKI. */
function publicKeyBits(privateKey: KeyObject, subjectPublicKeyInfo: Buffer): Buffer {
  if (privateKey.asymmetricKeyType === 'rsa') {
    return createPublicKey(privateKey).export({ type: 'pkcs1', format: 'der' });
  }
  return subjectPublicKeyInfo.subarray(-65);
}

const RSA_SIGNATURE = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
} as const satisfies Record<Digest, string>;

const ECDSA_SIGNATURE = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const satisfies Record<Digest, string>;

/** AlgorithmIdentifier of a signature: NULL parameters for RSA (RFC 4055 §5), none for ECDSA (RFC 5758 §3.2). */
export function signatureAlgorithm(keyPair: KeyPair, digest: Digest): Buffer {
  return keyPair.privateKey.asymmetricKeyType === 'rsa'
    ? sequence(objectIdentifier(RSA_SIGNATURE[digest]), nullValue())
    : sequence(objectIdentifier(ECDSA_SIGNATURE[digest]));
}

/** `SEQUENCE { toBeSigned, signatureAlgorithm, signature }`: certificates and CRLs have this frame. */
export function signedFrame(toBeSigned: Buffer, keyPair: KeyPair, digest: Digest): Buffer {
  const signature = bitString(sign(digest, toBeSigned, keyPair.privateKey));
  return element(0x30, toBeSigned, signatureAlgorithm(keyPair, digest), signature);
}
