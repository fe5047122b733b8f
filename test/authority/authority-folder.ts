import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROFILES, publicationOf, type Authority, type AuthorityId } from './authority.ts';
import { parseCertificate, type IssuedCertificate } from './certificate.ts';
import type { CertificateAuthority, CertificateStatus } from './certificate-authority.ts';
import { REVOCATION_REASONS, type RevocationReason } from './extensions.ts';
import { keyPairOf } from './key-pair.ts';

/** `register.json`: the only file that changes after the first save. */
interface Register {
  readonly origin: string;
  readonly statuses: Readonly<Record<string, readonly SavedStatus[]>>;
}

interface SavedStatus {
  readonly serialNumber: string;
  readonly revokedAt?: string;
  readonly reason?: RevocationReason;
}

const ids = Object.keys(PROFILES) as AuthorityId[];

/**
 * Writes a whole authority: `<id>.pem`, `<id>.key`, the responders' and `register.json` last. Keys are 0600.
 * Each file is written beside its place and renamed, so that a kill leaves the old or the new one.
 */
export async function saveAuthority(folder: string, authority: Authority): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const id of ids) {
    const { certificate, keyPair, responder } = authority.cas[id];
    await saveIssued(folder, id, { certificate, keyPair });
    await saveIssued(folder, `${id}-ocsp`, responder);
  }
  await saveRegister(folder, authority);
}

/** Writes only what changes: the origin and the statuses of issued certificates. */
export async function saveRegister(folder: string, authority: Authority): Promise<void> {
  const statuses = Object.fromEntries(ids.map(id => [id, savedStatuses(authority.cas[id].statuses)]));
  const register: Register = { origin: authority.origin, statuses };
  await replaceFile(join(folder, 'register.json'), JSON.stringify(register), 0o644);
}

/** @returns `null` where no authority was saved completely (no register) */
export async function loadAuthority(folder: string): Promise<Authority | null> {
  const text = await readFile(join(folder, 'register.json'), 'utf8').catch(ifMissing);
  if (text === null) return null;
  const register = JSON.parse(text) as Register;
  const entries = await Promise.all(
    ids.map(async (id): Promise<readonly [AuthorityId, CertificateAuthority]> => {
      const { certificate, keyPair } = await loadIssued(folder, id);
      const responder = await loadIssued(folder, `${id}-ocsp`);
      const publication = publicationOf(id, register.origin);
      const statuses = loadedStatuses(register.statuses[id] ?? []);
      return [id, { id, keyPair, certificate, publication, responder, statuses }];
    }),
  );
  const cas = Object.fromEntries(entries) as Record<AuthorityId, CertificateAuthority>;
  return { origin: register.origin, cas };
}

export async function saveIssued(folder: string, name: string, issued: IssuedCertificate): Promise<void> {
  const key = issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  await replaceFile(join(folder, `${name}.key`), key.toString(), 0o600);
  await replaceFile(join(folder, `${name}.pem`), issued.certificate.pem, 0o644);
}

export async function loadIssued(folder: string, name: string): Promise<IssuedCertificate> {
  const [key, pem] = await Promise.all([
    readFile(join(folder, `${name}.key`), 'utf8'),
    readFile(join(folder, `${name}.pem`), 'utf8'),
  ]);
  return { certificate: parseCertificate(pem), keyPair: keyPairOf(createPrivateKey(key)) };
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, text, { mode });
  await rename(beside, path);
}

function savedStatuses(statuses: ReadonlyMap<string, CertificateStatus>): readonly SavedStatus[] {
  return Array.from(statuses, ([serialNumber, status]) => {
    if (status.status === 'good') return { serialNumber };
    const reason = status.reason === undefined ? {} : { reason: status.reason };
    return { serialNumber, revokedAt: status.revokedAt.toISOString(), ...reason };
  });
}

function loadedStatuses(saved: readonly SavedStatus[]): Map<string, CertificateStatus> {
  return new Map(
    saved.map(({ serialNumber, revokedAt, reason }): [string, CertificateStatus] => {
      if (revokedAt === undefined) return [serialNumber, { status: 'good' }];
      const known = reason !== undefined && reason in REVOCATION_REASONS ? { reason } : {};
      return [serialNumber, { status: 'revoked', revokedAt: new Date(revokedAt), ...known }];
    }),
  );
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
