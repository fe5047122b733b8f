import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { IDENTITY_FIELDS } from '../http-fields/identity-assertion.ts';
import { composeResponseFields, type ResponseFields } from '../http-fields/upstream-response.ts';
import { isWebSocketAnswer } from '../http-fields/websocket-handshake.ts';
import type { AccessTrace } from './access-trace.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeRoom, PassedVerdict } from './exchange-room.ts';
import type { BreakCause, ExchangeKind } from './open-exchanges.ts';
import { HSTS } from './own-responses.ts';
import type { SystemRequest, UpgradingClient } from './system-request.ts';
import { CLOSE_CODES } from './websocket-frames.ts';
import { WebSocketTunnel } from './websocket-tunnel.ts';

/** A request to become a WebSocket: an exchange that turns into a tunnel if the system agrees. */
export class WebSocketExchange extends Exchange {
  readonly #client: UpgradingClient;
  #tunnel: WebSocketTunnel | undefined;

  constructor(
    to: SystemRequest,
    verdict: PassedVerdict,
    room: ExchangeRoom,
    trace: AccessTrace,
    client: UpgradingClient,
  ) {
    super(to, verdict, room, trace);
    this.#client = client;
  }

  override get kind(): ExchangeKind {
    return this.#tunnel === undefined ? 'request' : 'websocket';
  }

  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    status: number,
    fields: ResponseFields,
    upstream: Duplex,
  ): void {
    const { socket } = this.#client;
    upstream.on('error', () => upstream.destroy());
    this.onTunnel(upstream);
    if (socket.destroyed) {
      upstream.destroy();
      return;
    }
    if (status !== 101 || !isWebSocketAnswer(this.to.head, fields)) {
      upstream.destroy();
      this.fail(502);
      return;
    }
    this.idleLimitS = Number.POSITIVE_INFINITY;
    socket.once('close', () => upstream.destroy());
    this.trace.becomeWebSocket();
    this.trace.open(101, () => {
      if (this.isOver || upstream.destroyed) {
        upstream.destroy();
        if (!this.isOver) this.fail(502);
      } else this.#join(fields, upstream);
    });
  }

  #join(fields: ResponseFields, upstream: Duplex): void {
    const { socket } = this.#client;
    this.isEndless = true;
    this.#client.release();
    socket.write(composeSwitch(fields, this.to.requestId), 'latin1');
    const tunnel = new WebSocketTunnel(socket, upstream);
    this.#tunnel = tunnel;
    socket.once('close', () => {
      this.room.open.remove(this);
      this.trace.settle('complete');
      this.trace.bytesIn = tunnel.bytesIn;
      this.trace.bytesOut = tunnel.bytesOut;
      this.trace.end(101);
    });
  }

  override breakOff(cause: BreakCause): void {
    if (this.#tunnel === undefined) super.breakOff(cause);
    else if (!this.#tunnel.isClosing) {
      this.trace.settle('broken-off');
      this.#tunnel.close(...farewellOf(cause));
    } else if (cause.kind === 'shutdown') this.#tunnel.destroy();
  }
}

/** Close code and reason, for the page's script: whether to log in again, or to try again. */
function farewellOf(cause: BreakCause): [code: number, reason: string] {
  switch (cause.kind) {
    case 'session-over':
      return [CLOSE_CODES.policyViolation, `session-over:${cause.reason}`];
    case 'not-allowed':
      return [CLOSE_CODES.policyViolation, `not-allowed:${cause.reason}`];
    case 'cannot-tell':
      return [CLOSE_CODES.serviceRestart, 'gateway-cannot-tell'];
    case 'idle':
    case 'shutdown':
      return [CLOSE_CODES.goingAway, 'gateway-restarts'];
  }
}

/** The 101 that goes to the client: the upstream's fields under the same rules as any response's. */
function composeSwitch(upstream: ResponseFields, requestId: string): string {
  const fields = composeResponseFields(upstream, [...HSTS, IDENTITY_FIELDS.requestId, requestId], {
    hasContent: false,
    takesTrailers: false,
  });
  let text = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  for (let index = 0; index + 1 < fields.length; index += 2) {
    text += `${fields[index] ?? ''}: ${fields[index + 1] ?? ''}\r\n`;
  }
  return `${text}\r\n`;
}
