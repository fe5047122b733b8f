import { refuse, type Refused, type TrustStoreFailure } from './failures.ts';

/** One file of the trust folder, as certs/manifest.json lists it. */
export interface TrustManifestEntry {
  /** A plain file name. */
  readonly file: string;
  readonly role: 'anchor' | 'intermediate';
  /** As `DistinguishedName.toString` writes it. */
  readonly subject: string;
  /** Subject key identifier, hex, lower case. */
  readonly keyIdentifier: string;
  /** SHA-256 of the DER, hex, lower case: of the certificate, not of the PEM text around it. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Where the bytes came from; for people. */
  readonly source: string;
}

/** What each field of an entry must look like. */
const FIELDS = {
  file: /^[A-Za-z0-9][A-Za-z0-9._-]*\.pem$/,
  role: /^(?:anchor|intermediate)$/,
  subject: /./u,
  keyIdentifier: /^(?:[0-9a-f]{2})+$/,
  sha256: /^[0-9a-f]{64}$/,
  notBefore: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  notAfter: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  source: /./u,
} as const;

/**
 * Reads `{"certificates": [entry…]}` strictly: every field present, nothing else, no file twice, at least one anchor.
 */
export function parseTrustManifest(
  manifest: unknown,
): { readonly ok: true; readonly entries: readonly TrustManifestEntry[] } | Refused<TrustStoreFailure> {
  if (!isRecord(manifest)) return malformed('not an object');
  const list: unknown = manifest['certificates'];
  if (Object.keys(manifest).join() !== 'certificates' || !Array.isArray(list)) {
    return malformed('expected the one key "certificates" with a list');
  }
  const entries: TrustManifestEntry[] = [];
  for (const [at, item] of list.entries()) {
    const entry = parseEntry(item);
    if (typeof entry === 'string') return malformed(`certificates[${at}]: ${entry}`);
    if (entries.some(each => each.file === entry.file)) return malformed(`certificates[${at}]: file listed twice`);
    entries.push(entry);
  }
  return entries.some(entry => entry.role === 'anchor') ? { ok: true, entries } : malformed('no anchor');
}

/** The entry, or what is wrong with it. */
function parseEntry(item: unknown): TrustManifestEntry | string {
  if (!isRecord(item)) return 'not an object';
  const unknownKey = Object.keys(item).find(key => !Object.hasOwn(FIELDS, key));
  if (unknownKey !== undefined) return `unknown key ${unknownKey}`;
  const text = (key: keyof typeof FIELDS): string | undefined => {
    const value = item[key];
    return typeof value === 'string' && FIELDS[key].test(value) ? value : undefined;
  };
  for (const key of [
    'file',
    'role',
    'subject',
    'keyIdentifier',
    'sha256',
    'notBefore',
    'notAfter',
    'source',
  ] as const) {
    if (text(key) === undefined) return `${key} missing or malformed`;
  }
  const notBefore = Date.parse(text('notBefore') ?? '');
  const notAfter = Date.parse(text('notAfter') ?? '');
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return 'no such date';
  return {
    file: text('file') ?? '',
    role: text('role') === 'anchor' ? 'anchor' : 'intermediate',
    subject: text('subject') ?? '',
    keyIdentifier: text('keyIdentifier') ?? '',
    sha256: text('sha256') ?? '',
    notBefore,
    notAfter,
    source: text('source') ?? '',
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(reason: string): Refused<TrustStoreFailure> {
  return refuse({ code: 'trust-manifest-malformed', reason });
}
