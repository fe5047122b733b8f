import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import type { AssertionSigner } from '../../flows/ports.ts';
import type { AssertionClaims } from '../../http-fields/identity-assertion.ts';
import { PrivateFileFault, openPrivateFile } from './private-file.ts';
import { toRawSignature } from './raw-signature.ts';

/**
 * Opens the key that signs identity assertions: ES256 (RFC 7518 section 3.4), a P-256 key as PKCS#8 PEM in
 * `assertion-key.pem` of the data folder (0600), made at the first start. Its `kid` is the key's thumbprint (RFC 7638),
 * so that a key has one name wherever it is served from.
 *
 * @param options.folder the data folder; it exists
 * @throws PrivateFileFault when the file can be read by others or does not hold such a key
 */
export async function openAssertionSigner(options: { readonly folder: string }): Promise<AssertionSigner> {
  const path = join(options.folder, 'assertion-key.pem');
  const privateKey = parsePrivateKey(await openPrivateFile(path, generatePem), path);

  const publicJwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(publicJwk, 'sha256');
  const jwks = { keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] };
  const header = encodeJson({ alg: 'ES256', typ: 'gateway-assertion+jwt', kid });

  return {
    sign: claims => new Promise(resolve => resolve(signClaims(header, claims, privateKey))),
    jwks: () => jwks,
  };
}

/** JWS compact serialisation (RFC 7515 section 7.1). */
function signClaims(header: string, claims: AssertionClaims, key: KeyObject): string {
  const input = `${header}.${encodeJson(claims)}`;
  const signature = toRawSignature(sign('sha256', Buffer.from(input, 'ascii'), key));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

function generatePem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new PrivateFileFault(`${path} does not hold a private key.`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new PrivateFileFault(`${path} does not hold a P-256 key.`);
  }
  return key;
}
