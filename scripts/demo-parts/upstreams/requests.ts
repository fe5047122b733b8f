import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gatewayIdentity, requireGatewayAssertion, type IdentifiedRequest } from '../../../src/verifier/verifier.ts';
import type { RunningSystem } from './demo-system.ts';
import { sendEvents } from './event-stream.ts';
import { homePage, notFoundPage, PAGE_SCRIPT, PAGE_STYLE, strangerPage } from './pages.ts';
import { identifyVisitor } from './visitor.ts';

/** One request on its way to its route. */
interface Visit {
  readonly running: RunningSystem;
  readonly request: IdentifiedRequest;
  readonly response: ServerResponse;
  /** This request's place in the order of all that reached the system. */
  readonly count: number;
}

type Answerable = Pick<Visit, 'request' | 'response'>;

interface Route {
  readonly methods: readonly string[] | 'any';
  readonly handle: (visit: Visit, query: URLSearchParams) => void | Promise<void>;
}

/** Strangers get `/echo`, which is there to show what arrived, whoever sent it, and the style of their refusal. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/echo', '/page.css']);

const ROUTES: Readonly<Record<string, Route>> = {
  '/': { methods: ['GET', 'HEAD'], handle: home },
  '/page.js': { methods: ['GET', 'HEAD'], handle: visit => send(visit, 200, 'text/javascript', PAGE_SCRIPT) },
  '/page.css': { methods: ['GET', 'HEAD'], handle: visit => send(visit, 200, 'text/css', PAGE_STYLE) },
  '/echo': { methods: 'any', handle: echo },
  '/events': { methods: ['GET'], handle: visit => sendEvents(visit.response) },
  '/ws': { methods: 'any', handle: upgradeRequired },
  '/upload': { methods: ['POST', 'PUT'], handle: upload },
  '/slow': { methods: 'any', handle: slow },
};

/** Ten minutes: longer than any proxy should wait for an answer. */
const SLOW_LIMIT_MS = 600_000;

export function createRequestHandler(running: RunningSystem): RequestListener {
  const guard = requireGatewayAssertion(running.verifier, ({ code }, request, response) =>
    sendPage({ request, response }, 401, strangerPage(running.system, code)),
  );
  return (request, response) => {
    const here: Visit = { running, request, response, count: running.count() };
    const go = (error?: unknown): void => {
      (error instanceof Error ? Promise.reject(error) : route(here)).catch((fault: unknown) => {
        // A request that is not complete was broken off by its sender; anything else is ours to know about.
        if (request.complete) console.error(`${running.system.id}: ${request.method ?? ''} failed`, fault);
        response.destroy();
      });
    };
    if (OPEN_PATHS.has(splitTarget(request)[0])) go();
    else guard(request, response, go);
  };
}

async function route(here: Visit): Promise<void> {
  const { running, request, response } = here;
  const [path, query] = splitTarget(request);
  const found = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (found === undefined) {
    sendPage(here, 404, notFoundPage(running.system));
    return;
  }
  if (found.methods !== 'any' && !found.methods.includes(request.method ?? '')) {
    response.setHeader('Allow', found.methods.join(', '));
    send(here, 405, 'text/plain', 'Method not allowed.\n');
    return;
  }
  await found.handle(here, new URLSearchParams(query));
}

function splitTarget({ url = '/' }: IncomingMessage): readonly [path: string, query: string] {
  const [path = '', query = ''] = url.split('?', 2);
  return [path, query];
}

function home(here: Visit): void {
  sendPage(here, 200, homePage(here.running.system, gatewayIdentity(here.request)));
}

/** What reached this system, as JSON. `headers` are pairs in the order and spelling of arrival. */
async function echo(here: Visit): Promise<void> {
  const { request, count, running } = here;
  // Before the body, which may take longer than an assertion lives.
  const assertion = await identifyVisitor(running.verifier, request);
  const { bytes, sha256 } = await digestBody(request);
  const { rawHeaders } = request;
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, n) => [rawHeaders[2 * n], rawHeaders[2 * n + 1]]);
  sendJson(here, 200, {
    system: running.system.id,
    method: request.method,
    target: request.url,
    httpVersion: request.httpVersion,
    headers,
    body: { bytes, sha256 },
    counter: count,
    assertion,
  });
}

async function upload(here: Visit): Promise<void> {
  sendJson(here, 200, await digestBody(here.request));
}

/** Length and SHA-256 (hex) of the body, which is never kept: uploads of any size pass. */
async function digestBody(request: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** The socket itself is in socket-echo.ts; what arrives here did not ask for one. */
function upgradeRequired(here: Visit): void {
  here.response.setHeader('Upgrade', 'websocket');
  send(here, 426, 'text/plain', 'This is a WebSocket.\n');
}

function slow(here: Visit, query: URLSearchParams): void {
  const text = query.get('ms') ?? '';
  const ms = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(ms <= SLOW_LIMIT_MS)) {
    sendJson(here, 400, { error: `ms is a whole number from 0 to ${SLOW_LIMIT_MS}` });
    return;
  }
  const timer = setTimeout(() => sendJson(here, 200, { ms }), ms);
  here.response.once('close', () => clearTimeout(timer));
}

function sendPage(here: Answerable, status: number, html: string): void {
  here.response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  send(here, status, 'text/html', html);
}

function sendJson(here: Visit, status: number, value: unknown): void {
  send(here, status, 'application/json', `${JSON.stringify(value, null, 2)}\n`);
}

function send({ request, response }: Answerable, status: number, type: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
