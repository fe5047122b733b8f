import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as a business system received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A business system for tests: counts every connection and request that reaches it, and answers as it is told. */
export interface RecordingUpstream {
  readonly origin: string;
  readonly server: Server;
  readonly received: ReceivedRequest[];
  /** Connections opened to it so far. */
  connections: number;
  /** Answers requests instead of the default, which sends back what was received. */
  answer: RequestListener | undefined;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<RecordingUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    // Broken off by the gateway, it has not been received.
    if (upstream.answer === undefined) echo(upstream, request, response).catch(() => response.destroy());
    else upstream.answer(request, response);
  });
  server.on('connection', socket => {
    upstream.connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream: RecordingUpstream = {
    origin: `http://127.0.0.1:${port}`,
    server,
    received: [],
    connections: 0,
    answer: undefined,
    close: async () => {
      const closed = new Promise(resolve => void server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return upstream;
}

/** Reads a request to its end and keeps it. */
export async function receive(upstream: RecordingUpstream, request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const received = {
    method: request.method ?? '',
    target: request.url ?? '',
    rawHeaders: request.rawHeaders,
    body: Buffer.concat(chunks),
  };
  upstream.received.push(received);
  return received;
}

async function echo(upstream: RecordingUpstream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await receive(upstream, request);
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ...received, body: received.body.toString('latin1') }));
}

/** Values of a field, by exact lower-case name. */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
