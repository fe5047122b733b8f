import { verifySignature } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import type { SignatureFailure } from '../failures.ts';

/**
 * Verifies a bare RSASSA-PKCS1-v1_5 signature with SHA-256 (RFC 8017 section 8.2), as the card component returns it,
 * over the challenge.
 *
 * @param signature as long as the modulus, leading zeros included
 * @returns `undefined` if it verifies with the certificate's key; the certificate's own standing is not judged here
 */
export function rawSignatureFailure(
  certificate: Certificate,
  tbs: Uint8Array,
  signature: Uint8Array,
): SignatureFailure | undefined {
  const scheme = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
  return verifySignature(scheme, certificate.publicKey, tbs, signature) ? undefined : { code: 'signature-invalid' };
}
