import { signatureScheme, verifySignature, type AlgorithmPolicy, type SignatureScheme } from '../algorithms.ts';
import type { AlgorithmIdentifier } from '../algorithm-identifier.ts';
import type { Certificate } from '../certificate.ts';
import { refuse, type CrlFailure, type Refused } from '../failures.ts';
import type { PublicKey } from '../public-key.ts';
import { weaknessOf } from '../weak-keys.ts';
import type { UnverifiedCrl } from './crl.ts';
import type { RevokedEntries } from './crl-entries.ts';
import { readCrlFrame, type CrlFrame, type CrlHeader } from './crl-header.ts';
import type { UnsealedCrl } from './sealed-crl.ts';

interface TrustedCrlParts {
  readonly header: CrlHeader & { readonly nextUpdate: number };
  readonly frame: CrlFrame;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly entries: RevokedEntries;
  readonly signer: Certificate;
}

let make: (parts: TrustedCrlParts) => TrustedCrl;

/**
 * Evidence that a CRL was signed by the key of `signer`, a certificate of that name that may sign CRLs, and that
 * nothing critical in it went unread. It is trusted as far as the signer is: whether the signer's key is the issuer's
 * of the certificate in question is asked at each use. Made by `verifyCrl`, once for each CRL, and by `restoreCrl` from
 * what this installation sealed after `verifyCrl`; the signed bytes are not kept.
 */
export class TrustedCrl {
  readonly #parts: TrustedCrlParts;

  private constructor(parts: TrustedCrlParts) {
    this.#parts = parts;
  }

  static {
    make = parts => new TrustedCrl(parts);
  }

  get header(): CrlHeader & { readonly nextUpdate: number } {
    return this.#parts.header;
  }
  /** The header as it was signed. */
  get frame(): CrlFrame {
    return this.#parts.frame;
  }
  get signatureAlgorithm(): AlgorithmIdentifier {
    return this.#parts.signatureAlgorithm;
  }
  get entries(): RevokedEntries {
    return this.#parts.entries;
  }
  get signer(): Certificate {
    return this.#parts.signer;
  }

  get isDelta(): boolean {
    return this.header.baseCrlNumber !== undefined;
  }

  /** Signed with this certificate's key under this certificate's name. */
  isSignedBy(issuer: Certificate): boolean {
    return issuer.publicKey.equals(this.signer.publicKey) && issuer.subject.equals(this.header.issuer);
  }
}

export type CrlVerdict = { readonly ok: true; readonly crl: TrustedCrl } | Refused<CrlFailure>;

/**
 * Verifies a CRL with the certificate that is said to have signed it (RFC 5280 sections 5.2, 5.3 and 6.3.3 f, g): same
 * name, cRLSign where a key usage is present, algorithm on the allow-list, sound key, signature right; no critical
 * extension unread; nextUpdate present.
 *
 * @param signer    a certificate that the caller trusts or will find a path to; its own standing is not judged here
 * @param signerKey its key where DSA parameters are inherited from its issuer's
 */
export function verifyCrl(
  crl: UnverifiedCrl,
  signer: Certificate,
  algorithms: AlgorithmPolicy = 'current',
  signerKey: PublicKey = signer.publicKey,
): CrlVerdict {
  const judged = judgeBeforeSignature(crl, signer, algorithms, signerKey);
  if (!judged.ok) return judged;
  if (!verifySignature(judged.scheme, signerKey, crl.tbs, crl.signature)) {
    return refuse({ code: 'crl-signature-invalid', certificate: signer.sha256 });
  }
  const { frame, entries, signatureAlgorithm } = crl;
  return { ok: true, crl: make({ header: judged.header, frame, signatureAlgorithm, entries, signer }) };
}

/**
 * The TrustedCrl that was sealed: its signature was verified then, by this installation; everything else is judged
 * again, because certificates and the allow-list of algorithms may have changed since.
 *
 * @param signers the certificates that may have signed it; the one that was named under the seal is taken
 */
export function restoreCrl(sealed: UnsealedCrl, signers: readonly Certificate[]): CrlVerdict {
  const { frame, entries, signatureAlgorithm, signer: sha256 } = sealed.content;
  const signer = signers.find(certificate => certificate.sha256 === sha256);
  if (signer === undefined) return refuse({ code: 'crl-issuer-mismatch' });
  const { unknownCritical, ...header } = readCrlFrame(frame);
  const judged = judgeBeforeSignature(
    { header, entries, unknownCritical, signatureAlgorithm },
    signer,
    'current',
    signer.publicKey,
  );
  if (!judged.ok) return judged;
  return { ok: true, crl: make({ header: judged.header, frame, signatureAlgorithm, entries, signer }) };
}

interface SignatureQuestion {
  readonly ok: true;
  readonly header: CrlHeader & { readonly nextUpdate: number };
  readonly scheme: SignatureScheme;
}

/** All that is asked of a CRL but its signature. */
function judgeBeforeSignature(
  crl: Pick<UnverifiedCrl, 'header' | 'entries' | 'unknownCritical' | 'signatureAlgorithm'>,
  signer: Certificate,
  algorithms: AlgorithmPolicy,
  signerKey: PublicKey,
): SignatureQuestion | Refused<CrlFailure> {
  const { header, entries } = crl;
  const extension = crl.unknownCritical ?? entries.unknownCritical;
  if (extension !== undefined) return refuse({ code: 'crl-unknown-critical-extension', extension });
  const { nextUpdate } = header;
  if (nextUpdate === undefined) return refuse({ code: 'crl-without-next-update' });
  if (!signer.subject.equals(header.issuer)) return refuse({ code: 'crl-issuer-mismatch' });
  const { keyUsage } = signer.extensions;
  const maySign = keyUsage === undefined || keyUsage.has('cRLSign');
  if (!maySign || weaknessOf(signerKey, algorithms) !== undefined) {
    return refuse({ code: 'crl-issuer-not-allowed', certificate: signer.sha256 });
  }
  const scheme = signatureScheme(crl.signatureAlgorithm, algorithms);
  if (scheme === undefined) {
    return refuse({ code: 'crl-algorithm-not-allowed', algorithm: crl.signatureAlgorithm.algorithm });
  }
  return { ok: true, header: { ...header, nextUpdate }, scheme };
}
