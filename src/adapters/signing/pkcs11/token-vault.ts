import { createHash, createPublicKey, verify } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { KeyVault, PublicJwk } from '../../../flows/ports/assertion-keys.ts';
import { TokenHost } from './token-host.ts';
import type { TokenSettings } from './token-message.ts';

/** Never anything that is signed otherwise: no assertion begins like this. */
const TRIAL = Buffer.from('moica-gateway: a trial of the key');

/**
 * Keys in an HSM, by PKCS#11: made in it, and never outside. They sign in a process of their own, so that neither the event
 * loop waits for the HSM, nor a library that hangs or crashes takes the gateway with it.
 */
export function openTokenVault(settings: TokenSettings & { readonly pinFile: string }): KeyVault {
  const host = new TokenHost({ module: settings.module, tokenLabel: settings.tokenLabel }, settings.pinFile);

  const sign = async (kid: string, input: Uint8Array): Promise<Uint8Array> => {
    const digest = createHash('sha256').update(input).digest();
    const signature = await host.ask({ operation: 'sign', kid, digest });
    if (signature?.length !== 64) throw new TypeError('The token gives no ES256 signature.');
    return signature;
  };

  return {
    async make() {
      const point = await host.ask({ operation: 'make' });
      if (point === null) throw new TypeError('The token has made no key.');
      return calculateJwkThumbprint({ ...publicJwkOf(point) }, 'sha256');
    },
    async open(kid) {
      const point = await host.ask({ operation: 'find', kid });
      if (point === null) return undefined;
      const jwk = publicJwkOf(point);
      if ((await calculateJwkThumbprint({ ...jwk }, 'sha256')) !== kid) {
        throw new TypeError('The token holds another key than its name says.');
      }
      const key = { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
      if (!verify('sha256', TRIAL, key, await sign(kid, TRIAL))) {
        throw new TypeError('The token signs with another key than it shows.');
      }
      return { jwk, sign: input => sign(kid, input) };
    },
    async remove(kid) {
      await host.ask({ operation: 'remove', kid });
    },
    close() {
      host.close();
      return Promise.resolve();
    },
  };
}

/** Of a point without compression (SEC 1, section 2.3.3). */
function publicJwkOf(point: Uint8Array): PublicJwk {
  const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map(part => Buffer.from(part).toString('base64url'));
  return { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
}
