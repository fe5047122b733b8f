import { randomSerialNumber, signCertificate, type Certificate } from './certificate.ts';
import type { Publication } from './certificate-authority.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  keyUsage,
  subjectKeyIdentifier,
  type Extension,
} from './extensions.ts';
import type { Digest, KeyPair } from './key-pair.ts';

/** Assurance level 3 of the GPKI certificate policy; all citizen, business and agency CAs issue under it. */
export const CLASS_3_POLICY = '2.16.886.101.0.3.3';

/** How the certificate of one CA looks: what differs between generations. */
export interface CaProfile {
  /** DER Name. */
  readonly name: Buffer;
  readonly generation: 1 | 2 | 3;
  readonly notBefore: string;
  readonly notAfter: string;
}

function digestOf(profile: CaProfile): Digest {
  return profile.generation === 1 ? 'sha1' : 'sha256';
}

/** The third generation adds digitalSignature, so that a CA may sign OCSP responses itself. */
function caKeyUsage(profile: CaProfile): Extension {
  return keyUsage(
    profile.generation === 3 ? ['digitalSignature', 'keyCertSign', 'cRLSign'] : ['keyCertSign', 'cRLSign'],
  );
}

/** A trust anchor. The first generation has no keyUsage, and its basicConstraints are not critical. */
export function selfSignedRoot(profile: CaProfile, keyPair: KeyPair): Certificate {
  const isFirst = profile.generation === 1;
  return signCertificate({
    serialNumber: randomSerialNumber(),
    digest: digestOf(profile),
    issuer: profile.name,
    notBefore: new Date(profile.notBefore),
    notAfter: new Date(profile.notAfter),
    subject: profile.name,
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [
      basicConstraints({ ca: true }, !isFirst),
      subjectKeyIdentifier(keyPair.keyIdentifier),
      ...(isFirst ? [] : [caKeyUsage(profile)]),
    ],
    signingKey: keyPair,
  });
}

/** A CA under a root: path length 0, class 3 policy, addresses of the root's CRL and certificate. */
export function subordinateCa(
  profile: CaProfile,
  keyPair: KeyPair,
  root: { readonly name: Buffer; readonly keyPair: KeyPair; readonly publication: Publication },
): Certificate {
  const { crls, caIssuers, ocsp } = root.publication;
  return signCertificate({
    serialNumber: randomSerialNumber(),
    digest: digestOf(profile),
    issuer: root.name,
    notBefore: new Date(profile.notBefore),
    notAfter: new Date(profile.notAfter),
    subject: profile.name,
    subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
    extensions: [
      authorityKeyIdentifier(root.keyPair.keyIdentifier),
      subjectKeyIdentifier(keyPair.keyIdentifier),
      caKeyUsage(profile),
      certificatePolicies([CLASS_3_POLICY]),
      basicConstraints({ ca: true, pathLength: 0 }),
      crlDistributionPoints(crls.map(({ address }) => address)),
      // Only the third generation publishes OCSP for its CAs.
      authorityInfoAccess({ caIssuers, ...(profile.generation === 3 && ocsp !== undefined ? { ocsp } : {}) }),
    ],
    signingKey: root.keyPair,
  });
}
