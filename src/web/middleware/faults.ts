import type { ErrorRequestHandler } from 'express';
import type { AddressRules } from '../access.ts';
import { BusyFault } from '../../flows/ports/passwords.ts';
import { StoreFault } from '../../flows/ports/store-fault.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler, PortalLocals } from '../locals.ts';
import type { Portal } from '../portal.ts';
import type { FailureCode } from '../problem.ts';

/** The last route: there is nothing at this address. */
export function nothingHere(portal: Portal): PortalHandler {
  return (request, response) => answerFailure(portal, request, response, { code: 'not-found' });
}

/** For the methods that an address does not have; HEAD goes with GET, unless that spends something. */
export function methodNotAllowed(portal: Portal, rules: AddressRules): PortalHandler {
  const { get, post } = rules;
  const reading = get === undefined ? [] : get.spends === true ? ['GET'] : ['GET', 'HEAD'];
  const allowed = [...reading, ...(post === undefined ? [] : ['POST'])];
  return (request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    answerFailure(portal, request, response, { code: 'method-not-allowed' });
  };
}

/**
 * The edge: a body that cannot be read is the sender's, everything else is ours. Ours is logged, once and here, and
 * the answer says nothing of it; nothing has been given. A store that cannot be asked is a 503: it comes back by itself.
 */
export function answerFaults(
  portal: Portal,
): ErrorRequestHandler<Record<string, string>, unknown, unknown, Record<string, unknown>, PortalLocals> {
  return (error: unknown, request, response, next) => {
    const code = codeOf(error);
    if (code === undefined || code === 'unavailable') {
      portal.log.error({ err: error, requestId: response.locals.requestId, path: request.path }, 'A request failed');
    }
    // Too late for an answer: Express closes the connection, so that half an answer is not taken for a whole one.
    if (response.headersSent) {
      next(error);
      return;
    }
    // The answer would save the browser's session, and fail at it again behind its own back.
    if (code === 'unavailable') Reflect.deleteProperty(request, 'session');
    answerFailure(portal, request, response, { code: code ?? 'internal-fault' });
  };
}

function codeOf(error: unknown) {
  if (error instanceof BusyFault) return 'busy';
  return isStoreFault(error) ? 'unavailable' : codeOfParserError(error);
}

/** Also where somebody has wrapped it on the way. */
function isStoreFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof StoreFault || isStoreFault(error.cause);
}

/** What Express and its body parsers throw for bad input, by their status; undefined for anything else. */
function codeOfParserError(error: unknown): Extract<FailureCode, 'request-malformed' | 'body-too-large'> | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status === 413) return 'body-too-large';
  return error.status >= 400 && error.status < 500 ? 'request-malformed' : undefined;
}
