import { setImmediate } from 'node:timers/promises';
import type { CertificateBinding } from '../../accounts/certificate-binding.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import type { CardHolder } from '../../pki/profiles/citizen-certificate.ts';
import { SharedPrimeSearch } from '../../pki/shared-primes.ts';
import { bindingKeyOf } from '../login/open-card-session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';

/** The card's key is sound by itself, but another bound key gives it away. */
export interface BindingFailure {
  readonly code: 'key-shares-prime';
  /** SHA-256 of the certificate that was to be bound, hex. */
  readonly certificate: string;
}

export type BindingOutcome =
  | { readonly ok: true; readonly binding: CertificateBinding }
  | { readonly ok: false; readonly failure: BindingFailure };

/** Keys looked at between two turns of the event loop: about 10 ms of work. */
const KEYS_A_TURN = 300;

/**
 * Binds a citizen card to an account: the one way in which a binding is made. Refuses a key that shares a prime with
 * any key ever bound here, ended bindings too, for whoever holds both public keys can sign with both cards. The same key
 * of the same person, certified anew, is no other key.
 *
 * The caller records the event in the same change, and gives the change up when this refuses.
 */
export async function bindCertificate(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  changes: DatabaseChanges,
  accountId: string,
  holder: CardHolder,
): Promise<BindingOutcome> {
  const key = bindingKeyOf(holder);
  const search = new SharedPrimeSearch(modulusOf(holder.certificateDer));
  for (const [at, bound] of (await changes.listBoundKeys()).entries()) {
    const isOwn = bound.spkiSha256 === key.spkiSha256 && bound.subjectSerialNumber === key.subjectSerialNumber;
    if (!isOwn) search.include(modulusOf(bound.certificateDer));
    if (at % KEYS_A_TURN === KEYS_A_TURN - 1) await setImmediate();
  }
  if (search.isFound) {
    return { ok: false, failure: { code: 'key-shares-prime', certificate: holder.certificateSha256 } };
  }
  const binding: CertificateBinding = {
    ...key,
    id: context.randomness.uuid(),
    accountId,
    certificateSha256: holder.certificateSha256,
    certificateDer: holder.certificateDer,
    notAfter: holder.notAfter,
    boundAt: context.clock.now(),
  };
  await changes.insertBinding(binding);
  return { ok: true, binding };
}

/** Only certificates that passed the citizen profile are bound, and those hold RSA keys. */
function modulusOf(certificateDer: Uint8Array): Uint8Array {
  const parsed = parseCertificate(certificateDer);
  const material = parsed.ok ? parsed.certificate.publicKey.material : undefined;
  if (material?.kind !== 'rsa') throw new Error('A bound certificate cannot be read, or holds no RSA key.');
  return material.modulus;
}
