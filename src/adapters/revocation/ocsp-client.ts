import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { composeOcspRequest } from '../../pki/revocation/ocsp/request.ts';
import type { CertIdDigest } from '../../pki/revocation/ocsp/cert-id.ts';
import { MAX_OCSP_RESPONSE_BYTES } from '../../pki/revocation/ocsp/response.ts';
import type { OpenStatus } from '../../pki/revocation/check-revocation.ts';
import { readOcspEvidence, type OcspEvidence } from '../../pki/revocation/status-from-ocsp.ts';
import { lookupPublicOnly, refusedHost } from './public-addresses.ts';

/** A person is waiting at the login page: what has not come by then is taken as not there. Counts for all questions. */
const DEADLINE_MS = 3_000;

/** A responder answers in a fraction of a second; more at once than this and it is the responder that is slow. */
const CONNECTIONS_PER_RESPONDER = 32;

export interface OcspClientOptions {
  /** `host` or `host:port` of responders that may be asked; none of another name ever is. */
  readonly hosts: readonly string[];
  readonly certIdHash: CertIdDigest;
  readonly allowPrivateAddresses: boolean;
  readonly onProblem: (url: string, problem: string) => void;
}

export interface OcspClient {
  /** Resolves within three seconds with the answers that came, unjudged; never rejects. */
  ask(open: readonly OpenStatus[]): Promise<readonly OcspEvidence[]>;
  close(): Promise<void>;
}

/**
 * Asks OCSP responders over HTTP (RFC 6960 appendix A.1: POST). The address is the one in the certificate
 * (authorityInformationAccess), as far as its host is configured; certificates come here only after they have chained to
 * an anchor. Follows no redirects.
 */
export function createOcspClient(options: OcspClientOptions): OcspClient {
  const { allowPrivateAddresses, certIdHash, onProblem } = options;
  const hosts = new Set(options.hosts);
  const agent = new Agent({
    connections: CONNECTIONS_PER_RESPONDER,
    connect: allowPrivateAddresses ? {} : { lookup: lookupPublicOnly },
  });

  const askOne = async ({ certificate, issuer }: OpenStatus, signal: AbortSignal): Promise<OcspEvidence[]> => {
    const addresses = certificate.extensions.authorityInformationAccess?.ocsp ?? [];
    const url = addresses.map(each => URL.parse(each)).find(each => each !== null && isAllowed(each, hosts));
    if (url === undefined || url === null) return [];
    try {
      const refused = allowPrivateAddresses ? undefined : refusedHost(url);
      if (refused !== undefined) throw new Error(refused);
      const nonce = randomBytes(32);
      const body = composeOcspRequest({ certificate, issuer, digest: certIdHash, nonce });
      return [readOcspEvidence(await post(url, body, agent, signal), nonce)];
    } catch (error) {
      onProblem(url.href, error instanceof Error ? error.message : String(error));
      return [];
    }
  };

  return {
    async ask(open) {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      return (await Promise.all(open.map(each => askOne(each, signal)))).flat();
    },
    close: () => agent.destroy(),
  };
}

/** http(s), a configured host and port, no credentials. */
function isAllowed(url: URL, hosts: ReadonlySet<string>): boolean {
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return isHttp && hosts.has(url.host) && url.username === '' && url.password === '';
}

async function post(url: URL, body: Uint8Array, dispatcher: Agent, signal: AbortSignal): Promise<Uint8Array> {
  const response = await request(url, {
    dispatcher,
    signal,
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
    body,
  });
  const contentType = String(response.headers['content-type']).split(';', 1)[0]?.trim().toLowerCase();
  if (response.statusCode !== 200 || contentType !== 'application/ocsp-response') {
    // An error page is read to its end, so that the connection can be kept; a long one is cut off.
    await response.body.dump({ limit: MAX_OCSP_RESPONSE_BYTES, signal });
    throw new Error(`answered with status ${response.statusCode}, ${contentType ?? ''}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_OCSP_RESPONSE_BYTES) throw new Error(`is larger than ${MAX_OCSP_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
