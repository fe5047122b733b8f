import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Authority, AuthorityId } from '../../test/authority/authority.ts';
import { reinstate, revoke, type CertificateAuthority } from '../../test/authority/certificate-authority.ts';
import { encodeCertificateBundle } from '../../test/authority/certificate-bundle.ts';
import type { RevocationReason } from '../../test/authority/extensions.ts';
import { parseOcspRequest } from '../../test/authority/ocsp-request.ts';
import { answerOcspRequest, ocspError } from '../../test/authority/ocsp-response.ts';
import { createCrlShelf, type CrlShelf } from './crl-shelf.ts';
import { listen, stopListening } from './listener.ts';

export interface PkiServices {
  readonly origin: string;
  /** Complete CRLs of all CAs, under this origin. */
  readonly crlUrls: Readonly<Record<AuthorityId, string>>;
  readonly ocspUrl: string;
  /** Revokes now: the next CRL fetched and the next OCSP answer say so. The caller saves the authority. */
  revoke(id: AuthorityId, serialNumber: string, reason?: RevocationReason): void;
  /** Lifts a revocation (復用 after a suspension). */
  reinstate(id: AuthorityId, serialNumber: string): void;
  close(): Promise<void>;
}

/** One CertID and a nonce are under 200 bytes; this admits the longest list that a client may send. */
const OCSP_REQUEST_LIMIT_BYTES = 65_536;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly allow?: string;
}

/**
 * Serves over HTTP what the CAs publish: CRLs (RFC 5280), CA certificates, and OCSP by POST and GET (RFC 6960
 * Appendix A), from the authority's state at the moment of asking. Paths are those of the addresses in certificates.
 *
 * @param options.port 0 takes a free one; a busy one rejects with `EADDRINUSE`
 * @param options.now the CAs' clock
 */
export async function startPkiServices(options: {
  readonly authority: Authority;
  readonly host: string;
  readonly port: number;
  readonly now?: () => Date;
}): Promise<PkiServices> {
  const now = options.now ?? (() => new Date());
  const { cas } = options.authority;
  const shelf = createCrlShelf(now);
  const publications = new Map(Object.values(cas).flatMap(authority => publicationsOf(authority, shelf)));

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    if (path === '/OCSP' || path.startsWith('/OCSP/')) return answerOcsp(request, path, Object.values(cas), now());
    const publication = publications.get(path);
    if (publication === undefined) return text(404, 'Not published here.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, HEAD');
    return publication();
  };
  const server = createServer((request, response) => {
    answer(request).then(
      given => send(request, response, given),
      () => response.destroy(), // the client went away or sent too much; there is nobody to tell
    );
  });
  const origin = `http://${options.host}:${await listen(server, options.host, options.port)}`;
  const completeCrl = ({ publication }: CertificateAuthority): string => {
    const complete = publication.crls.find(({ scope }) => scope === 'complete');
    return `${origin}${pathOf(complete?.address ?? origin)}`;
  };
  return {
    origin,
    crlUrls: mapValues(cas, completeCrl),
    ocspUrl: `${origin}/OCSP`,
    revoke(id, serialNumber, reason) {
      revoke(cas[id], serialNumber, { at: now(), ...(reason === undefined ? {} : { reason }) });
      shelf.withdraw(cas[id]);
    },
    reinstate(id, serialNumber) {
      reinstate(cas[id], serialNumber);
      shelf.withdraw(cas[id]);
    },
    close: () => stopListening(server),
  };
}

function publicationsOf(authority: CertificateAuthority, shelf: CrlShelf): [string, () => Answer][] {
  const { crls, caIssuers } = authority.publication;
  const lists = crls.map(({ address, scope }): [string, () => Answer] => [
    pathOf(address),
    () => ok('application/pkix-crl', shelf.current(authority, scope === 'partition' ? address : null)),
  ]);
  const { certificate } = authority;
  const issuers = caIssuers.endsWith('.p7b')
    ? ok('application/x-pkcs7-certificates', encodeCertificateBundle([certificate]))
    : ok('application/pkix-cert', certificate.der);
  return [...lists, [pathOf(caIssuers), () => issuers]];
}

async function answerOcsp(
  request: IncomingMessage,
  path: string,
  authorities: readonly CertificateAuthority[],
  now: Date,
): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'POST') return notAllowed('GET, POST');
  const der = request.method === 'POST' ? await readBody(request) : bytesInPath(path);
  const parsed = parseOcspRequest(der);
  const response = parsed === null ? ocspError('malformedRequest') : answerOcspRequest(parsed, authorities, { now });
  return ok('application/ocsp-response', response);
}

/** `/OCSP/{url-encoding of base64 of the request}`; percent signs that stand for nothing spoil the base64 only. */
function bytesInPath(path: string): Buffer {
  const base64 = path
    .slice('/OCSP/'.length)
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(base64, 'base64');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > OCSP_REQUEST_LIMIT_BYTES) throw new Error('The OCSP request is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, allow }: Answer): void {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const isKnown = status === 200 && request.method !== 'POST' && request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : status, {
    ...(isKnown ? {} : { 'Content-Type': type, 'Content-Length': body.length }),
    ...(status === 200 ? { ETag: etag } : {}),
    ...(allow === undefined ? {} : { Allow: allow }),
  });
  response.end(isKnown || request.method === 'HEAD' ? undefined : body);
}

function ok(type: string, body: Buffer): Answer {
  return { status: 200, type, body };
}

function text(status: number, message: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: Buffer.from(`${message}\n`) };
}

function notAllowed(allow: string): Answer {
  return { ...text(405, 'Method not allowed.'), allow };
}

function pathOf(address: string): string {
  return new URL(address).pathname;
}

function mapValues<K extends string, V, W>(record: Readonly<Record<K, V>>, map: (value: V) => W): Record<K, W> {
  const entries = Object.entries<V>(record).map(([key, value]) => [key, map(value)] as const);
  return Object.fromEntries(entries) as Record<K, W>;
}
