import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { expect } from 'vitest';
import WebSocket from 'ws';
import type { AccessRecord } from '../../src/audit/access-record.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';

/** What the store has of requests to a path, oldest first. */
export async function recordsOf(gateway: GatewayUnderTest, path: string): Promise<AccessRecord[]> {
  const records = await gateway.test.context.database.accessRecords.listAccessRecords(
    {},
    { after: null, limit: 1_000 },
  );
  return records.filter(record => record.path === path).reverse();
}

/** The one record of a request to a path, as soon as it is there. */
export async function recordOf(gateway: GatewayUnderTest, path: string): Promise<AccessRecord> {
  await expect.poll(() => recordsOf(gateway, path)).toHaveLength(1);
  const [record] = await recordsOf(gateway, path);
  if (record === undefined) throw new Error('It has gone again.');
  return record;
}

/** A request whose response is read piece by piece. */
export function startRequest(gateway: GatewayUnderTest, path: string, cookie: string, method = 'GET'): ClientRequest {
  return request({
    host: '127.0.0.1',
    port: gateway.port,
    ca: gateway.ca,
    servername: 'company.gateway.test',
    agent: false,
    method,
    path,
    headers: { Host: 'company.gateway.test', Cookie: cookie },
  });
}

export function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject);
  });
}

/** Everything that comes until the end, and whether it was the whole. */
export async function readToEnd(
  response: IncomingMessage,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  await new Promise<void>(resolve => response.once('close', resolve));
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole: response.complete };
}

export function openWebSocket(gateway: GatewayUnderTest, path: string, cookie: string): WebSocket {
  return new WebSocket(`wss://127.0.0.1:${gateway.port}${path}`, {
    agent: new Agent({ ca: gateway.ca, servername: 'company.gateway.test' }),
    headers: { Host: 'company.gateway.test', Origin: 'https://company.gateway.test', Cookie: cookie },
  });
}

export function next(socket: WebSocket, event: 'open' | 'message' | 'close' | 'error'): Promise<void> {
  return new Promise(resolve => socket.once(event, () => resolve()));
}
