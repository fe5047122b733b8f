import type { IncomingMessage } from 'node:http';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import { clientAddressOf } from '../../http-fields/client-address.ts';
import { LANGUAGE_COOKIE, chooseLanguage, parseLanguage } from '../language.ts';
import type { PortalHandler } from '../locals.ts';

/** From which address a request comes; undefined where that cannot be told. */
export type AddressReader = (request: Pick<IncomingMessage, 'socket' | 'rawHeaders'>) => string | undefined;

/**
 * Gives the request its own name, and says where it comes from. A name that the client sent is not taken over: ours must
 * be unique in records.
 */
export function nameRequest(
  context: Pick<GatewayContext, 'randomness'>,
  addressOf: AddressReader = ({ socket }) => clientAddressOf(socket),
): PortalHandler {
  return (request, response, next) => {
    response.locals.requestId = context.randomness.uuid();
    response.locals.clientAddress = addressOf(request) ?? clientAddressOf({});
    response.setHeader('X-Request-Id', response.locals.requestId);
    next();
  };
}

/** Settles the language of the answer. */
export const settleLanguage: PortalHandler = (request, response, next) => {
  const chosen = parseLanguage(cookieValue(request.headers.cookie, LANGUAGE_COOKIE));
  response.locals.language = chooseLanguage(chosen, request.headers['accept-language']);
  response.setHeader('Vary', 'Cookie, Accept-Language');
  next();
};

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.split('=', 2);
    if (key?.trim() === name) return value?.trim();
  }
  return undefined;
}
