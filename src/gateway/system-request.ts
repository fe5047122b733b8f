import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BusinessSystem } from '../flows/ports.ts';
import type { RequestHead } from '../http-fields/request-head.ts';
import type { RequestTarget } from '../http-fields/request-target.ts';

/** A request to a business system's host that has been read and may be judged. */
export interface SystemRequest {
  readonly system: BusinessSystem;
  /** The system's host and port as browsers write them. */
  readonly authority: string;
  /** The gateway's own name for this request, never the client's. */
  readonly requestId: string;
  readonly clientAddress: string;
  readonly head: RequestHead;
  readonly target: RequestTarget;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Whether content was announced with the request. */
export function hasContent(head: RequestHead): boolean {
  return head.isChunked || (head.contentLength !== null && head.contentLength > 0);
}
