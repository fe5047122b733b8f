import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
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
  readonly request: ClientRequest;
  readonly response: ClientResponse;
}

/** The content of a request as it comes, of either version of HTTP (Node's `IncomingMessage` is one). It ends only where the client ended it. */
export interface ClientRequest extends Readable {
  /** Whether all of it has come. */
  readonly complete: boolean;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
}

/** Where the answer to a request is written, of either version of HTTP (Node's `ServerResponse` is one). */
export interface ClientResponse {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly destroyed: boolean;
  /** Whether all of it has been handed to the system's network. */
  readonly writableFinished: boolean;
  readonly writableEnded: boolean;
  /** Whether its length was left open, so that it may go on and trailers may follow. */
  readonly chunkedEncoding: boolean;
  /** The interim response that asks for the content (100). */
  writeContinue(): void;
  /** Any other interim response (102 to 199); Node before 24.18 cannot on HTTP/1.1. @param fields names and values in turn */
  writeInformation?(status: number, fields: readonly string[]): void;
  /** @param fields names and values in turn; of those that speak of the connection a version takes what it has */
  writeHead(status: number, fields: string[]): unknown;
  flushHeaders(): void;
  /** @returns false where the client is behind; `drain` says when it is not any more */
  write(chunk: string | Uint8Array): boolean;
  /** Trailers for the end. */
  addTrailers(trailers: readonly [string, string][]): void;
  end(chunk?: string | Uint8Array): unknown;
  /** Cuts it off, so that nobody takes it for whole. */
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
}

/** A client that asks to become a WebSocket. */
export interface UpgradingClient {
  readonly socket: Socket;
  /** Frees the socket from the response, to which it belongs until then. */
  release(): void;
}

/** Whether content was announced with the request. */
export function hasContent(head: RequestHead): boolean {
  return head.isChunked || (head.contentLength !== null && head.contentLength > 0);
}
