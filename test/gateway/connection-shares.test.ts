import { connect, Socket } from 'node:net';
import { connect as secure, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ConnectionShares } from '../../src/gateway/connection-shares.ts';
import { proxyHeader, TCP4 } from '../support/proxy-header.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const LISTED = '127.0.1.5';
const TRUSTED = '127.0.2.5';
const SHARE = 2;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  const believed = { proxyProtocol: [LISTED], trustedProxies: [TRUSTED] };
  gateway = await startGateway({ believed, connectionsPerAddress: SHARE });
});
afterAll(() => gateway.close());

/** A connection whose TLS handshake was done; undefined: it was closed before. */
function open(from: string, header?: Buffer): Promise<TLSSocket | undefined> {
  return new Promise(resolve => {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress: from });
    if (header !== undefined) socket.write(header);
    const tls = secure({ socket, servername: 'company.gateway.test', ca: gateway.ca });
    tls.once('secureConnect', () => resolve(tls)).once('close', () => resolve(undefined));
    for (const each of [socket, tls]) each.on('error', () => tls.destroy());
  });
}

const from = (...addresses: readonly string[]) => Promise.all(addresses.map(address => open(address)));
const closeAll = (opened: readonly (TLSSocket | undefined)[]) => opened.forEach(socket => socket?.destroy());
const ADDRESS_SIZE = 4;

function headerOf(source: readonly number[]): Buffer {
  return proxyHeader({ block: Buffer.concat([Buffer.from(source), TCP4.subarray(ADDRESS_SIZE)]) });
}

test('one address has its share of the connections and no more, the others have theirs, and what is closed is free again', async () => {
  const first = await from('127.0.0.21', '127.0.0.21');
  expect(first).not.toContain(undefined);
  expect(await from('127.0.0.21', '127.0.0.21')).toEqual([undefined, undefined]);
  const told = gateway.logged.filter(({ message }) => message === 'An address has its share of connections.');
  expect(told.map(({ facts }) => facts)).toEqual([{ clientAddress: '127.0.0.21' }]);
  const others = await from('127.0.0.22', '127.0.0.23');
  expect(others).not.toContain(undefined);
  closeAll([...first, ...others]);
  await vi.waitUntil(async () => {
    const [again] = await from('127.0.0.21');
    again?.destroy();
    return again !== undefined;
  });
});

test('behind a balancer it is counted by the address that the PROXY header names, and the balancer itself not', async () => {
  const busy = await Promise.all([1, 2].map(() => open(LISTED, headerOf([203, 0, 113, 9]))));
  expect(busy).not.toContain(undefined);
  expect(await open(LISTED, headerOf([203, 0, 113, 9]))).toBeUndefined();
  const others = await Promise.all([10, 11, 12].map(last => open(LISTED, headerOf([203, 0, 113, last]))));
  const local = await Promise.all(
    [1, 2, 3].map(() => open(LISTED, proxyHeader({ command: 0x20, family: 0, block: Buffer.alloc(0) }))),
  );
  expect([...others, ...local]).not.toContain(undefined);
  closeAll([...busy, ...others, ...local]);
});

test('a proxy whose X-Forwarded-For counts speaks for many, and has no share', async () => {
  const opened = await from(TRUSTED, TRUSTED, TRUSTED);
  expect(opened).not.toContain(undefined);
  closeAll(opened);
});

test('an IPv6 address is its /64, and its /48 with four times as many', () => {
  const shares = new ConnectionShares(SHARE);
  const sockets: Socket[] = [];
  const take = (address: string): boolean => {
    const socket = new Socket();
    sockets.push(socket);
    return shares.take(address, socket, () => undefined);
  };
  expect([take('2001:db8::1'), take('2001:db8::2'), take('2001:db8::3')]).toEqual([true, true, false]);
  const networks = ['1', '2', '3'].flatMap(network => [
    take(`2001:db8:0:${network}::1`),
    take(`2001:db8:0:${network}::2`),
  ]);
  expect(networks).not.toContain(false);
  expect([take('2001:db8:0:4::1'), take('2001:db8:1::1')]).toEqual([false, true]);
  for (const socket of sockets) socket.emit('close');
  expect(take('2001:db8::3')).toBe(true);
  shares.renew(1);
  expect(take('2001:db8::3')).toBe(false);
});
