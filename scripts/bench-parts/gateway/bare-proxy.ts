// The floor: node:https and undici with nothing between them, streamed both ways, nobody asked who they are.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { Pool, type Dispatcher } from 'undici';
import { DEFAULT_LISTENER_SETTINGS } from '../../../src/gateway/listener-settings.ts';
import { httpOptions, tlsContextOptions } from '../../../src/gateway/tls-server-options.ts';
import { announce, portOf, readTask } from './program.ts';

const { upstream, tls } = readTask();
const pool = new Pool(upstream, { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const options = { ...tlsContextOptions(tls), ...httpOptions(DEFAULT_LISTENER_SETTINGS), requestTimeout: 0 };
const server = createServer(options, (request, response) => {
  const { method = 'GET', url: path = '/', headers } = request;
  const hasContent = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  pool.dispatch(
    { method: method, path, headers: endToEnd(headers), body: hasContent ? request : null },
    new PassBack(response),
  );
});
server.listen(0, '127.0.0.1', () => announce({ port: portOf(server.address()), cookie: '' }));

class PassBack implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {
    // undici takes a handler for one of its older kind without this.
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#response.writeHead(status, endToEnd(headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'keep-alive': _keep, 'transfer-encoding': _coding, ...others } = headers;
  return others;
}
