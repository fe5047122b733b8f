import { X509Certificate } from 'node:crypto';
import { PROFILES, type Authority, type AuthorityId } from './authority.ts';

/** What a gateway pins of an authority, as the product pins the real ones: both roots and both citizen CAs in use. */
export const PINNED = [
  { id: 'grca-g2', role: 'anchor' },
  { id: 'grca-g3', role: 'anchor' },
  { id: 'moica-g2', role: 'intermediate' },
  { id: 'moica-g3', role: 'intermediate' },
] as const satisfies readonly { id: AuthorityId; role: 'anchor' | 'intermediate' }[];

/** The files of a trust folder for this authority: PEM by name, and the value of its `manifest.json`. */
export function trustFilesOf(authority: Authority): {
  readonly manifest: unknown;
  readonly files: ReadonlyMap<string, Buffer>;
} {
  const certificates = PINNED.map(({ id, role }) => {
    const { keyPair, certificate } = authority.cas[id];
    const parsed = new X509Certificate(certificate.pem);
    return {
      file: `${id}.pem`,
      role,
      subject: parsed.subject.split('\n').join(', '),
      keyIdentifier: keyPair.keyIdentifier.toString('hex'),
      sha256: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
      notBefore: PROFILES[id].notBefore,
      notAfter: PROFILES[id].notAfter,
      source: 'generated for the demonstration; not a certificate of the government',
    };
  });
  const files = new Map(PINNED.map(({ id }) => [`${id}.pem`, Buffer.from(authority.cas[id].certificate.pem)]));
  return { manifest: { certificates }, files };
}
