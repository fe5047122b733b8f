import { constants, verify } from 'node:crypto';
import { hasNoParameters, isNull, readAlgorithmIdentifier, type AlgorithmIdentifier } from './algorithm-identifier.ts';
import { decodeDer } from './der/decode.ts';
import { contextConstructed } from './der/tags.ts';
import { ALGORITHM, DIGEST } from './object-identifiers.ts';
import type { PublicKey } from './public-key.ts';

/** `legacy` adds SHA-1, RSA-1024 and DSA, so that old test vectors can be judged. No login path passes it. */
export type AlgorithmPolicy = 'current' | 'legacy';

export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** One way of signing, with everything that a verifier needs fixed. */
export type SignatureScheme =
  | { readonly kind: 'rsa-pkcs1' | 'ecdsa' | 'dsa'; readonly digest: DigestName }
  | { readonly kind: 'rsa-pss'; readonly digest: DigestName; readonly saltLength: number };

const DIGEST_OCTETS: Readonly<Record<DigestName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** The whole allow-list of fixed signature identifiers; PSS carries its hash in the parameters. */
const ALLOWED: Readonly<Record<string, SignatureScheme>> = {
  [ALGORITHM.sha256WithRsa]: { kind: 'rsa-pkcs1', digest: 'sha256' },
  [ALGORITHM.sha384WithRsa]: { kind: 'rsa-pkcs1', digest: 'sha384' },
  [ALGORITHM.sha512WithRsa]: { kind: 'rsa-pkcs1', digest: 'sha512' },
  [ALGORITHM.ecdsaWithSha256]: { kind: 'ecdsa', digest: 'sha256' },
  [ALGORITHM.ecdsaWithSha384]: { kind: 'ecdsa', digest: 'sha384' },
  [ALGORITHM.ecdsaWithSha512]: { kind: 'ecdsa', digest: 'sha512' },
};

const LEGACY: Readonly<Record<string, SignatureScheme>> = {
  [ALGORITHM.sha1WithRsa]: { kind: 'rsa-pkcs1', digest: 'sha1' },
  [ALGORITHM.dsaWithSha1]: { kind: 'dsa', digest: 'sha1' },
};

const DIGESTS: Readonly<Record<string, DigestName>> = {
  [DIGEST.sha256]: 'sha256',
  [DIGEST.sha384]: 'sha384',
  [DIGEST.sha512]: 'sha512',
};

/**
 * The signature scheme that an identifier names, or `undefined` if it is not on the allow-list or its parameters are
 * wrong.
 */
export function signatureScheme(identifier: AlgorithmIdentifier, policy: AlgorithmPolicy): SignatureScheme | undefined {
  if (identifier.algorithm === ALGORITHM.rsassaPss) return pssScheme(identifier.parameters);
  const scheme = ALLOWED[identifier.algorithm] ?? (policy === 'legacy' ? LEGACY[identifier.algorithm] : undefined);
  if (scheme === undefined) return undefined;
  // RSA: NULL, and absent must be accepted (RFC 4055 section 5). ECDSA and DSA: absent (RFC 5758 section 3.2, RFC 3279
  // section 2.2.2).
  const isSound = scheme.kind === 'rsa-pkcs1' ? hasNoParameters(identifier) : identifier.parameters === undefined;
  return isSound ? scheme : undefined;
}

/** The digest that an identifier names: SHA-256, SHA-384 or SHA-512, parameters absent or NULL (RFC 5754 section 2). */
export function digestName(identifier: AlgorithmIdentifier): DigestName | undefined {
  return hasNoParameters(identifier) ? DIGESTS[identifier.algorithm] : undefined;
}

/**
 * RSASSA-PSS-params (RFC 4055 section 3.1) that match: one hash for message and mask, a salt as long as the hash,
 * trailer field absent. The defaults are SHA-1, so hash and mask must be spelled out.
 */
function pssScheme(parameters: Uint8Array | undefined): SignatureScheme | undefined {
  if (parameters === undefined || isNull(parameters)) return undefined;
  const decoded = decodeDer(parameters, parameters.length, reader => {
    const sequence = reader.sequence();
    const hashField = sequence.enter(contextConstructed(0));
    const hash = readAlgorithmIdentifier(hashField);
    hashField.finish();
    const maskField = sequence.enter(contextConstructed(1));
    const mask = readAlgorithmIdentifier(maskField);
    maskField.finish();
    const saltField = sequence.enter(contextConstructed(2));
    const saltLength = saltField.smallInteger();
    saltField.finish();
    // trailerFieldBC is the default and so never encoded.
    sequence.finish();
    return { digest: digestName(hash), maskDigest: maskDigest(mask), saltLength };
  });
  if (!decoded.ok) return undefined;
  const { digest, maskDigest: mask, saltLength } = decoded.value;
  if (digest === undefined || mask !== digest || saltLength !== DIGEST_OCTETS[digest]) return undefined;
  return { kind: 'rsa-pss', digest, saltLength };
}

/** The hash inside an id-mgf1 identifier. */
function maskDigest(mask: AlgorithmIdentifier): DigestName | undefined {
  if (mask.algorithm !== ALGORITHM.mgf1 || mask.parameters === undefined) return undefined;
  const inner = decodeDer(mask.parameters, mask.parameters.length, reader => readAlgorithmIdentifier(reader));
  return inner.ok ? digestName(inner.value) : undefined;
}

/**
 * Whether `signature` over `data` was made with this key in this way. False for every mismatch of scheme and key, and
 * for bytes that are no signature; never throws for bad input. The strength of the key is judged apart, by
 * `weaknessOf`.
 */
export function verifySignature(
  scheme: SignatureScheme,
  key: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const keyObject = fits(scheme, key) ? key.keyObject : undefined;
  if (keyObject === undefined) return false;
  try {
    switch (scheme.kind) {
      case 'rsa-pkcs1':
      case 'ecdsa':
      case 'dsa':
        return verify(scheme.digest, data, keyObject, signature);
      case 'rsa-pss': {
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        return verify(scheme.digest, data, { key: keyObject, padding, saltLength: scheme.saltLength }, signature);
      }
    }
  } catch {
    // OpenSSL refuses some signatures with an error instead of "no" (restrictions in a PSS key, say), of many kinds and
    // codes. The bytes are the only input here, so "no" is the answer to all of them.
    return false;
  }
}

function fits(scheme: SignatureScheme, key: PublicKey): boolean {
  const { material } = key;
  switch (scheme.kind) {
    case 'rsa-pkcs1':
      return material.kind === 'rsa' && !material.isPssOnly;
    case 'rsa-pss':
      return material.kind === 'rsa';
    case 'ecdsa':
      return material.kind === 'ec';
    case 'dsa':
      return material.kind === 'dsa' && material.hasParameters;
  }
}
