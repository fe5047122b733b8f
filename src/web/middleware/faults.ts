import type { ErrorRequestHandler } from 'express';
import type { AddressRules } from '../access.ts';
import { BusyFault } from '../../flows/ports/passwords.ts';
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
 * the answer says nothing of it; nothing has been given.
 */
export function answerFaults(
  portal: Portal,
): ErrorRequestHandler<Record<string, string>, unknown, unknown, Record<string, unknown>, PortalLocals> {
  return (error: unknown, request, response, next) => {
    const code = error instanceof BusyFault ? 'busy' : codeOfParserError(error);
    if (code === undefined) {
      portal.log.error({ err: error, requestId: response.locals.requestId, path: request.path }, 'A request failed');
    }
    // Too late for an answer: Express closes the connection, so that half an answer is not taken for a whole one.
    if (response.headersSent) {
      next(error);
      return;
    }
    answerFailure(portal, request, response, { code: code ?? 'internal-fault' });
  };
}

/** What Express and its body parsers throw for bad input, by their status; undefined for anything else. */
function codeOfParserError(error: unknown): Extract<FailureCode, 'request-malformed' | 'body-too-large'> | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status === 413) return 'body-too-large';
  return error.status >= 400 && error.status < 500 ? 'request-malformed' : undefined;
}
