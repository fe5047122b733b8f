import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import type { KeyVault, PublicJwk, VaultKey } from '../../flows/ports/assertion-keys.ts';
import { openPrivateFile, PrivateFileFault, readPrivateFile, removePrivateFile } from './private-file.ts';
import { toRawSignature } from './raw-signature.ts';

/**
 * Keys as files: PKCS#8 in PEM, one a key, named by its thumbprint, mode 0600, in `assertion-keys` (0700) of the folder that
 * nodes share. A file that others can read, or that holds another key than its name says, is not used.
 *
 * @param keyFolder exists
 */
export async function openKeyFolder(keyFolder: string): Promise<KeyVault> {
  const folder = join(keyFolder, 'assertion-keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (kid: string): string => join(folder, `${kid}.pem`);
  return {
    async make() {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const kid = await thumbprintOf(publicJwkOf(privateKey));
      await openPrivateFile(pathOf(kid), () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      return kid;
    },
    async open(kid) {
      const pem = await readPrivateFile(pathOf(kid));
      return pem === undefined ? undefined : parseKey(pem, kid, pathOf(kid));
    },
    remove: kid => removePrivateFile(pathOf(kid)),
    close: () => Promise.resolve(),
  };
}

async function parseKey(pem: string, kid: string, path: string): Promise<VaultKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new PrivateFileFault(`${path} does not hold a private key.`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new PrivateFileFault(`${path} does not hold a P-256 key.`);
  }
  const jwk = publicJwkOf(key);
  if ((await thumbprintOf(jwk)) !== kid) throw new PrivateFileFault(`${path} holds another key than its name says.`);
  return { jwk, sign: input => new Promise(resolve => resolve(toRawSignature(sign('sha256', input, key)))) };
}

function publicJwkOf(key: KeyObject): PublicJwk {
  const { x, y } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined || y === undefined) throw new TypeError('Not an elliptic curve key.');
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** RFC 7638: a key has one name wherever it is served from. */
function thumbprintOf(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(jwk, 'sha256');
}
