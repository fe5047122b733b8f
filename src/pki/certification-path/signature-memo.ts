import { signatureScheme, verifySignature, type AlgorithmPolicy } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import type { PathFailure } from '../failures.ts';
import type { PublicKey } from '../public-key.ts';
import { weaknessOf } from '../weak-keys.ts';
import type { WorkBudget } from './work-budget.ts';

/**
 * Signatures that were verified already, by certificate and SHA-256 of the key. The answer is a function of the two, so
 * that the pinned CAs are verified once in the life of the process and a path search never verifies twice. Entries go
 * with the certificate.
 */
const known = new WeakMap<Certificate, Map<string, boolean>>();

/** Verifies a certificate's signature with an issuer's key: algorithm on the allow-list, key sound, signature right. */
export function certificateSignatureFailure(
  certificate: Certificate,
  issuerKey: PublicKey,
  policy: AlgorithmPolicy,
  budget: WorkBudget,
): PathFailure | undefined {
  const scheme = signatureScheme(certificate.signatureAlgorithm, policy);
  if (scheme === undefined) {
    const algorithm = certificate.signatureAlgorithm.algorithm;
    return { code: 'algorithm-not-allowed', certificate: certificate.sha256, algorithm };
  }
  const weakness = weaknessOf(issuerKey, policy);
  if (weakness !== undefined) return { code: 'weak-key', certificate: certificate.sha256, weakness };
  let byKey = known.get(certificate);
  if (byKey === undefined) known.set(certificate, (byKey = new Map<string, boolean>()));
  let isValid = byKey.get(issuerKey.sha256);
  if (isValid === undefined) {
    if (!budget.takeSignature()) return budget.exhaustion;
    isValid = verifySignature(scheme, issuerKey, certificate.tbs, certificate.signature);
    byKey.set(issuerKey.sha256, isValid);
  }
  return isValid ? undefined : { code: 'certificate-signature-invalid', certificate: certificate.sha256 };
}
