import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addition, proxyHeader, TCP4, TCP6 } from '../support/proxy-header.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({ believed: { proxyProtocol: ['127.0.1.0/24', '127.0.4.4'], trustedProxies: [] } });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

const LISTED = '127.0.1.5';
const HEADER = proxyHeader({ block: TCP4 });

function dial(from: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', localAddress: from }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** All bytes that come back until the connection ends. */
function bytesBack(socket: Socket): Promise<number> {
  return new Promise(resolve => {
    let bytes = 0;
    socket.on('data', chunk => (bytes += chunk.length));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(bytes));
  });
}

/** The address that the system is told after one request over this connection. */
async function addressTold(socket: Socket): Promise<string> {
  const tls = secure({ socket, servername: 'company.gateway.test', ca: gateway.ca });
  const answer = bytesBack(tls);
  tls.write(
    `GET /told HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nX-Forwarded-For: 198.51.100.1\r\n`,
  );
  tls.write('Forwarded: for=198.51.100.1\r\nConnection: close\r\n\r\n');
  await answer;
  return valuesOf(gateway.company.received.at(-1)?.rawHeaders ?? [], 'x-forwarded-for').join();
}

async function addressAfter(...parts: readonly Buffer[]): Promise<string> {
  const socket = await dial(LISTED);
  for (const part of parts) {
    socket.write(part);
    await new Promise(resolve => setImmediate(resolve));
  }
  return addressTold(socket);
}

describe('a peer that is listed for the PROXY protocol', () => {
  test('D3-01 names the client: systems are told that address, whatever the client claims', async () => {
    expect(await addressAfter(HEADER)).toBe('203.0.113.7');
    expect(await addressAfter(proxyHeader({ family: 0x21, block: TCP6 }))).toBe('2001:db8::7');
    const withMore = proxyHeader({ block: Buffer.concat([TCP4, addition(0x02, Buffer.from('company.gateway.test'))]) });
    expect(await addressAfter(withMore)).toBe('203.0.113.7');
  });

  test('may send its header byte by byte', async () => {
    const bytes = Array.from(HEADER, (_, index) => HEADER.subarray(index, index + 1));
    expect(await addressAfter(...bytes)).toBe('203.0.113.7');
  });

  test('speaks for itself under LOCAL', async () => {
    expect(await addressAfter(proxyHeader({ command: 0x20, family: 0 }))).toBe(LISTED);
  });

  test('has a hundred clients at once, each with its own address', async () => {
    const sources = Array.from({ length: 100 }, (_, index) => index + 1);
    const told = await Promise.all(
      sources.map(async last => {
        const socket = await dial(LISTED);
        const block = Buffer.from(TCP4);
        block[3] = last;
        socket.write(proxyHeader({ block }));
        const tls = secure({ socket, servername: 'company.gateway.test', ca: gateway.ca });
        const answer = bytesBack(tls);
        tls.write(
          `GET /${last} HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
        );
        await answer;
        const received = gateway.company.received.find(({ target }) => target === `/${last}`);
        return valuesOf(received?.rawHeaders ?? [], 'x-forwarded-for').join();
      }),
    );
    expect(told).toEqual(sources.map(last => `203.0.113.${last}`));
  });

  test.each([
    ['no header but TLS', Buffer.from('16030100050100000100', 'hex')],
    ['a header of version 1', Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 4000 443\r\n')],
    ['a length beyond the limit', proxyHeader({ block: TCP4, length: 0xffff })],
    ['a length too short for its addresses', proxyHeader({ block: TCP4, length: 11 })],
    ['UDP', proxyHeader({ family: 0x12, block: TCP4 })],
    ['a wrong checksum', proxyHeader({ block: Buffer.concat([TCP4, addition(0x03, Buffer.alloc(4))]) })],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: company.gateway.test\r\n\r\n')],
  ])('is closed without a byte after %s', async (_name, bytes) => {
    const socket = await dial('127.0.4.4');
    socket.write(bytes);
    expect(await bytesBack(socket)).toBe(0);
    expect(gateway.logged.at(-1)).toMatchObject({ facts: { peer: '127.0.4.4' } });
  });

  test('is closed without a byte when the header does not come in time, or lies that more is to come', async () => {
    const slow = [Buffer.alloc(0), HEADER.subarray(0, 20), proxyHeader({ block: TCP4, length: 400 })];
    const back = await Promise.all(
      slow.map(async bytes => {
        const socket = await dial(LISTED);
        if (bytes.length > 0) socket.write(bytes);
        return bytesBack(socket);
      }),
    );
    expect(back).toEqual([0, 0, 0]);
  });

  test('has one header: a second is no TLS, and nothing reaches a system', async () => {
    await expect(addressAfter(HEADER, HEADER)).resolves.toBe('');
    expect(gateway.company.received).toEqual([]);
  });
});

describe('a peer that is not listed', () => {
  test('D3-01 is not believed a header: its bytes are refused as TLS', async () => {
    for (const from of ['127.0.0.1', '127.0.2.5', '127.0.4.5']) {
      const socket = await dial(from);
      socket.write(HEADER);
      expect(await addressTold(socket)).toBe('');
    }
    expect(gateway.company.received).toEqual([]);
  });

  test('is served without one, as its own address', async () => {
    expect(await addressTold(await dial('127.0.2.5'))).toBe('127.0.2.5');
  });
});
