import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { locationOf } from './log-in.ts';
import type { WebAnswer, WebClient } from './web-client.ts';

/**
 * Logs in by TLS client certificate, as a browser does: from the login page to the card host, through a handshake with
 * the certificate of the soft card, and back with a one-time code.
 *
 * @param card what the browser's store would hold; null: the browser shows no certificate
 * @returns the last answer: the portal's redirect to where the person goes next, or a page of refusal
 */
export async function logInByCertificate(
  client: WebClient,
  options: {
    readonly portal: string;
    readonly ca: string;
    readonly card: { readonly p12: string; readonly p12Password: string } | null;
    readonly trip?: string;
  },
): Promise<WebAnswer> {
  const begun = await client.postForm(
    `${options.portal}/login/tls`,
    options.trip === undefined ? {} : { trip: options.trip },
  );
  if (begun.status !== 303) return begun;
  const shown = await showCertificate(locationOf(begun), options);
  return shown.status === 303 ? client.navigate(locationOf(shown)) : shown;
}

/** One request to the card host over a handshake of its own. */
export function showCertificate(
  url: string,
  {
    ca,
    card,
  }: {
    readonly ca: string;
    readonly card: { readonly p12: string; readonly p12Password: string } | null;
  },
): Promise<WebAnswer> {
  const { hostname, host, port, pathname, search } = new URL(url);
  const agent = new Agent({
    ca: readFileSync(ca),
    keepAlive: false,
    maxCachedSessions: 0,
    ...(card === null ? {} : { pfx: readFileSync(card.p12), passphrase: card.p12Password }),
  });
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        servername: hostname,
        port: Number(port),
        path: `${pathname}${search}`,
        agent,
        headers: { host, accept: 'text/html' },
      },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
