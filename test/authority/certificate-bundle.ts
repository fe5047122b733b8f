import type { Certificate } from './certificate.ts';
import { integer, objectIdentifier, sequence, setOf, tagged } from './der.ts';

/** A certs-only SignedData (RFC 5652 §5, RFC 5280 §4.2.2.1): what the CAs publish as `IssuedToThisCA.p7b`. */
export function encodeCertificateBundle(certificates: readonly Certificate[]): Buffer {
  const signedData = sequence(
    integer(1),
    setOf(),
    sequence(objectIdentifier('1.2.840.113549.1.7.1')),
    tagged(0, ...certificates.map(({ der }) => der).toSorted((a, b) => Buffer.compare(a, b))),
    setOf(),
  );
  return sequence(objectIdentifier('1.2.840.113549.1.7.2'), tagged(0, signedData));
}
