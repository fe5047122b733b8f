import { parseCertificate, type Certificate } from './certificate.ts';
import { CertificatePool } from './certification-path/certificate-pool.ts';
import type { PathMaterial } from './certification-path/build.ts';
import { certificateSignatureFailure } from './certification-path/signature-memo.ts';
import { WorkBudget } from './certification-path/work-budget.ts';
import { refuse, type Refused, type TrustStoreFailure } from './failures.ts';
import { decodePem } from './pem.ts';
import { parseTrustManifest, type TrustManifestEntry } from './trust-manifest.ts';

/** Files that lie beside the certificates and are no certificates. */
const OTHER_FILES: ReadonlySet<string> = new Set(['manifest.json', 'README.md']);

let make: (anchors: readonly Certificate[], intermediates: readonly Certificate[]) => TrustStore;

/** The pinned certificates of the government PKI, each compared with the manifest. Only `loadTrustStore` makes one. */
export class TrustStore {
  readonly #material: PathMaterial;

  private constructor(anchors: readonly Certificate[], intermediates: readonly Certificate[]) {
    this.#material = { anchors: new CertificatePool(anchors), intermediates: new CertificatePool(intermediates) };
  }

  static {
    make = (anchors, intermediates) => new TrustStore(anchors, intermediates);
  }

  /** Self-signed roots; every path ends in one of them. */
  get anchors(): readonly Certificate[] {
    return this.#material.anchors.certificates;
  }
  /** The CAs that issue to card holders. Pinned, and still validated as part of every path. */
  get intermediates(): readonly Certificate[] {
    return this.#material.intermediates.certificates;
  }
  /** All of them, anchors first. */
  get certificates(): readonly Certificate[] {
    return [...this.anchors, ...this.intermediates];
  }
  get material(): PathMaterial {
    return this.#material;
  }

  /** The pinned certificate with this subject key identifier (hex, lower case). Generations share names, never keys. */
  findBySki(keyIdentifier: string): Certificate | undefined {
    return this.certificates.find(each => each.subjectKeyIdentifierHex === keyIdentifier);
  }
}

export type LoadedTrustStore = { readonly ok: true; readonly trustStore: TrustStore } | Refused<TrustStoreFailure>;

/**
 * Makes the trust store from its folder, or says which file keeps it from being trusted: missing, not listed, changed,
 * not a certificate, or holding a private key. Anchors must be self-signed CAs, intermediates CAs that an anchor of
 * this store signed. Dates are not judged: an expired anchor is a matter for the path, and for whoever watches expiry.
 *
 * @param manifest parsed manifest.json
 * @param files    name and content of every file in the folder; manifest.json and README.md may be among them
 */
export function loadTrustStore(manifest: unknown, files: ReadonlyMap<string, Uint8Array>): LoadedTrustStore {
  for (const [file, content] of files) {
    if (Buffer.from(content).includes('PRIVATE KEY')) return refuse({ code: 'trust-file-private-key', file });
  }
  const parsed = parseTrustManifest(manifest);
  if (!parsed.ok) return parsed;
  const listed = new Set(parsed.entries.map(entry => entry.file));
  const unlisted = [...files.keys()].find(file => !listed.has(file) && !OTHER_FILES.has(file));
  if (unlisted !== undefined) return refuse({ code: 'trust-file-unlisted', file: unlisted });

  const byRole: Record<TrustManifestEntry['role'], Certificate[]> = { anchor: [], intermediate: [] };
  for (const entry of parsed.entries) {
    const content = files.get(entry.file);
    if (content === undefined) return refuse({ code: 'trust-file-missing', file: entry.file });
    const loaded = loadCertificate(entry, content);
    if (!loaded.ok) return loaded;
    byRole[entry.role].push(loaded.certificate);
  }
  for (const [at, entry] of parsed.entries.filter(({ role }) => role === 'intermediate').entries()) {
    const certificate = byRole.intermediate[at];
    const isAnchored = byRole.anchor.some(anchor => certificate !== undefined && issued(anchor, certificate));
    if (!isAnchored) return refuse({ code: 'trust-file-changed', file: entry.file, part: 'role' });
  }
  return { ok: true, trustStore: make(byRole.anchor, byRole.intermediate) };
}

function loadCertificate(
  entry: TrustManifestEntry,
  content: Uint8Array,
): { readonly ok: true; readonly certificate: Certificate } | Refused<TrustStoreFailure> {
  const { file } = entry;
  const der = decodePem(content, 'CERTIFICATE');
  if (der === undefined) return refuse({ code: 'trust-file-malformed', file, reason: 'not-one-pem-certificate' });
  const parsed = parseCertificate(der);
  if (!parsed.ok) return refuse({ code: 'trust-file-malformed', file, reason: parsed.failure.reason });
  const { certificate } = parsed;
  const part = differingPart(entry, certificate);
  return part === undefined ? { ok: true, certificate } : refuse({ code: 'trust-file-changed', file, part });
}

/** The first thing about a certificate that is not as the manifest says. */
function differingPart(
  entry: TrustManifestEntry,
  certificate: Certificate,
): Extract<TrustStoreFailure, { code: 'trust-file-changed' }>['part'] | undefined {
  if (certificate.sha256 !== entry.sha256) return 'sha256';
  if (certificate.subject.toString() !== entry.subject) return 'subject';
  if (certificate.subjectKeyIdentifierHex !== entry.keyIdentifier) return 'keyIdentifier';
  const isSameValidity = certificate.notBefore === entry.notBefore && certificate.notAfter === entry.notAfter;
  if (!isSameValidity) return 'validity';
  const isCa = certificate.extensions.basicConstraints?.isCa === true;
  const fitsRole = (entry.role === 'anchor') === issued(certificate, certificate);
  return isCa && fitsRole ? undefined : 'role';
}

function issued(issuer: Certificate, certificate: Certificate): boolean {
  if (!certificate.issuer.equals(issuer.subject)) return false;
  return certificateSignatureFailure(certificate, issuer.publicKey, 'current', new WorkBudget()) === undefined;
}
