import type { ServerResponse } from 'node:http';

/** Scripts only from our own files, nothing inline, nobody may frame us. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Headers = Readonly<Record<string, string>>;

export function sendHead(response: ServerResponse, status: number, type: string, more: Headers = {}): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...more,
  });
}

export function send(response: ServerResponse, status: number, type: string, body: string, more: Headers = {}): void {
  sendHead(response, status, type, { 'content-length': String(Buffer.byteLength(body)), ...more });
  response.end(body);
}

export function signalWhenGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
