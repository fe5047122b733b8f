import { signatureScheme, verifySignature, type AlgorithmPolicy } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import { refuse, type CrlFailure, type Refused } from '../failures.ts';
import type { PublicKey } from '../public-key.ts';
import { weaknessOf } from '../weak-keys.ts';
import type { CrlHeader, UnverifiedCrl } from './crl.ts';
import type { RevokedEntries } from './crl-entries.ts';

let make: (
  header: CrlHeader & { readonly nextUpdate: number },
  entries: RevokedEntries,
  signer: Certificate,
) => TrustedCrl;

/**
 * Evidence that a CRL was signed by the key of `signer`, a certificate of that name that may sign CRLs, and that
 * nothing critical in it went unread. It is trusted as far as the signer is: whether the signer's key is the issuer's
 * of the certificate in question is asked at each use. Made by `verifyCrl` alone, once for each CRL; the signed bytes
 * are not kept.
 */
export class TrustedCrl {
  readonly #entries: RevokedEntries;
  readonly header: CrlHeader & { readonly nextUpdate: number };
  readonly signer: Certificate;

  private constructor(
    header: CrlHeader & { readonly nextUpdate: number },
    entries: RevokedEntries,
    signer: Certificate,
  ) {
    this.header = header;
    this.#entries = entries;
    this.signer = signer;
  }

  static {
    make = (header, entries, signer) => new TrustedCrl(header, entries, signer);
  }

  get entries(): RevokedEntries {
    return this.#entries;
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
  if (!verifySignature(scheme, signerKey, crl.tbs, crl.signature)) {
    return refuse({ code: 'crl-signature-invalid', certificate: signer.sha256 });
  }
  return { ok: true, crl: make({ ...header, nextUpdate }, entries, signer) };
}
