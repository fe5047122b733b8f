import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { askStream, dialHttp2, openHttp2, type StreamAnswer } from './http2-client.ts';
import { receive, valuesOf } from './recording-upstream.ts';

let gateway: GatewayUnderTest;
let cookie: string;
let session: ClientHttp2Session;
beforeAll(async () => {
  gateway = await startGateway();
  cookie = await gateway.logIn();
  session = await openHttp2(gateway);
});
afterAll(async () => {
  session.destroy();
  await gateway.close();
});
beforeEach(() => {
  gateway.company.received.length = 0;
  gateway.company.answer = undefined;
});

function ask(headers: OutgoingHttpHeaders = {}, body?: string | Buffer): Promise<StreamAnswer> {
  return askStream(session, { ':path': '/', ':authority': 'company.gateway.test', cookie, ...headers }, body);
}

describe('HTTP/2 (D1-111)', () => {
  test('a page and an interface: the system sees the request as over HTTP/1.1, with our identity and no word of the client on it', async () => {
    const sent = {
      'user-agent': 'demo',
      'x-gateway-user': 'forged',
      x_gateway_user: 'forged',
      'x-forwarded-for': '10.0.0.1',
      'x-kept': '1',
      origin: 'https://company.gateway.test',
    };
    const overHttp2 = await ask({ ':method': 'POST', ':path': '/%7Ea/b?q=%2f', ...sent, 'content-length': '3' }, 'abc');
    expect([overHttp2.status, overHttp2.reset]).toEqual([200, 0]);
    const overHttp1 = await gateway.ask('/%7Ea/b?q=%2f', {
      method: 'POST',
      headers: { Cookie: cookie, ...sent, 'Content-Length': '3' },
      body: 'abc',
    });
    expect(overHttp1.status).toBe(200);
    const [second, first] = gateway.company.received;
    expect([second?.method, second?.target, second?.body]).toEqual([first?.method, first?.target, first?.body]);
    expect(second?.target).toBe('/~a/b?q=%2f');
    const told = (each: typeof first) => each!.rawHeaders.map(text => text.replace(/^(?:ey.*|[0-9a-f-]{36})$/, '…'));
    // Node's client of HTTP/1.1 writes `Connection: close`, which goes no further either.
    expect(told(second)).toEqual(told(first));
    expect(valuesOf(second!.rawHeaders, 'x-gateway-user')).toEqual(['demo.clerk']);
    expect(JSON.stringify(told(second))).not.toMatch(/forged|10\.0\.0\.1|__Host-gw/);
  });

  test('requests go side by side, each judged for itself', async () => {
    const held: ServerResponse[] = [];
    const both = new Promise<void>(resolve => {
      gateway.company.answer = (request, response) => {
        void receive(gateway.company, request).then(() => {
          held.push(response);
          if (held.length === 2) resolve();
        });
      };
    });
    const first = ask({ ':path': '/1' });
    const second = ask({ ':path': '/2' });
    const stranger = await ask({ ':path': '/3', cookie: '__Host-gw=none' });
    expect(stranger.status).toBe(401);
    await both;
    held.at(1)?.end('second');
    expect((await second).body).toBe('second');
    held.at(0)?.end('first');
    expect((await first).body).toBe('first');
    expect(gateway.company.received.map(each => each.target).sort()).toEqual(['/1', '/2']);
  });

  test('cookies that come one by one are one field, without ours', async () => {
    expect((await ask({ cookie: ['a=1', cookie, 'b=2'] })).status).toBe(200);
    expect(valuesOf(gateway.company.received[0]!.rawHeaders, 'cookie')).toEqual(['a=1; b=2']);
  });

  test('of the connection nothing is said in an answer, and what the system says of its own stops here', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, {
        Connection: 'keep-alive, X-Mine',
        'Keep-Alive': 'timeout=9',
        'X-Mine': '1',
        'X-Gateway-User': 'forged',
        'X-Kept': '1',
        'Set-Cookie': ['a=1; Domain=gateway.test', '__Host-gw=x', 'b=2'],
      });
      response.end('ok');
    };
    const { headers, body, reset } = await ask();
    expect(headers).toMatchObject({ ':status': 200, 'x-kept': '1', 'strict-transport-security': 'max-age=31536000' });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'x-mine', 'x-gateway-user']) {
      expect([name, headers[name]]).toEqual([name, undefined]);
    }
    expect([body, reset]).toEqual(['ok', 0]);
  });

  test.each([204, 205, 304])('an answer %i has no content', async status => {
    gateway.company.answer = (_request, response) => response.writeHead(status).end();
    const answer = await ask();
    expect([answer.status, answer.body, answer.reset]).toEqual([status, '', 0]);
  });

  test('HEAD keeps the length and has no content', async () => {
    gateway.company.answer = (_request, response) => response.writeHead(200, { 'Content-Length': '1234' }).end();
    const answer = await ask({ ':method': 'HEAD' });
    expect([answer.headers['content-length'], answer.body, answer.reset]).toEqual(['1234', '', 0]);
  });

  test("the gateway's own answers: a way to the portal, a problem, a page", async () => {
    const page = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };
    const away = await ask({ cookie: 'a=1', ...page });
    expect([away.status, away.reset]).toEqual([302, 0]);
    expect(away.headers['location']).toMatch(/^https:\/\/portal\.gateway\.test\//);
    expect((await ask({ ':path': '/.gateway/nothing', ...page })).body).toContain('not-found');
    const refused = await ask({ ':method': 'POST', origin: 'https://factory.gateway.test' }, 'abc');
    expect([refused.status, refused.reset]).toEqual([403, 0]);
    const session = await ask({ ':path': '/.gateway/session' });
    expect(JSON.parse(session.body)).toMatchObject({ alive: true });
    expect(gateway.company.received).toEqual([]);
  });
});

describe('one connection for several hosts (RFC 9110 section 7.4)', () => {
  test("goes by the authority: a sibling's request is judged as its own, and gets nothing by this session", async () => {
    const answer = await ask({ ':authority': 'factory.gateway.test' });
    expect(answer.status).toBe(401);
    expect([gateway.company.received, gateway.factory.received]).toEqual([[], []]);
  });

  test.each(['portal.gateway.test', 'evil.example', 'company.gateway.test:8443', 'company.gateway.test.'])(
    '%s → 421, and the others go on',
    async authority => {
      const answer = await ask({ ':authority': authority });
      expect([answer.status, answer.reset]).toEqual([421, 0]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'host-unknown' });
      expect((await ask()).status).toBe(200);
    },
  );
});

describe('which version is spoken', () => {
  test.each<[string, string, string[] | undefined, string | false]>([
    ['a system', 'company.gateway.test', ['h2', 'http/1.1'], 'h2'],
    ['a system, in whichever order', 'factory.gateway.test', ['http/1.1', 'h2'], 'h2'],
    ['a system, by a client of HTTP/1.1', 'company.gateway.test', ['http/1.1'], 'http/1.1'],
    ['a system, by a client that says nothing', 'company.gateway.test', undefined, false],
    ['the portal', 'portal.gateway.test', ['h2', 'http/1.1'], 'http/1.1'],
  ])('with %s', async (_name, servername, offered, agreed) => {
    const { port, ca } = gateway;
    const socket = connect({ port, host: '127.0.0.1', servername, ca, ...(offered && { ALPNProtocols: offered }) });
    await new Promise(resolve => socket.once('secureConnect', resolve));
    expect(socket.alpnProtocol).toBe(agreed);
    socket.destroy();
  });

  test.each([
    ['the portal, by a client of HTTP/2 alone', 'portal.gateway.test', ['h2']],
    ['anybody, by a client of something else', 'company.gateway.test', ['spdy/3']],
  ])('none with %s', async (_name, servername, offered) => {
    const { port, ca } = gateway;
    const socket = connect({ port, host: '127.0.0.1', servername, ca, ALPNProtocols: offered });
    const error = await new Promise<Error>(resolve => socket.once('error', resolve));
    expect(error).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' });
  });

  test('and a client that agreed on HTTP/2 is not understood in another', async () => {
    const socket = await dialHttp2(gateway);
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.resume().write(`GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\n\r\n`);
    await closed;
    expect(gateway.company.received).toEqual([]);
  });
});
