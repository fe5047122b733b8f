import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROXY_HEADER_LIMIT, readProxyHeader } from '../../src/gateway/proxy-protocol.ts';
import { addition, proxyHeader, TCP4, TCP6 } from '../support/proxy-header.ts';

const invalid = { kind: 'invalid' };
const incomplete = { kind: 'incomplete' };

describe('a PROXY header of version 2', () => {
  test('names the client over IPv4 and IPv6, IPv4 in disguise as such', () => {
    const four = proxyHeader({ block: TCP4 });
    expect(readProxyHeader(four)).toEqual({ kind: 'header', bytes: 28, source: '203.0.113.7' });
    const six = proxyHeader({ family: 0x21, block: TCP6 });
    expect(readProxyHeader(six)).toEqual({ kind: 'header', bytes: 52, source: '2001:db8::7' });
    const mapped = Buffer.from(TCP6);
    Buffer.from('00000000000000000000ffffcb007107', 'hex').copy(mapped);
    expect(readProxyHeader(proxyHeader({ family: 0x21, block: mapped }))).toMatchObject({ source: '203.0.113.7' });
  });

  test('names nobody where the proxy speaks for itself, whatever follows in it', () => {
    expect(readProxyHeader(proxyHeader({ command: 0x20, family: 0 }))).toEqual({
      kind: 'header',
      bytes: 16,
      source: null,
    });
    expect(readProxyHeader(proxyHeader({ command: 0x20, family: 0x11, block: TCP4 }))).toMatchObject({ source: null });
  });

  test('ends where it says, and what follows is not looked at', () => {
    const behind = Buffer.concat([proxyHeader({ block: TCP4 }), Buffer.from('\x16\x03\x01')]);
    expect(readProxyHeader(behind)).toMatchObject({ kind: 'header', bytes: 28 });
  });

  test('is awaited as long as it may become one, byte by byte', () => {
    const header = proxyHeader({ block: Buffer.concat([TCP4, addition(0x02, Buffer.from('a.example'))]) });
    for (let length = 0; length < header.length; length += 1) {
      expect(readProxyHeader(header.subarray(0, length))).toEqual(incomplete);
    }
    expect(readProxyHeader(header)).toMatchObject({ kind: 'header', bytes: header.length });
  });

  test('with a checksum must have the right one', () => {
    // That HAProxy's own is right is shown by haproxy.test.ts.
    const zero = proxyHeader({ block: Buffer.concat([TCP4, addition(0x03, Buffer.alloc(4))]) });
    expect(readProxyHeader(zero)).toEqual(invalid);
    const twice = proxyHeader({ block: Buffer.concat([TCP4, addition(0x03, Buffer.alloc(3))]) });
    expect(readProxyHeader(twice)).toEqual(invalid);
  });

  test.each([
    ['version 1', Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 4000 443\r\n')],
    ['TLS', Buffer.from('160301', 'hex')],
    ['version 3', proxyHeader({ command: 0x31, block: TCP4 })],
    ['an unknown command', proxyHeader({ command: 0x22, block: TCP4 })],
    ['an unspecified family', proxyHeader({ family: 0, block: TCP4 })],
    ['UDP', proxyHeader({ family: 0x12, block: TCP4 })],
    ['a Unix socket', proxyHeader({ family: 0x31, block: Buffer.alloc(216) })],
    ['a block too short for its family', proxyHeader({ block: TCP4.subarray(1) })],
    ['no block', proxyHeader({})],
    ['an addition cut off', proxyHeader({ block: Buffer.concat([TCP4, Buffer.from([0x04, 0])]) })],
    ['an addition longer than the header', proxyHeader({ block: Buffer.concat([TCP4, Buffer.from('040009', 'hex')]) })],
    ['more than the limit', proxyHeader({ block: Buffer.alloc(PROXY_HEADER_LIMIT - 15) })],
    ['the greatest length', proxyHeader({ block: TCP4, length: 0xffff })],
  ])('is not: %s', (_name, bytes) => {
    expect(readProxyHeader(bytes)).toEqual(invalid);
  });

  test('may be whatever somebody sends: no bytes are a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 0, max: 255 }), (block, family) => {
        const reading = readProxyHeader(proxyHeader({ family, block: Buffer.from(block) }));
        expect(['header', 'invalid']).toContain(reading.kind);
      }),
    );
  });
});
