import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Where a listener's certificate chain and key lie, PEM. */
export interface ServerCertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate chain and its key, PEM, as TLS takes them. */
export interface ServerCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The listeners' certificates as they were checked. */
export interface ServerCertificates {
  readonly public: ServerCertificate;
  readonly card: ServerCertificate | undefined;
}

/** Whose certificates they are. */
export interface CertifiedHosts {
  readonly tls: ServerCertificateFiles;
  /** Hosts of the public listener. */
  readonly hosts: readonly string[];
  readonly card: { readonly host: string; readonly tls: ServerCertificateFiles } | undefined;
}

/**
 * Reads the certificates of both listeners and judges them together: each key belongs to its certificate, each certificate
 * names its hosts, and the card host is a host of its own to browsers. A certificate that names hosts of both listeners
 * lets a browser send the requests of one over a connection of the other, on which no card was asked for (RFC 9110
 * section 7.4).
 *
 * @returns what was read, so that nothing else comes into use; or every problem, with its key
 */
export function readServerCertificates({
  tls,
  hosts,
  card,
}: CertifiedHosts):
  | { readonly ok: true; readonly certificates: ServerCertificates }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const shared = readOne('tls', tls);
  const own = card && readOne('card.tls', card.tls);
  const problems = [...shared.problems, ...(own?.problems ?? [])];
  if (shared.read === undefined || problems.length > 0) return { ok: false, problems };

  const { pair, x509: sharedX509 } = shared.read;
  const missing = hosts.filter(host => !covers(sharedX509, host));
  if (missing.length > 0) problems.push(`tls.certificate: does not name ${missing.join(', ')}`);
  if (card !== undefined && own?.read !== undefined) {
    const { x509 } = own.read;
    const others = hosts.filter(host => covers(x509, host));
    if (!covers(x509, card.host)) problems.push(`card.tls.certificate: does not name ${card.host}`);
    if (others.length > 0)
      problems.push(`card.tls.certificate: must name the card host alone, and not also ${others.join(', ')}`);
    if (covers(sharedX509, card.host))
      problems.push(
        `tls.certificate: must not name ${card.host}; browsers would go there without the card being asked for`,
      );
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, certificates: { public: pair, card: own?.read?.pair } };
}

interface Reading {
  readonly read: { readonly pair: ServerCertificate; readonly x509: X509Certificate } | undefined;
  readonly problems: readonly string[];
}

/** @param at the keys' path in the configuration */
function readOne(at: string, files: ServerCertificateFiles): Reading {
  const cert = attempt(`${at}.certificate: cannot be read`, () => {
    const pem = readFileSync(files.certificate);
    return { pem, x509: new X509Certificate(pem) };
  });
  const key = attempt(`${at}.key: cannot be read`, () => {
    const pem = readFileSync(files.key);
    return { pem, private: createPrivateKey(pem) };
  });
  if (!cert.ok || !key.ok) {
    return { read: undefined, problems: [cert, key].flatMap(part => (part.ok ? [] : [part.problem])) };
  }
  if (!cert.value.x509.checkPrivateKey(key.value.private)) {
    return { read: undefined, problems: [`${at}.key: does not belong to ${at}.certificate`] };
  }
  const pair = { cert: cert.value.pem, key: key.value.pem };
  // Too short a key, a broken chain behind the first certificate: what TLS itself would stumble over.
  const use = attempt(`${at}: cannot be used for TLS`, () => createSecureContext(pair));
  return use.ok
    ? { read: { pair, x509: cert.value.x509 }, problems: [] }
    : { read: undefined, problems: [use.problem] };
}

function attempt<T>(
  problem: string,
  work: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    // Node's words for it; of what is in a key they tell nothing.
    return { ok: false, problem: `${problem} (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** As browsers match: alternative names only, wildcards for one label. */
function covers(certificate: X509Certificate, host: string): boolean {
  return certificate.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
}
