import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DoubleScript {
  /** run in the popup as it loads; default: report ready */
  readonly onLoad?: string;
  /** run in the popup for every message of its opener, in `event`; `answer` is what `answerWith` made of it */
  readonly onMessage?: string;
}

const READY = `opener.postMessage('{"func":"getTbs"}', '*');`;

/** Stands where the real component stands and replays the messages it is told to. */
export class ComponentDouble {
  readonly #server: Server;
  readonly #received: string[] = [];
  #script: Required<DoubleScript> = { onLoad: READY, onMessage: '' };
  #answer: (request: string) => string = () => '';

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      if (request.method === 'POST') {
        let text = '';
        request.setEncoding('utf8').on('data', (part: string) => (text += part));
        request.once('end', () => {
          this.#received.push(text);
          response.end(this.#answer(text));
        });
        return;
      }
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(this.#page(request.url ?? ''));
    });
  }

  static async start(): Promise<ComponentDouble> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new ComponentDouble(server);
  }

  get origin(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The double does not listen.');
    return `http://localhost:${String(address.port)}`;
  }

  /** Forgets what it received and plays this from now on. */
  play(script: DoubleScript): void {
    this.#received.length = 0;
    this.#answer = () => '';
    this.#script = { onLoad: READY, onMessage: '', ...script };
  }

  /** Plays a popup that answers with this reply, as JSON text or as an object to be written as JSON. */
  reply(reply: string | object): void {
    const text = typeof reply === 'string' ? reply : JSON.stringify(reply);
    this.play({ onMessage: `opener.postMessage(${JSON.stringify(text)}, event.origin); close();` });
  }

  /** Plays a popup whose reply is made of each request when it comes, as a card signs what it is handed. */
  answerWith(make: (request: Readonly<Record<string, string>>) => object): void {
    this.play({ onMessage: 'opener.postMessage(answer, event.origin); close();' });
    this.#answer = text => {
      const { data } = JSON.parse(text) as { data: string };
      return JSON.stringify(make(JSON.parse(data) as Record<string, string>));
    };
  }

  /** The messages the popup was sent, each `{"origin","data"}` as JSON. */
  received(): { readonly origin: string; readonly data: unknown }[] {
    return this.#received.map(text => JSON.parse(text) as { origin: string; data: unknown });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** `/other?<script>` is a page of the same origin that is not the popup. */
  #page(url: string): string {
    if (url.startsWith('/other?')) return `<script>${decodeURIComponent(url.slice('/other?'.length))}</script>`;
    return `<script>
addEventListener('message', async event => {
  const sent = JSON.stringify({ origin: event.origin, data: event.data });
  const answer = await (await fetch('/received', { method: 'POST', body: sent })).text();
  ${this.#script.onMessage}
});
${this.#script.onLoad}
</script>`;
  }
}
