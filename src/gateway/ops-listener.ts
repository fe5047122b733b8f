import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayLog } from './gateway-log.ts';
import { answerExpectations, closeAtOnce, listenOn } from './listening.ts';

/** Says by throwing that something the gateway needs is not there. */
export type ReadinessCheck = () => Promise<void>;

/** A check that takes longer has failed; balancers ask every few seconds. */
const CHECK_DEADLINE_MS = 2_000;

export interface OpsListener {
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  close(): Promise<void>;
}

/**
 * The listener for those who run the gateway: plain HTTP, meant for loopback.
 *
 * `/metrics` answers with the figures of this node in Prometheus' text format.
 * `/livez` answers 200 while the process turns; `/readyz` answers 200 when every check passes, else 503, with the
 * outcome of each check by name as JSON, and the facts of `facts` beside them. Why one failed is in the log, not in
 * the answer.
 */
export function createOpsListener(options: {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** Public facts that tell what is about to fail. */
  readonly facts?: () => object;
  /** What `/metrics` answers. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly log: GatewayLog;
}): OpsListener {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const send = (status: number, body: string, contentType: string): void => {
      response.writeHead(status, {
        'Content-Type': contentType,
        'Cache-Control': 'no-store',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    };
    const path = (request.url ?? '').split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') send(405, '', 'text/plain');
    else if (path === '/livez') send(200, 'alive\n', 'text/plain');
    else if (path === '/readyz') {
      void runChecks(options.checks, options.log).then(checks => {
        const isReady = Object.values(checks).every(outcome => outcome === 'ok');
        send(isReady ? 200 : 503, JSON.stringify({ ready: isReady, checks, ...options.facts?.() }), 'application/json');
      });
    } else if (path === '/metrics' && options.metrics !== undefined) {
      options.metrics().then(
        ({ contentType, text }) => send(200, text, contentType),
        (err: unknown) => {
          options.log.error({ err }, 'The metrics could not be read.');
          send(500, '', 'text/plain');
        },
      );
    } else send(404, '', 'text/plain');
  });
  answerExpectations(server);
  return {
    listen: where => listenOn(server, where),
    close: () => closeAtOnce(server),
  };
}

async function runChecks(
  checks: Readonly<Record<string, ReadinessCheck>>,
  log: GatewayLog,
): Promise<Readonly<Record<string, 'ok' | 'failed'>>> {
  const outcomes = Object.entries(checks).map(async ([name, check]) => {
    try {
      await withinDeadline(check());
      return [name, 'ok'] as const;
    } catch (error) {
      log.error({ check: name, err: error }, 'A readiness check failed.');
      return [name, 'failed'] as const;
    }
  });
  return Object.fromEntries(await Promise.all(outcomes));
}

async function withinDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The check did not answer in time.')), CHECK_DEADLINE_MS);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
