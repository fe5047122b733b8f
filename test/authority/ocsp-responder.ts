import {
  randomSerialNumber,
  signCertificate,
  type CertificateTemplate,
  type IssuedCertificate,
} from './certificate.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { authorityKeyIdentifier, extendedKeyUsage, keyUsage, ocspNoCheck, subjectKeyIdentifier } from './extensions.ts';
import { generateRsaKeyPair } from './key-pair.ts';
import { organizationName } from './names.ts';

/** id-kp-OCSPSigning (RFC 6960 §4.2.2.2). */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

/** Wide, so that it holds at whatever time a test judges. */
const RESPONDER_TERM = { notBefore: new Date('2014-01-03T00:00:00Z'), notAfter: new Date('2033-01-01T15:59:59Z') };

/**
 * Issues a delegated OCSP responder: id-kp-OCSPSigning, digitalSignature, id-pkix-ocsp-nocheck.
 *
 * @param change makes a defective one, for example without the extended key usage
 */
export async function issueOcspResponder(
  issuer: Pick<CertificateAuthority, 'certificate' | 'keyPair'>,
  change: (template: CertificateTemplate) => CertificateTemplate = template => template,
): Promise<IssuedCertificate> {
  const keyPair = await generateRsaKeyPair();
  const certificate = signCertificate(
    change({
      serialNumber: randomSerialNumber(),
      digest: 'sha256',
      issuer: issuer.certificate.subject,
      ...RESPONDER_TERM,
      subject: organizationName('OCSP Responder'),
      subjectPublicKeyInfo: keyPair.subjectPublicKeyInfo,
      extensions: [
        authorityKeyIdentifier(issuer.keyPair.keyIdentifier),
        subjectKeyIdentifier(keyPair.keyIdentifier),
        keyUsage(['digitalSignature']),
        extendedKeyUsage([OCSP_SIGNING]),
        ocspNoCheck(),
      ],
      signingKey: issuer.keyPair,
    }),
  );
  return { certificate, keyPair };
}
