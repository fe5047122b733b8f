import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, type Authority } from '../../test/authority/authority.ts';
import { loadAuthority, loadIssued, saveAuthority, saveIssued } from '../../test/authority/authority-folder.ts';
import { PINNED, trustFilesOf } from '../../test/authority/trust-files.ts';
import { createTlsAuthority, issueServerCertificate } from '../../test/authority/tls-authority.ts';
import { issueDemoCard } from './cards.ts';
import { replaceFile, type DemoFolder } from './demo-folder.ts';
import { DEMO_BASE } from './gateway-configuration.ts';
import { DEMO_PEOPLE } from './people.ts';
import type { SeededCard } from './seed.ts';

/** Everything that the demo's certificates are from, made once and found again. */
export interface OpenedAuthority {
  readonly authority: Authority;
  /** By login name. */
  readonly cards: ReadonlyMap<string, SeededCard>;
  /** PEM, and the file it lies in. */
  readonly tlsCertificate: string;
  readonly tlsCertificateFile: string;
  readonly rootFiles: readonly string[];
  readonly issuerFiles: readonly string[];
}

/** Makes or finds the demo's PKI, cards, trust folder and TLS certificate. Keys stay in the demo's folder. */
export async function openDemoAuthority(
  folder: DemoFolder,
  options: { readonly pkiOrigin: string; readonly hosts: readonly string[]; readonly now: Date },
): Promise<OpenedAuthority> {
  let authority = await loadAuthority(folder.authority);
  if (authority === null) {
    authority = await createAuthority({ origin: options.pkiOrigin });
    await saveAuthority(folder.authority, authority);
  }
  const cards = new Map<string, SeededCard>();
  for (const person of DEMO_PEOPLE) {
    const card = await issueDemoCard(person, {
      authority,
      authorityFolder: folder.authority,
      folder: folder.cards,
      now: options.now,
    });
    const issuerKeyIdentifier = authority.cas[person.card.issuer].keyPair.keyIdentifier.toString('hex');
    cards.set(person.account, { ...card, issuerKeyIdentifier });
  }
  writeTrustFolder(folder, authority);
  const { hosts, now } = options;
  // Two certificates: one that named hosts of both listeners would let a browser come without its card being asked for.
  const tlsCertificate = await provideServerCertificates(folder, { server: hosts, card: [`card.${DEMO_BASE}`] }, now);
  const filesOf = (role: 'anchor' | 'intermediate'): string[] =>
    PINNED.filter(entry => entry.role === role).map(({ id }) => join(folder.trust, `${id}.pem`));
  return {
    authority,
    cards,
    tlsCertificate,
    tlsCertificateFile: join(folder.tls, 'ca.pem'),
    rootFiles: filesOf('anchor'),
    issuerFiles: filesOf('intermediate'),
  };
}

function writeTrustFolder(folder: DemoFolder, authority: Authority): void {
  // a file beside the pinned ones, such as one that a kill left half-written, would be refused at the start
  for (const name of readdirSync(folder.trust)) rmSync(join(folder.trust, name));
  const { manifest, files } = trustFilesOf(authority);
  for (const [name, pem] of files) replaceFile(join(folder.trust, name), pem);
  replaceFile(join(folder.trust, 'manifest.json'), JSON.stringify(manifest, null, 2));
}

/** @param hostsOf the hosts that each certificate names, by its file's name */
async function provideServerCertificates(
  folder: DemoFolder,
  hostsOf: Readonly<Record<'server' | 'card', readonly string[]>>,
  now: Date,
): Promise<string> {
  const isMade = existsSync(join(folder.tls, 'ca.pem'));
  const tlsAuthority = isMade ? await loadIssued(folder.tls, 'ca') : await createTlsAuthority(now);
  if (!isMade) await saveIssued(folder.tls, 'ca', tlsAuthority);
  for (const [name, hosts] of Object.entries(hostsOf)) {
    const [first, ...others] = hosts;
    if (first === undefined) throw new Error('A server certificate names at least one host.');
    if (isMade && isFresh(join(folder.tls, `${name}.pem`), hosts, now)) continue;
    await saveIssued(folder.tls, name, await issueServerCertificate(tlsAuthority, [first, ...others], now));
  }
  return tlsAuthority.certificate.pem;
}

function isFresh(file: string, hosts: readonly string[], now: Date): boolean {
  if (!existsSync(file)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const inAWeek = now.getTime() + 7 * 86_400_000;
  return Date.parse(certificate.validTo) > inAWeek && hosts.every(host => certificate.checkHost(host) !== undefined);
}
