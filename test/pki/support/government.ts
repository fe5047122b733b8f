import { createAuthority, type Authority, type AuthorityId } from '../../authority/authority.ts';
import { issueCrl } from '../../authority/crl.ts';
import { parseCrl } from '../../../src/pki/revocation/crl.ts';
import { verifyCrl, type TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { loadTrustStore, type TrustStore } from '../../../src/pki/trust-store.ts';
import { parsed } from './mint.ts';

const PINNED = ['grca-g2', 'grca-g3', 'moica-g2', 'moica-g3'] as const;

/** A test authority of the government's shape, with the four certificates pinned that the product pins. */
export interface Government {
  readonly authority: Authority;
  readonly manifest: { certificates: Record<string, string>[] };
  readonly files: Map<string, Uint8Array>;
  readonly trustStore: TrustStore;
}

export async function foundGovernment(): Promise<Government> {
  const authority = await createAuthority({ origin: 'http://pki.example.tw' });
  const files = new Map<string, Uint8Array>();
  const certificates = PINNED.map(id => {
    const { pem } = authority.cas[id].certificate;
    files.set(`${id}.pem`, Buffer.from(pem));
    return manifestEntry(authority, id);
  });
  const manifest = { certificates };
  const loaded = loadTrustStore(manifest, files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return { authority, manifest, files, trustStore: loaded.trustStore };
}

export function manifestEntry(authority: Authority, id: AuthorityId): Record<string, string> {
  const certificate = parsed(authority.cas[id].certificate.der);
  const instant = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  return {
    file: `${id}.pem`,
    role: id.startsWith('grca') ? 'anchor' : 'intermediate',
    subject: certificate.subject.toString(),
    keyIdentifier: certificate.subjectKeyIdentifierHex ?? '',
    sha256: certificate.sha256,
    notBefore: instant(certificate.notBefore),
    notAfter: instant(certificate.notAfter),
    source: 'test authority',
  };
}

/** Current CRLs of the pinned CAs (or of these), as they stand now in the authority. */
export function currentCrls({ authority }: Government, ids: readonly AuthorityId[] = PINNED): readonly TrustedCrl[] {
  return ids.map(id => {
    const ca = authority.cas[id];
    const read = parseCrl(issueCrl(ca, { thisUpdate: new Date('2026-05-31T20:00:00Z') }));
    if (!read.ok) throw new Error(read.failure.reason);
    const verdict = verifyCrl(read.crl, parsed(ca.certificate.der));
    if (!verdict.ok) throw new Error(verdict.failure.code);
    return verdict.crl;
  });
}
