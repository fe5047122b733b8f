import { hasNoParameters } from '../../algorithm-identifier.ts';
import type { PublicKey } from '../../public-key.ts';
import { weaknessOf } from '../../weak-keys.ts';
import type { PathRule } from '../path-rule.ts';
import { certificateSignatureFailure } from '../signature-memo.ts';

/**
 * The signature verifies with the working public key (RFC 5280 section 6.1.3 a 1), made by an algorithm of the
 * allow-list with a sound key; the leaf's own key is sound too. Keeps the working key and the DSA parameters inherited
 * with it (sections 6.1.4 c to f).
 */
export const signatureRule: PathRule = {
  criticalExtensions: [],
  begin({ anchor, inputs, budget }) {
    let workingKey = anchor.publicKey;
    return {
      check: certificate => certificateSignatureFailure(certificate, workingKey, inputs.algorithms, budget),
      prepare(certificate) {
        workingKey = inheriting(certificate.publicKey, workingKey);
        return undefined;
      },
      finish(leaf) {
        const weakness = weaknessOf(inheriting(leaf.publicKey, workingKey), inputs.algorithms);
        return weakness === undefined ? undefined : { code: 'weak-key', certificate: leaf.sha256, weakness };
      },
    };
  },
};

/** A DSA key without parameters takes those of the key that certified it, if that one is DSA too. */
export function inheriting(key: PublicKey, issuerKey: PublicKey): PublicKey {
  const isBare = key.material.kind === 'dsa' && !key.material.hasParameters;
  const parameters = issuerKey.algorithm.parameters;
  if (!isBare || issuerKey.material.kind !== 'dsa' || parameters === undefined) return key;
  return hasNoParameters(issuerKey.algorithm) ? key : key.withParameters(parameters);
}
