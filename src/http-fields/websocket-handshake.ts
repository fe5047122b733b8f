import { createHash } from 'node:crypto';
import { parseList, type RequestHead } from './request-head.ts';
import type { ResponseFields } from './upstream-response.ts';

/** RFC 6455 section 1.3. */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Whether a request asks to become a WebSocket at all; other upgrades (`h2c`) are ignored as RFC 9110 7.8 allows. */
export function asksForWebSocket(method: string, upgrade: string | undefined): boolean {
  return method === 'GET' && upgrade?.trim().toLowerCase() === 'websocket';
}

/** Whether the client's side of the opening handshake is right (RFC 6455 section 4.2.1). */
export function isWebSocketRequest(head: RequestHead): boolean {
  return (
    asksForWebSocket(head.method, head.upgrade) &&
    head.connectionOptions.includes('upgrade') &&
    head.webSocketVersion === '13' &&
    /^[A-Za-z0-9+/]{22}==$/.test(head.webSocketKey ?? '')
  );
}

/**
 * Whether a 101 answers this very request (RFC 6455 section 4.1): an upstream that does not, does not speak WebSocket,
 * and what it sends must not reach the client's socket unread (smuggling by a faked upgrade).
 */
export function isWebSocketAnswer(head: RequestHead, fields: ResponseFields): boolean {
  const { upgrade, connection, 'sec-websocket-accept': accept } = fields;
  if (typeof upgrade !== 'string' || typeof connection !== 'string' || typeof accept !== 'string') return false;
  const expected = createHash('sha1')
    .update(`${head.webSocketKey ?? ''}${HANDSHAKE_GUID}`)
    .digest('base64');
  return (
    upgrade.trim().toLowerCase() === 'websocket' && parseList(connection).includes('upgrade') && accept === expected
  );
}
