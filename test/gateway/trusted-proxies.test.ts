import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({
    believed: { proxyProtocol: [], trustedProxies: ['127.0.1.5', '127.0.3.0/24'] },
  });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

async function told(from: string, headers: Readonly<Record<string, string | string[]>>) {
  const { status } = await gateway.ask('/told', { from, headers: { Cookie: cookie, ...headers } });
  const received = gateway.company.received.at(-1);
  return {
    status,
    address: valuesOf(received?.rawHeaders ?? [], 'x-forwarded-for').join(),
    forwarded: valuesOf(received?.rawHeaders ?? [], 'forwarded'),
  };
}

describe('X-Forwarded-For', () => {
  test('D3-01 of a trusted proxy names the client, by its rightmost address that is no trusted one', async () => {
    expect(await told('127.0.1.5', { 'X-Forwarded-For': '203.0.113.7' })).toMatchObject({ address: '203.0.113.7' });
    const behindTwo = { 'X-Forwarded-For': ['10.0.0.1, 203.0.113.7', '127.0.3.9'] };
    expect(await told('127.0.1.5', behindTwo)).toMatchObject({ address: '203.0.113.7' });
  });

  test('D3-01 of anybody else is dropped unread, as Forwarded is of everybody', async () => {
    const claims = {
      'X-Forwarded-For': 'not even an address',
      Forwarded: 'for=203.0.113.7',
      'X-Real-IP': '203.0.113.7',
    };
    expect(await told('127.0.1.6', claims)).toEqual({ status: 200, address: '127.0.1.6', forwarded: [] });
    const { 'X-Forwarded-For': _, ...others } = claims;
    expect(await told('127.0.1.5', others)).toEqual({ status: 200, address: '127.0.1.5', forwarded: [] });
  });

  test.each(['', 'unknown', '203.0.113.7:4000', '203.0.113.7,'])(
    'of a trusted proxy that says %j is refused, and nothing reaches the system',
    async value => {
      const answer = await gateway.ask('/told', {
        from: '127.0.3.1',
        headers: { Cookie: cookie, 'X-Forwarded-For': value },
      });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('"code":"forwarded-for-invalid"');
      expect(answer.headers.connection).toBe('close');
      expect(gateway.company.received).toEqual([]);
    },
  );
});
