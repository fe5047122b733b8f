import type { ServerResponse } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OpenExchanges, type BreakCause, type OpenExchange } from '../../src/gateway/open-exchanges.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { receive } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

function requestOf(target: string, lines = ''): string {
  return `GET ${target} HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\n${lines}\r\n`;
}

describe('requests in a row on one connection', () => {
  test('reach the system one after another (RFC 9112 section 9.3.2)', async () => {
    const held: ServerResponse[] = [];
    let arrived: (() => void) | undefined;
    gateway.company.answer = (request, response) => {
      void receive(gateway.company, request).then(() => {
        held.push(response);
        arrived?.();
      });
    };
    const next = (): Promise<void> => new Promise(resolve => (arrived = resolve));
    let coming = next();
    const answer = gateway.speak(requestOf('/1') + requestOf('/2') + requestOf('/3', 'Connection: close\r\n'));
    for (const target of ['/1', '/2', '/3']) {
      await coming;
      expect(gateway.company.received.map(received => received.target).at(-1)).toBe(target);
      expect(held).toHaveLength(1);
      coming = next();
      held.pop()?.end(target);
    }
    expect((await answer).match(/\r\n\r\n\/\d/g)).toEqual(['\r\n\r\n/1', '\r\n\r\n/2', '\r\n\r\n/3']);
  });

  test('are a handful: a flood of them ends the connection', async () => {
    gateway.company.answer = undefined;
    const answer = await gateway.speak(requestOf('/x').repeat(500));
    expect(answer.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThanOrEqual(17);
    expect(gateway.company.received.length).toBeLessThanOrEqual(17);
  });

  test.each([
    ['a request under way', 'company.gateway.test', 'company.gateway.test'],
    ['a request of an unknown host', 'x', 'company.gateway.test'],
    ['a request to the portal', 'portal.gateway.test', 'portal.gateway.test'],
  ])('an upgrade behind %s, in one packet, ends that connection and nothing else', async (_what, first, second) => {
    gateway.company.answer = undefined;
    const upgrade = [
      `GET /ws HTTP/1.1\r\nHost: ${second}\r\nConnection: Upgrade\r\nUpgrade: websocket`,
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    ].join('\r\n');
    const answer = await gateway.speak(`GET /1 HTTP/1.1\r\nHost: ${first}\r\nCookie: ${cookie}\r\n\r\n${upgrade}`);
    expect(answer).not.toContain('101');
    expect(gateway.company.received.filter(({ target }) => target === '/ws')).toEqual([]);
    expect(await gateway.speak(requestOf('/after', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

/** All that comes until the connection closes. */
function heard(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  return new Promise(resolve => socket.once('close', () => resolve(text)));
}

describe('chunks that cannot be read', () => {
  test.each(['3;a="\r\n', '3\n', 'abcXX\r\n', '-1\r\n'])(
    'after good ones: 400 while nothing is answered yet, and the connection closes: %j',
    async chunk => {
      const reached = new Promise<void>(resolve => (gateway.company.answer = () => resolve()));
      const socket = await gateway.dial();
      const said = heard(socket);
      socket.write(
        `POST /c HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n`,
      );
      await reached;
      socket.write(chunk);
      expect(await said).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    },
  );

  test('in the middle of an answer: it is cut off, and nothing is mixed into it', async () => {
    const reached = new Promise<ServerResponse>(resolve => {
      gateway.company.answer = (_request, response) => resolve(response);
    });
    const socket = await gateway.dial();
    const said = heard(socket);
    socket.write(
      `POST /c HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n`,
    );
    (await reached).write('begun');
    await new Promise(resolve => socket.once('data', resolve));
    socket.write('-1\r\n');
    const answer = await said;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toMatch(/ 400 |\r\n0\r\n/);
  });
});

describe('a session that ends', () => {
  class Running implements OpenExchange {
    readonly sessionReference: string;
    readonly kind = 'request';
    readonly isEndless: boolean;
    readonly checkedMs = 0;
    hasBegun = true;
    readonly broken: BreakCause[] = [];
    readonly idleLimitS = Number.POSITIVE_INFINITY;
    idleSeconds = 0;
    place = -1;
    constructor(sessionReference: string, isEndless: boolean) {
      this.sessionReference = sessionReference;
      this.isEndless = isEndless;
    }
    breakOff(cause: BreakCause): void {
      this.broken.push(cause);
    }
  }

  test('breaks off its streams at once, and lets nothing of it begin that was judged before', async () => {
    const open = new OpenExchanges(gateway.test.context.sessions, () => 0);
    const [ended, other] = [await gateway.test.openSession(), await gateway.test.openSession()];
    const stream = new Running(ended.session.reference, true);
    const short = new Running(ended.session.reference, false);
    const foreign = new Running(other.session.reference, true);
    const waiting = new Running(ended.session.reference, false);
    waiting.hasBegun = false;
    for (const exchange of [stream, short, foreign, waiting]) expect(open.add(exchange)).toBe(true);
    await gateway.test.context.sessions.end(ended.session.reference, 'administrator');
    const over: BreakCause[] = [{ kind: 'session-over', reason: 'administrator' }];
    expect([stream.broken, short.broken, foreign.broken, waiting.broken]).toEqual([over, [], [], over]);
    const late = new Running(ended.session.reference, false);
    expect([open.add(late), late.broken]).toEqual([false, over]);
    expect(open.add(new Running(other.session.reference, false))).toBe(true);
    open.close();
  });

  test('breaks off what is under way soon after: an answer that does not come is not waited for', async () => {
    const opened = await gateway.test.openSession();
    const own = `__Host-gw=${await opened.cookieFor('company')}`;
    const arrived = new Promise<void>(resolve => {
      gateway.company.answer = () => resolve();
    });
    const running = gateway.ask('/hangs', { headers: { Cookie: own } });
    await arrived;
    await gateway.test.context.sessions.end(opened.session.reference, 'logout');
    const answer = await running;
    expect(answer.status).toBe(504);
    expect(answer.body).toContain('upstream-timeout');
  });
});

describe('TLS (D1-091)', () => {
  /** The protocol and suite that are agreed on, or null. */
  function agree(options: ConnectionOptions): Promise<string | null> {
    return new Promise(resolve => {
      const where = { port: gateway.port, host: '127.0.0.1', servername: 'company.gateway.test', ca: gateway.ca };
      const socket = connect({ ...where, ...options }, () => {
        resolve(`${socket.getProtocol() ?? ''} ${socket.getCipher().name}`);
        socket.destroy();
      });
      socket.on('error', () => resolve(null));
    });
  }

  test.each<[string, ConnectionOptions, string | null]>([
    ['1.3', {}, 'TLSv1.3 TLS_AES_128_GCM_SHA256'],
    ['1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, null],
    ['1.2 with CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA' }, null],
  ])('%s', async (_name, options, agreed) => {
    expect(await agree(options)).toBe(agreed);
  });

  test('routes by Host, not by the name in the handshake', async () => {
    const answer = await gateway.ask('/', { headers: { Host: 'factory.gateway.test', Cookie: cookie } });
    expect(answer.status).toBe(401);
    expect(gateway.company.received).toEqual([]);
  });
});
