import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compilePathPattern } from '../../src/policy/path-pattern.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const KIBIBYTE = 1_024;
const HEAD = 'Host: company.gateway.test\r\nOrigin: https://company.gateway.test\r\n';

let gateway: GatewayUnderTest;
let cookie: string;

beforeAll(async () => {
  gateway = await startGateway({
    settings: { responseHeadS: 1, contentIdleS: 1 },
    company: {
      limitedRoutes: [
        { paths: [compilePathPattern('/scans/')], limits: { contentBytes: 200 * KIBIBYTE } },
        { paths: [compilePathPattern('/reports/')], limits: { contentBytes: 10 * KIBIBYTE, responseS: 30 } },
        { paths: [compilePathPattern('/slow/')], limits: { contentBytes: 10 * KIBIBYTE, contentIdleS: 30 } },
        { paths: null, limits: { contentBytes: 10 * KIBIBYTE } },
      ],
    },
  });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.answer = undefined;
  gateway.company.received.length = 0;
});

const post = (target: string, body: Buffer, headers: Record<string, string> = {}) =>
  gateway.ask(target, {
    method: 'POST',
    headers: { Cookie: cookie, Origin: 'https://company.gateway.test', ...headers },
    body,
  });

describe('content', () => {
  test('up to the limit passes, and more where a path takes more', async () => {
    expect((await post('/form', Buffer.alloc(10 * KIBIBYTE))).status).toBe(200);
    expect((await post('/scans/1', Buffer.alloc(200 * KIBIBYTE))).status).toBe(200);
    expect(gateway.company.received.map(({ body }) => body.length)).toEqual([10 * KIBIBYTE, 200 * KIBIBYTE]);
  });

  test.each(['/form', '/scans', '/scansx', '/reports/1'])(
    'one byte more at %s: 413, and nothing is passed on',
    async at => {
      const bytes = (at === '/scans' ? 200 : 10) * KIBIBYTE + 1;
      const before = gateway.company.connections;
      const answer = await post(at, Buffer.alloc(bytes));
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'content-too-large', status: 413 });
      expect(gateway.company.received).toEqual([]);
      expect(gateway.company.connections).toBe(before);
      const page = await post(at, Buffer.alloc(bytes), { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' });
      expect(page.body).toContain('content-too-large');
    },
  );

  test('is refused instead of asked for, where a client waits to be asked (100-continue)', async () => {
    const answer = await gateway.speak(
      `POST /form HTTP/1.1\r\n${HEAD}Cookie: ${cookie}\r\nExpect: 100-continue\r\nContent-Length: 20000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('in chunks is broken off when it passes the limit: the system never has it whole', async () => {
    const seen: IncomingMessage[] = [];
    gateway.company.answer = request => void seen.push(request.resume());
    const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`;
    const answer = await gateway.speak(
      `POST /form HTTP/1.1\r\n${HEAD}Cookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*content-too-large/s);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(seen.every(({ complete, destroyed }) => destroyed && !complete)).toBe(true);
    expect((await gateway.ask('/', { headers: { Cookie: cookie } })).status).not.toBe(413);
  });

  test('of a stranger is not weighed: he is asked to log in', async () => {
    expect((await post('/form', Buffer.alloc(20 * KIBIBYTE), { Cookie: '' })).status).toBe(401);
  });
});

describe('time', () => {
  const late = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    setTimeout(() => response.end('late'), 2_600);
  };

  test('a path that may take longer has its answer; the same a level above has a 504', async () => {
    gateway.company.answer = late;
    const headers = { Cookie: cookie };
    const [report, page] = await Promise.all([gateway.ask('/reports/1', { headers }), gateway.ask('/', { headers })]);
    expect([report.status, report.body]).toEqual([200, 'late']);
    expect(page.status).toBe(504);
  });

  /** A byte every 200 ms for three seconds. */
  const trickle = (write: (byte: string) => void, end: () => void): void => {
    let count = 0;
    const timer = setInterval(() => {
      count += 1;
      if (count < 15) write('x');
      else {
        clearInterval(timer);
        end();
      }
    }, 200);
  };

  test('content that trickles down is cut, unless the path may be idle for longer', async () => {
    gateway.company.answer = (_request, response) => {
      response.write('x');
      trickle(
        byte => void response.write(byte),
        () => void response.end(),
      );
    };
    const headers = { Cookie: cookie };
    const cut = expect(gateway.ask('/', { headers })).rejects.toThrow(/aborted|hang up|socket/i);
    expect((await gateway.ask('/slow/', { headers })).body).toBe('x'.repeat(15));
    await cut;
  });

  test('content that trickles up is a 408, unless the path may be idle for longer', async () => {
    const upload = async (at: string): Promise<string> => {
      const client = await gateway.dial();
      client.on('error', () => client.destroy());
      client.write(
        `POST ${at} HTTP/1.1\r\n${HEAD}Cookie: ${cookie}\r\nConnection: close\r\nContent-Length: 15\r\n\r\nx`,
      );
      trickle(
        byte => void client.write(byte),
        () => undefined,
      );
      let text = '';
      client.on('data', (data: Buffer) => (text += data.toString('latin1')));
      await once(client, 'close');
      return text;
    };
    const [cut, whole] = await Promise.all([upload('/'), upload('/slow/')]);
    expect(cut).toMatch(/^HTTP\/1\.1 408 /);
    expect(whole).toMatch(/^HTTP\/1\.1 200 /);
  });
});
