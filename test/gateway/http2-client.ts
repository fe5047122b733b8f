import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { connect as dialTls, type TLSSocket } from 'node:tls';
import type { GatewayUnderTest } from './gateway-under-test.ts';

/** A connection of HTTP/2 to company's host, by Node's own client. */
export async function openHttp2(gateway: Pick<GatewayUnderTest, 'port' | 'ca'>): Promise<ClientHttp2Session> {
  const socket = await dialHttp2(gateway);
  const session = connect('https://company.gateway.test', { createConnection: () => socket });
  session.on('error', () => undefined);
  return session;
}

/** A TLS connection on which HTTP/2 has been agreed and nothing said. */
export function dialHttp2(
  gateway: Pick<GatewayUnderTest, 'port' | 'ca'>,
  servername = 'company.gateway.test',
): Promise<TLSSocket> {
  const { port, ca } = gateway;
  return new Promise((resolve, reject) => {
    const socket = dialTls({ port, host: '127.0.0.1', servername, ca, ALPNProtocols: ['h2', 'http/1.1'] }, () => {
      socket.off('error', reject).on('error', () => socket.destroy());
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

export interface StreamAnswer {
  /** 0: none came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Code of the stream's end; 0: whole. */
  readonly reset: number;
}

/** One request on a stream of its own. */
export async function askStream(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<StreamAnswer> {
  const stream = session.request(headers, { endStream: body === undefined });
  const answer = answerOn(stream);
  if (body !== undefined) stream.end(body);
  return answer;
}

/** The whole answer on a stream, however it ends. */
export function answerOn(stream: ClientHttp2Stream): Promise<StreamAnswer> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let headers: Readonly<Record<string, unknown>> = {};
    let trailers: Readonly<Record<string, unknown>> = {};
    stream.on('response', (received: IncomingHttpHeaders) => (headers = received));
    stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    stream.on('close', () => {
      const status = Number(headers[':status'] ?? 0);
      resolve({ status, headers, trailers, body: Buffer.concat(chunks).toString('utf8'), reset: stream.rstCode });
    });
  });
}
