import type { Response } from 'express';
import type { RequestOrigin } from '../flows/gateway-context.ts';
import type { PortalLocals } from './locals.ts';

/** Where a request came from, for records. */
export function originOf({ locals }: Pick<Response<unknown, PortalLocals>, 'locals'>): RequestOrigin {
  return { requestId: locals.requestId, clientAddress: locals.clientAddress };
}
