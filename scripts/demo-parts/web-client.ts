import { Agent, request } from 'node:https';

/** An answer, read whole. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What a browser would send along with a request. */
export interface WebRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * A browser's manners without a browser: one cookie jar with host-only cookies, no redirects followed by itself, every
 * name dialled at 127.0.0.1 with its own SNI and Host (the demo's names resolve in Chromium only).
 */
export interface WebClient {
  send(url: string, request?: WebRequest): Promise<WebAnswer>;
  /** A top-level navigation. */
  navigate(url: string): Promise<WebAnswer>;
  /** What a page's script does: same-origin, JSON. */
  postJson(url: string, value: unknown): Promise<WebAnswer>;
  /** What a form of a page does. */
  postForm(url: string, fields: Readonly<Record<string, string>>): Promise<WebAnswer>;
  /** Cookies of a host, by name. */
  cookies(host: string): ReadonlyMap<string, string>;
  /** The same browser, with the same cookies, sent to another address of this machine. */
  at(address: string): WebClient;
}

type Jar = Map<string, Map<string, string>>;

/** @param ca PEM of the authority that the gateway's server certificate is from */
export function createWebClient(ca: string | Buffer): WebClient {
  return openClient(new Agent({ ca, keepAlive: false }), new Map(), '127.0.0.1');
}

function openClient(agent: Agent, jar: Jar, address: string): WebClient {
  const jarOf = (host: string): Map<string, string> => {
    const held = jar.get(host) ?? new Map<string, string>();
    jar.set(host, held);
    return held;
  };

  async function send(url: string, { method = 'GET', headers = {}, body }: WebRequest = {}): Promise<WebAnswer> {
    const { hostname, host, port, pathname, search } = new URL(url);
    const cookie = [...jarOf(hostname)].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: address,
          servername: hostname,
          port: port === '' ? 443 : Number(port),
          method,
          path: `${pathname}${search}`,
          agent,
          headers: { host, ...(cookie === '' ? {} : { cookie }), ...headers },
        },
        incoming => {
          for (const line of incoming.headers['set-cookie'] ?? []) keepCookie(jarOf(hostname), line);
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return {
    send,
    navigate: url =>
      send(url, { headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html' } }),
    postJson: (url, value) =>
      send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          origin: new URL(url).origin,
          'sec-fetch-site': 'same-origin',
          'sec-fetch-mode': 'cors',
          'sec-fetch-dest': 'empty',
        },
        body: JSON.stringify(value),
      }),
    postForm: (url, fields) =>
      send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'text/html',
          origin: new URL(url).origin,
          'sec-fetch-site': 'same-origin',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': 'document',
        },
        body: new URLSearchParams(fields).toString(),
      }),
    cookies: host => jarOf(host),
    at: other => openClient(agent, jar, other),
  };
}

function keepCookie(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map(part => part.trim());
  const name = pair.slice(0, pair.indexOf('='));
  const value = pair.slice(pair.indexOf('=') + 1);
  const maxAge = attributes.find(attribute => /^max-age=/i.test(attribute))?.slice('max-age='.length);
  const expires = attributes.find(attribute => /^expires=/i.test(attribute))?.slice('expires='.length);
  const isOver =
    (maxAge !== undefined && Number(maxAge) <= 0) || (expires !== undefined && Date.parse(expires) <= Date.now());
  if (isOver) jar.delete(name);
  else jar.set(name, value);
}
