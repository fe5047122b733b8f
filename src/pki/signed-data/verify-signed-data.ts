import { createHash } from 'node:crypto';
import { digestName, signatureScheme, verifySignature, type DigestName, type SignatureScheme } from '../algorithms.ts';
import { bytesEqual } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import { refuse, type Refused, type SignatureFailure, type SignedDataFailure } from '../failures.ts';
import { ALGORITHM, CMS } from '../object-identifiers.ts';
import { looksLikeSignedAttributes, readSignedAttributes, signedOctets } from './signed-attributes.ts';
import { identifies, type SignerInfo, type UnverifiedSignedData } from './signed-data.ts';

export type SignerVerdict =
  { readonly ok: true; readonly signer: SignerInfo; readonly certificate: Certificate } | Refused<SignedDataFailure>;

/**
 * The one signer of a message and the certificate that its identifier names, taken from the message (RFC 5652 section
 * 5.3). Never "the first certificate": if none is named, there is no signer. Nothing is verified yet.
 */
export function claimedSigner({ signers, certificates }: UnverifiedSignedData): SignerVerdict {
  const [signer] = signers;
  if (signer === undefined || signers.length !== 1) {
    return refuse({ code: 'signed-data-signer-count', signers: signers.length });
  }
  if (certificates.length === 0) return refuse({ code: 'signed-data-certificate-missing' });
  const certificate = certificates.find(each => identifies(signer.identifier, each));
  if (certificate === undefined) return refuse({ code: 'signed-data-signer-mismatch' });
  return { ok: true, signer, certificate };
}

/**
 * Verifies a message with one signer against the content that was asked for and the signer's certificate (RFC 5652
 * sections 5.4 and 5.6).
 *
 * Establishes: the message has exactly one signer, whose identifier names `certificate`; its signature, with SHA-256 or
 * better, verifies with that certificate's key and covers exactly `content`; attached content is the same octet for
 * octet. The certificate's own standing is not judged here.
 *
 * @param content what was to be signed, as we issued it
 * @returns `undefined` if all that holds, else the failure
 */
export function signedDataFailure(
  signedData: UnverifiedSignedData,
  certificate: Certificate,
  content: Uint8Array,
): SignedDataFailure | SignatureFailure | undefined {
  const [signer] = signedData.signers;
  if (signer === undefined || signedData.signers.length !== 1) {
    return { code: 'signed-data-signer-count', signers: signedData.signers.length };
  }
  if (!identifies(signer.identifier, certificate)) return { code: 'signed-data-signer-mismatch' };
  // A challenge is plain data; without signed attributes nothing else is allowed (section 5.3).
  if (signedData.contentType !== CMS.data) return { code: 'signed-data-attributes-invalid', attribute: 'content-type' };
  if (signedData.content !== undefined && !bytesEqual(signedData.content, content)) {
    return { code: 'signed-data-content-mismatch' };
  }
  const scheme = signerScheme(signer);
  if (scheme === undefined) {
    return { code: 'signed-data-algorithm-not-allowed', algorithm: signer.signatureAlgorithm.algorithm };
  }
  const covered = coveredOctets(signer, scheme.digest, content);
  if (!(covered instanceof Uint8Array)) return covered;
  return verifySignature(scheme, certificate.publicKey, covered, signer.signature)
    ? undefined
    : { code: 'signature-invalid' };
}

/**
 * Digest and signature algorithm on the allow-list and of one mind; plain rsaEncryption takes the digest beside it (RFC
 * 3370 section 3.2).
 */
function signerScheme({ digestAlgorithm, signatureAlgorithm }: SignerInfo): SignatureScheme | undefined {
  const digest = digestName(digestAlgorithm);
  if (digest === undefined) return undefined;
  if (signatureAlgorithm.algorithm === ALGORITHM.rsaEncryption) return { kind: 'rsa-pkcs1', digest };
  const scheme = signatureScheme(signatureAlgorithm, 'current');
  return scheme?.digest === digest ? scheme : undefined;
}

/** What the signature is over: the content itself, or the attributes that hold its digest. */
function coveredOctets(
  { signedAttributes }: SignerInfo,
  digest: DigestName,
  content: Uint8Array,
): Uint8Array | SignedDataFailure {
  if (signedAttributes === undefined) {
    return looksLikeSignedAttributes(content)
      ? { code: 'signed-data-attributes-invalid', attribute: 'signedAttrs' }
      : content;
  }
  const attributes = readSignedAttributes(signedAttributes);
  if (attributes === undefined) return { code: 'signed-data-attributes-invalid', attribute: 'signedAttrs' };
  if (attributes.contentType !== CMS.data) return { code: 'signed-data-attributes-invalid', attribute: 'content-type' };
  const expected = createHash(digest).update(content).digest();
  if (!bytesEqual(attributes.messageDigest, expected)) return { code: 'signed-data-content-mismatch' };
  return signedOctets(signedAttributes);
}
