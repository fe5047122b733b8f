import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Certificate } from '../../pki/certificate.ts';
import type { CrlFailure } from '../../pki/failures.ts';
import { decodePemBlocks } from '../../pki/pem.ts';
import { parseCrl, type UnverifiedCrl } from '../../pki/revocation/crl.ts';
import { SealOpening, sealCrl, type SealedCrl, type UnsealedCrl } from '../../pki/revocation/sealed-crl.ts';
import { restoreCrl, verifyCrl, type TrustedCrl } from '../../pki/revocation/trusted-crl.ts';
import { readCrlIndex, writeCrlIndex } from './crl-index-file.ts';
import { CRL_FILE_LIMIT_BYTES } from './fetch-crl.ts';
import type { CrlReading, CrlReadRequest } from './crl-messages.ts';

/** MOICA publishes 32 partitions of one list; a file with more CRLs than twice that is something else. */
const MAX_CRLS_IN_A_FILE = 64;

/**
 * Reads a file of CRLs: from the saved index if that was made from this very file, else by parsing and verifying it,
 * and then it writes a new index. Computes for a second where a CRL has millions of entries: runs in a thread of its own.
 *
 * @throws on a fault of the disk
 */
export function readCrlFile(
  request: CrlReadRequest,
  signers: readonly Certificate[],
  sealingKey: Uint8Array,
): CrlReading {
  const saved = openSavedIndex(request.index, signers, sealingKey);
  const before = saved.map(each => each.sealed);
  const stat = statSync(request.file, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'refused', problem: 'has not been fetched yet', before };
  if (!stat.isFile() || stat.size > CRL_FILE_LIMIT_BYTES) return { kind: 'refused', problem: 'is no CRL file', before };
  const file = readFileSync(request.file);
  const sha256 = createHash('sha256').update(file).digest('hex');
  if (isIndexOf(sha256, saved)) {
    return { kind: 'read', crls: before, before: [], hasNewIndex: false, indexProblem: undefined };
  }

  const verified = verifyFile(file, signers);
  if (typeof verified === 'string') return { kind: 'refused', problem: verified, before };
  const crls = verified.map((crl, part) => sealCrl(crl, { sha256, part, parts: verified.length }, sealingKey));
  const indexProblem = saveIndex(request.newIndex, crls);
  return { kind: 'read', crls, before, hasNewIndex: indexProblem === undefined, indexProblem };
}

interface SavedCrl {
  readonly sealed: SealedCrl;
  readonly unsealed: UnsealedCrl;
}

/** The saved CRLs whose seals are right and whose signers are still trusted: all of them, or none. */
function openSavedIndex(path: string, signers: readonly Certificate[], sealingKey: Uint8Array): readonly SavedCrl[] {
  const opened: SavedCrl[] = [];
  for (const sealed of readCrlIndex(path) ?? []) {
    const verdict = new SealOpening(sealed, sealingKey).finish();
    if (!verdict.ok || !restoreCrl(verdict.unsealed, signers).ok) return [];
    opened.push({ sealed, unsealed: verdict.unsealed });
  }
  return opened;
}

/** Whether these are all the CRLs of the file with this digest, in its order. */
function isIndexOf(sha256: string, saved: readonly SavedCrl[]): boolean {
  const isPart = ({ unsealed }: SavedCrl, part: number): boolean => {
    const { source } = unsealed.content;
    return source.sha256 === sha256 && source.part === part && source.parts === saved.length;
  };
  return saved.length > 0 && saved.every(isPart);
}

/** The CRLs of a file, every one verified, or a sentence that says what is wrong. */
function verifyFile(file: Uint8Array, signers: readonly Certificate[]): readonly TrustedCrl[] | string {
  // A CRL begins with a SEQUENCE of more than 127 octets; text does not.
  const ders = file[0] === 0x30 && (file[1] ?? 0) > 0x7f ? [file] : decodePemBlocks(file, 'X509 CRL');
  if (ders === undefined || ders.length > MAX_CRLS_IN_A_FILE) return 'is not a CRL (neither DER nor PEM)';
  const verified: TrustedCrl[] = [];
  for (const der of ders) {
    const parsed = parseCrl(der);
    if (!parsed.ok) return `is not a CRL (${parsed.failure.reason})`;
    const verdict = verifyWithAny(parsed.crl, signers);
    if (typeof verdict === 'string') return `is not by a pinned certificate (${verdict})`;
    verified.push(verdict);
  }
  return verified;
}

/** One name, several keys: every certificate is tried, the one that the CRL names first, and the signature decides. */
function verifyWithAny(crl: UnverifiedCrl, signers: readonly Certificate[]): TrustedCrl | CrlFailure['code'] {
  const named = crl.header.authorityKeyIdentifier?.keyIdentifier;
  const hex = named === undefined ? undefined : Buffer.from(named).toString('hex');
  const isNamed = (certificate: Certificate): boolean => certificate.subjectKeyIdentifierHex === hex;
  let code: CrlFailure['code'] = 'crl-issuer-mismatch';
  for (const signer of [...signers.filter(isNamed), ...signers.filter(each => !isNamed(each))]) {
    const verdict = verifyCrl(crl, signer);
    if (verdict.ok) return verdict.crl;
    if (verdict.failure.code !== 'crl-issuer-mismatch') code = verdict.failure.code;
  }
  return code;
}

/** A CRL that is good is used though its index cannot be written: only the next start takes longer. */
function saveIndex(path: string, crls: readonly SealedCrl[]): string | undefined {
  try {
    writeCrlIndex(path, crls);
    return undefined;
  } catch (error) {
    return `its index cannot be saved (${String(error)})`;
  }
}
