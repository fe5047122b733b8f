import { request } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { AgentProcess } from './agent-process.ts';
import { PAGE } from './agent-process.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Reply {
  readonly func?: string;
  readonly ret_code?: number;
  readonly last_error?: number;
  readonly signature?: string;
  readonly certb64?: string;
  readonly cardSN?: string;
  readonly message?: string;
  readonly message2?: string;
  readonly serverVersion?: string;
  readonly libraryDescription?: string;
  readonly slots?: readonly {
    readonly slotDescription: string;
    readonly token?:
      | string
      | {
          readonly serialNumber: string;
          readonly certs?: readonly {
            readonly label: string;
            readonly usage?: string;
            readonly certb64: string;
            readonly subjectDN: string;
            readonly notAfterT: number;
          }[];
        };
  }[];
}

/** One HTTP request with exactly these header fields; node:http, because fetch would not let us lie. */
export function send(
  port: number,
  options: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: OutgoingHttpHeaders;
    readonly body?: string;
    readonly host?: string;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { path, body = '', method = 'GET' } = options;
    const headers = { host: `localhost:${String(port)}`, ...options.headers };
    const outgoing = request(
      { host: options.host ?? '127.0.0.1', port, method, path, headers, agent: false },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.once('error', reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** The token of a freshly opened popup. */
export async function openPopup(agent: { readonly port: number }, path = '/popupForm'): Promise<string> {
  const page = await send(agent.port, { path });
  const token = /data-token="([^"]+)"/.exec(page.text)?.[1];
  if (token === undefined) throw new Error(`No token in ${page.text}`);
  return token;
}

/** The header fields of the popup's own request. */
export function popupHeaders(agent: { readonly port: number }, token: string, pageOrigin = PAGE) {
  return {
    origin: `http://localhost:${String(agent.port)}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    'popup-token': token,
    'page-origin': pageOrigin,
  };
}

/** What the popup does for a page of `pageOrigin`: one token, one request, one reply. */
export async function ask(agent: AgentProcess, path: string, message: unknown, pageOrigin = PAGE): Promise<Reply> {
  const headers = popupHeaders(agent, await openPopup(agent), pageOrigin);
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const body = new URLSearchParams({ tbsPackage: text }).toString();
  const answer = await send(agent.port, { method: 'POST', path, headers, body });
  return JSON.parse(answer.text) as Reply;
}

export const signMessage = (fields: Readonly<Record<string, unknown>> = {}) => ({
  func: 'MakeSignature',
  tbs: 'a-text-to-be-signed',
  tbsEncoding: 'NONE',
  hashAlgorithm: 'SHA256',
  signatureType: 'PKCS1',
  pin: '246810',
  ...fields,
});

export async function askToSign(
  agent: AgentProcess,
  fields: Readonly<Record<string, unknown>> = {},
  pageOrigin = PAGE,
): Promise<Reply> {
  return await ask(agent, '/sign', signMessage(fields), pageOrigin);
}

/** Sends a whole request and leaves without waiting for the answer, as a popup that is closed. */
export async function leaveAfterAsking(agent: AgentProcess, token: string, message: unknown): Promise<void> {
  const body = new URLSearchParams({ tbsPackage: JSON.stringify(message) }).toString();
  const outgoing = request({
    host: '127.0.0.1',
    port: agent.port,
    method: 'POST',
    path: '/sign',
    headers: { host: `localhost:${String(agent.port)}`, ...popupHeaders(agent, token) },
    agent: false,
  });
  outgoing.on('error', () => undefined);
  await new Promise<void>(resolve => outgoing.end(body, resolve));
  outgoing.destroy();
}
