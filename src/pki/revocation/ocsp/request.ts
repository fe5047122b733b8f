import { Integer, Null, OctetString } from 'asn1js';
import { AlgorithmIdentifier, CertID, Extension, OCSPRequest, Request, TBSRequest } from 'pkijs';
import type { Certificate } from '../../certificate.ts';
import { DIGEST, OCSP } from '../../object-identifiers.ts';
import { issuerHashes, type CertIdDigest } from './cert-id.ts';

/** RFC 9654 section 2.1: a client sends 32 octets; responders of RFC 8954 take up to 32. 16 resist guessing. */
const NONCE_OCTETS = { min: 16, max: 32 } as const;

/**
 * Builds an unsigned OCSP request about one certificate (RFC 6960 section 4.1.1), with a nonce (section 4.4.1).
 *
 * @param about.issuer the certificate whose key issued it
 * @param about.nonce  16 to 32 random octets
 * @returns DER
 */
export function composeOcspRequest(about: {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly digest: CertIdDigest;
  readonly nonce: Uint8Array;
}): Uint8Array {
  const { certificate, issuer, digest, nonce } = about;
  if (nonce.length < NONCE_OCTETS.min || nonce.length > NONCE_OCTETS.max) {
    throw new RangeError(`An OCSP nonce has 16 to 32 octets, not ${nonce.length}.`);
  }
  const { name, key } = issuerHashes(certificate, issuer, digest);
  const reqCert = new CertID({
    // NULL parameters: responders that compare CertIDs octet for octet expect them.
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: DIGEST[digest], algorithmParams: new Null() }),
    issuerNameHash: new OctetString({ valueHex: ownBuffer(name) }),
    issuerKeyHash: new OctetString({ valueHex: ownBuffer(key) }),
    serialNumber: new Integer({ valueHex: ownBuffer(certificate.serialNumber) }),
  });
  const extnValue = new OctetString({ valueHex: ownBuffer(nonce) }).toBER();
  const request = new OCSPRequest({
    tbsRequest: new TBSRequest({
      requestList: [new Request({ reqCert })],
      requestExtensions: [new Extension({ extnID: OCSP.nonce, critical: false, extnValue })],
    }),
  });
  return new Uint8Array(request.toSchema(true).toBER());
}

/** asn1js takes whole buffers, and a view may lie inside a larger one. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
