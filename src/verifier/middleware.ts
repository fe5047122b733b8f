import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AssertionRejected } from './assertion-rejected.ts';
import { readAssertionField } from './assertion-field.ts';
import type { AssertionVerifier, VerifiedIdentity } from './verified-identity.ts';

/** A request of Node or Express; {@link requireGatewayAssertion} sets the field on those that go on. */
export type IdentifiedRequest = IncomingMessage & { gatewayIdentity?: VerifiedIdentity };

/** Middleware of Express 4 and 5, and of whatever else calls `(request, response, next)` with Node's own objects. */
export type GatewayMiddleware = (
  request: IdentifiedRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Writes the answer to a request that is refused. */
export type AnswerRejected = (rejected: AssertionRejected, request: IncomingMessage, response: ServerResponse) => void;

/**
 * Middleware that lets only requests through that the gateway has sent: put it before everything else. It sets
 * `request.gatewayIdentity` (read it by {@link gatewayIdentity}); any other request ends here, with 401, or with 503 where
 * the portal's keys cannot be had. A request that the application has answered while the keys were fetched (a timeout, say)
 * ends there, whoever it is from.
 *
 * @param verifier       one for the whole process, of `createAssertionVerifier`
 * @param answerRejected what to answer instead of `application/problem+json`; `rejected.code` is safe to show and to log;
 *                       what it throws is told to `next`
 */
export function requireGatewayAssertion(
  verifier: AssertionVerifier,
  answerRejected: AnswerRejected = (rejected, _request, response) =>
    answerProblem(response, statusOf(rejected), rejected.code),
): GatewayMiddleware {
  return (request, response, next) => {
    // Whatever stood here was not the verifier's word.
    delete request.gatewayIdentity;
    const goOn = (identity: VerifiedIdentity): void => {
      request.gatewayIdentity = identity;
      next();
    };
    const refuse = (error: unknown): void => {
      if (!(error instanceof AssertionRejected)) {
        next(error);
        return;
      }
      try {
        answerRejected(error, request, response);
      } catch (fault) {
        next(fault);
      }
    };
    // What `next` throws is its caller's, as if nobody had waited: it must not be taken for a promise's, nor be told to `next` again.
    const settle = (step: () => void): void =>
      queueMicrotask(() => {
        if (!response.headersSent) step();
      });
    identify(verifier, request).then(
      identity => settle(() => goOn(identity)),
      (error: unknown) => settle(() => refuse(error)),
    );
  };
}

/**
 * Middleware that lets only people through who have one of the roles in this system; others get 403 `role-missing`.
 * Behind {@link requireGatewayAssertion}; without it every request ends in an error.
 */
export function requireRole(...roles: readonly [string, ...string[]]): GatewayMiddleware {
  return (request, response, next) => {
    let identity: VerifiedIdentity;
    try {
      identity = gatewayIdentity(request);
    } catch (error) {
      next(error);
      return;
    }
    if (roles.some(role => identity.roles.includes(role))) next();
    else answerProblem(response, 403, 'role-missing');
  };
}

/** Who a request is from. @throws where {@link requireGatewayAssertion} has not let it through: nobody is known then */
export function gatewayIdentity(request: IdentifiedRequest): VerifiedIdentity {
  if (request.gatewayIdentity === undefined) throw new Error('requireGatewayAssertion has not seen this request.');
  return request.gatewayIdentity;
}

/**
 * For a server's `upgrade` event: says who asks to become a WebSocket; undefined where nobody is believed to, and then the socket
 * has been answered (401, or 503) and closed. What the person may do later on this socket is what he might when it began.
 */
export async function verifyUpgrade(
  verifier: AssertionVerifier,
  request: IncomingMessage,
  socket: Duplex,
): Promise<VerifiedIdentity | undefined> {
  // The peer may go while the keys are fetched, and nobody else listens yet.
  const ignore = (): void => undefined;
  socket.on('error', ignore);
  try {
    return await identify(verifier, request);
  } catch (error) {
    if (!(error instanceof AssertionRejected)) {
      socket.destroy();
      throw error;
    }
    const status = statusOf(error);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      () => socket.destroy(),
    );
    return undefined;
  } finally {
    if (!socket.destroyed && !socket.writableEnded) socket.off('error', ignore);
  }
}

async function identify(verifier: AssertionVerifier, request: IncomingMessage): Promise<VerifiedIdentity> {
  return verifier.verify(readAssertionField(request.rawHeaders));
}

/** 503 says nothing about the request: try again. */
function statusOf({ code }: AssertionRejected): 401 | 503 {
  return code === 'keys-unavailable' ? 503 : 401;
}

function answerProblem(response: ServerResponse, status: number, code: string): void {
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code });
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}
