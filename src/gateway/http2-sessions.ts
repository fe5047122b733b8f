import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders, ServerSessionOptions } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { Http2Budget, type Http2Progress } from './http2-budget.ts';
import { Http2Request } from './http2-request.ts';
import { Http2Response } from './http2-response.ts';
import type { ListenerSettings } from './listener-settings.ts';

/** One request as it came on a stream. */
export interface StreamRequest {
  readonly socket: TLSSocket;
  /** Names and values in turn, with those that begin with a colon. */
  readonly rawFields: readonly string[];
  readonly endsWithHead: boolean;
  readonly request: Http2Request;
  readonly response: Http2Response;
}

interface Http2SessionsParts {
  readonly settings: ListenerSettings;
  readonly onRequest: (asked: StreamRequest) => void;
  /** A client's connection was ended for what it did on it. */
  readonly onAbuse: (socket: TLSSocket, why: string) => void;
}

/** What is remembered of a connection. */
interface Connection extends Http2Progress {
  readonly session: ServerHttp2Session;
  readonly socket: TLSSocket;
  readonly budget: Http2Budget;
  /** Seconds without a request under way. */
  idleS: number;
}

/** How often connections are looked over. */
const LOOK_MS = 1_000;

/** Content of one stream that has come before anybody reads it: a form whole, and 25 MB a second over 10 ms of line. */
const STREAM_WINDOW_BYTES = 262_144;

/** The connections on which HTTP/2 is spoken: side by side, each request for itself. */
export class Http2Sessions {
  readonly #parts: Http2SessionsParts;
  readonly #open = new Set<Connection>();
  readonly #looking: NodeJS.Timeout;
  #isEnding = false;

  constructor(parts: Http2SessionsParts) {
    this.#parts = parts;
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Begins to speak HTTP/2 on a connection whose handshake has agreed on it. */
  begin(socket: TLSSocket): void {
    const { settings } = this.#parts;
    const session: ServerHttp2Session = performServerHandshake(socket, sessionOptions(settings));
    const budget = new Http2Budget(performance.now());
    const connection: Connection = {
      session,
      socket,
      budget,
      requests: 0,
      openStreams: 0,
      contentBytes: 0,
      idleS: 0,
      get receivedBytes() {
        return socket.bytesRead;
      },
      get sentBytes() {
        return socket.bytesWritten;
      },
    };
    this.#open.add(connection);
    session.once('close', () => this.#open.delete(connection));
    // What a peer does wrong, or a line that breaks, ends its connection and is nobody's fault here.
    session.on('error', () => undefined);
    session.on('stream', (stream, headers: IncomingHttpHeaders, _flags: number, rawFields: string[]) => {
      this.#take(connection, stream, headers, rawFields);
    });
  }

  /** Tells clients to go elsewhere (GOAWAY): each connection closes with the last answer that is under way; new ones are told within a second. */
  announceEnd(): void {
    this.#isEnding = true;
    for (const { session } of this.#open) session.close();
  }

  /** Takes no more requests on any connection; each closes with its last answer. */
  close(): void {
    clearInterval(this.#looking);
    this.announceEnd();
  }

  #take(connection: Connection, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawFields: string[]): void {
    connection.requests += 1;
    connection.openStreams += 1;
    connection.idleS = 0;
    stream.on('error', () => undefined);
    stream.once('close', () => {
      connection.openStreams -= 1;
      const isWhole = stream.writableFinished && stream.rstCode === constants.NGHTTP2_NO_ERROR;
      if (!isWhole && !connection.budget.takeCutShort(performance.now())) this.#punish(connection, 'streams cut short');
    });
    // Reset in the same breath: nothing has been done for it yet, and nothing is. What came before a GOAWAY of ours is answered.
    if (stream.destroyed || stream.closed) return;
    const request = new Http2Request(stream, headers, count => (connection.contentBytes += count));
    const takesTrailers = headers['te'] === 'trailers' && headers[':method'] !== 'HEAD';
    this.#parts.onRequest({
      socket: connection.socket,
      rawFields,
      endsWithHead: stream.endAfterHeaders,
      request,
      response: new Http2Response(stream, request, takesTrailers),
    });
  }

  #look(): void {
    const now = performance.now();
    for (const connection of this.#open) {
      const { session } = connection;
      connection.idleS = connection.openStreams > 0 ? 0 : connection.idleS + 1;
      const { keepAliveMs, requestHeadMs } = this.#parts.settings;
      const isToEnd = this.#isEnding && connection.requests > 0;
      if (isToEnd || connection.idleS * 1_000 > keepAliveMs) session.close();
      // With half a frame before it, the library would wait for the other half for ever.
      if (connection.idleS * 1_000 > keepAliveMs + requestHeadMs) session.destroy();
      if (connection.budget.isOverspent(connection, STREAM_WINDOW_BYTES, now)) this.#punish(connection, 'idle frames');
    }
  }

  #punish({ session, socket }: Connection, why: string): void {
    if (session.destroyed) return;
    this.#parts.onAbuse(socket, why);
    session.destroy(new Error(why), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}

function sessionOptions(settings: ListenerSettings): ServerSessionOptions {
  return {
    settings: {
      enablePush: false,
      // RFC 8441: not offered, so browsers open WebSockets on connections of HTTP/1.1, which all is built for.
      enableConnectProtocol: false,
      maxConcurrentStreams: settings.streamsPerConnection,
      // Only told to clients; readHttp2Head holds it. Counts 32 bytes more for each field (RFC 9113 section 6.5.2).
      maxHeaderListSize: settings.requestHeadBytes + 100 * 32,
      initialWindowSize: STREAM_WINDOW_BYTES,
    },
    // Cookies come one by one; of others than those readRequestHead takes a hundred.
    maxHeaderListPairs: 256,
    // Megabytes that one connection may take up here, beyond which its new streams are refused.
    maxSessionMemory: 10,
    // What a system says twice is passed on as by HTTP/1.1; our own fields are said once.
    strictSingleValueFields: false,
    // Of each kind a client's program may have a fault; a hundred are none.
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
  };
}
