import type { Request, Response } from 'express';
import type { RequestOrigin } from '../flows/gateway-context.ts';
import { clientAddressOf } from '../http-fields/client-address.ts';
import type { PortalLocals } from './locals.ts';

/** Where a request came from, for records. */
export function originOf(
  request: Pick<Request, 'socket'>,
  response: Pick<Response<unknown, PortalLocals>, 'locals'>,
): RequestOrigin {
  return { requestId: response.locals.requestId, clientAddress: clientAddressOf(request.socket) };
}
