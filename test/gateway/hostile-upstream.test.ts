import { randomUUID } from 'node:crypto';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type Answer, type GatewayUnderTest } from './gateway-under-test.ts';

/** A system that says anything: whatever `speech` writes when the head of a request has come. */
let speech: (socket: Socket, request: string) => void = socket => socket.destroy();
let requests = 0;
let raw: Server;
let gateway: GatewayUnderTest;
let cookie: string;

beforeAll(async () => {
  raw = createTcpServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', data => {
      const request = data.toString('latin1');
      // Where a request has had no answer the gateway asks by itself.
      if (!request.includes('moica-gateway-health-check')) requests += 1;
      speech(socket, request);
    });
  });
  await new Promise<void>(resolve => void raw.listen(0, '127.0.0.1', resolve));
  const address = raw.address();
  const port = typeof address === 'object' ? address?.port : 0;
  gateway = await startGateway({
    upstreams: { company: `http://127.0.0.1:${port}` },
    settings: { responseHeadS: 1, contentIdleS: 1 },
  });
  await gateway.test.commit(changes =>
    changes.insertGrant({
      id: randomUUID(),
      accountId: gateway.test.account.id,
      systemId: 'factory',
      role: 'case-handler',
      reason: '承辦工廠登記',
      basis: 'demo',
      validFrom: '2020-01-01',
      validUntil: null,
      state: 'live',
    }),
  );
  cookie = await gateway.logIn();
});
afterAll(async () => {
  await gateway.close();
  await new Promise(resolve => raw.close(resolve));
});
beforeEach(async () => {
  // A server that says nothing is left alone for a while.
  speech = socket => socket.end(`${OK}Content-Length: 0\r\n\r\n`);
  while ((await ask()).status !== 200) await new Promise(resolve => setTimeout(resolve, 100));
  requests = 0;
});

function ask(headers: Record<string, string> = {}): Promise<Answer> {
  return gateway.ask('/', { headers: { Cookie: cookie, ...headers } });
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('a system that fails before it answers', () => {
  test.each<[string, number, string, (socket: Socket) => void]>([
    ['hangs up', 502, 'upstream-failed', socket => socket.destroy()],
    ['ends without a word', 502, 'upstream-failed', socket => socket.end()],
    ['speaks no HTTP', 502, 'upstream-failed', socket => socket.end('220 smtp ready\r\n')],
    ['dies within its fields', 502, 'upstream-failed', socket => socket.end(`${OK}X-A: b`)],
    [
      'switches protocols unasked',
      502,
      'upstream-failed',
      socket => socket.write('HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
    ],
    ['sends 100 unasked', 502, 'upstream-failed', socket => socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
    [
      'sends two lengths',
      502,
      'upstream-failed',
      socket => socket.end(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
    ],
    [
      'sends a length and chunks',
      502,
      'upstream-failed',
      socket => socket.end(`${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    ],
    ['sends a negative length', 502, 'upstream-failed', socket => socket.end(`${OK}Content-Length: -1\r\n\r\n`)],
    ['sends a length in words', 502, 'upstream-failed', socket => socket.end(`${OK}Content-Length: two\r\n\r\nab`)],
    ['sends a blank in a field’s name', 502, 'upstream-failed', socket => socket.end(`${OK}X A: b\r\n\r\n`)],
    ['sends another coding', 502, 'upstream-failed', socket => socket.end(`${OK}Transfer-Encoding: gzip\r\n\r\nab`)],
    [
      'sends another coding in a second field',
      502,
      'upstream-failed',
      socket => socket.end(`${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n`),
    ],
    [
      'sends a NUL in a field',
      502,
      'upstream-failed',
      socket => socket.end(`${OK}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`),
    ],
    [
      'sends 10 MB of fields',
      502,
      'upstream-failed',
      socket => socket.write(`${OK}X-A: ${'a'.repeat(10_000_000)}\r\n\r\n`),
    ],
    [
      'sends interim responses for ever',
      502,
      'upstream-failed',
      socket => repeat(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
    ],
    ['never answers', 504, 'upstream-timeout', () => undefined],
    ['never ends its fields', 504, 'upstream-timeout', socket => socket.write(`${OK}X-A: b\r\n`)],
  ])('and %s → %i', async (_name, status, code, behaviour) => {
    speech = behaviour;
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ code, status, requestId: answer.headers['x-gateway-request-id'] });
    expect(requests).toBe(1);
    const page = await ask({ Accept: 'text/html' });
    expect(page.status).toBe(status);
    expect(page.body).toContain('<title>upstream-failed</title>');
  });

  test('or is not there at all → 502; and what hangs holds up no other system (D3-01)', async () => {
    speech = () => undefined;
    const hanging = Array.from({ length: 30 }, () => ask());
    const opened = await gateway.test.openSession();
    const headers = { Cookie: `__Host-gw=${await opened.cookieFor('factory')}` };
    expect((await gateway.ask('/', { host: 'factory.gateway.test', headers })).status).toBe(200);
    await gateway.factory.close();
    expect((await gateway.ask('/', { host: 'factory.gateway.test', headers })).status).toBe(502);
    const statuses = (await Promise.all(hanging)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 504));
  });
});

describe('a system of which one address answers nobody', () => {
  const slowly = (socket: Socket, request: string): void => {
    if (!request.startsWith('GET /report ')) socket.end(`${OK}Content-Length: 0\r\n\r\n`);
  };
  const askSlow = () => gateway.ask('/report', { headers: { Cookie: cookie } });
  const state = () => gateway.listener.upstreamStates().find(({ system }) => system === 'company')?.state;

  test('goes on serving the others, however many ask for that one at once', async () => {
    speech = slowly;
    const asked = await Promise.all(Array.from({ length: 8 }, askSlow));
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 504));
    expect(state()).toBe('up');
    expect((await ask()).status).toBe(200);
  });

  test('but one that says nothing to anybody is left alone; and whoever goes on asking for that address keeps nobody out once it is back', async () => {
    speech = () => undefined;
    expect((await ask()).status).toBe(504);
    for (let left = 50; state() !== 'open' && left > 0; left -= 1)
      await new Promise(resolve => setTimeout(resolve, 50));
    expect(state()).toBe('open');
    expect((await ask()).status).toBe(503);
    speech = slowly;
    let isOver = false;
    const greedy = Array.from({ length: 4 }, async () => {
      while (!isOver) if ((await askSlow()).status === 503) await new Promise(resolve => setTimeout(resolve, 20));
    });
    await new Promise(resolve => setTimeout(resolve, 1_200));
    expect((await ask()).status).toBe(200);
    isOver = true;
    await Promise.all(greedy);
    expect((await ask()).status).toBe(200);
  });
});

describe('a system that fails in the middle of its answer', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['dies within announced content', socket => socket.end(`${OK}Content-Length: 100\r\n\r\nabc`)],
    ['dies within chunks', socket => socket.end(`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)],
    [
      'sends a chunk that is none',
      socket => socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n`),
    ],
    ['stands still', socket => socket.write(`${OK}Content-Length: 100\r\n\r\nabc`)],
  ])('and %s: the client sees that it was cut', async (_name, behaviour) => {
    speech = behaviour;
    await expect(ask()).rejects.toThrow(/aborted|hang up|socket/i);
  });

  test('and sends more than it announced: the rest goes to nobody', async () => {
    speech = socket =>
      socket.write(`${OK}Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond`);
    expect((await ask()).body).toBe('abc');
    speech = socket => socket.end(`${OK}Content-Length: 3\r\n\r\nown`);
    expect((await ask()).body).toBe('own');
  });

  test('an event stream may stand still for ever: it is not cut by the idle limit', async () => {
    let stream: Socket | undefined;
    speech = socket => {
      stream = socket;
      socket.write(`${OK}Content-Type: text/event-stream\r\n\r\ndata: 1\n\n`);
    };
    const client = await gateway.dial();
    let text = '';
    client.on('data', (data: Buffer) => (text += data.toString('latin1')));
    client.write(`GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\n\r\n`);
    await new Promise(resolve => setTimeout(resolve, 3_500));
    stream?.end('data: 2\n\n');
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(text).toContain('data: 1');
    expect(text).toContain('data: 2');
    client.destroy();
  });

  test('and a client that stops sending is told 408, not the system blamed', async () => {
    speech = () => undefined;
    const answer = await gateway.speak(
      `POST / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nContent-Length: 1000\r\n\r\nabc`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*request-stalled/s);
  });
});

describe('fields of a response (DESIGN §4)', () => {
  test('that are ours, of this connection only, or would reach other hosts, are taken out', async () => {
    const given = [
      'X-Gateway-User: forged',
      'x_gateway_assertion: forged',
      'X-Gateway-Request-Id: forged',
      'Set-Cookie: __Host-gw=stolen; Path=/; Secure',
      'Set-Cookie: __HOST-gw-portal=stolen; Path=/; Secure',
      'Set-Cookie: =__Host-gw=stolen; Path=/; Secure',
      'Set-Cookie:  __Host-gw-trip = stolen',
      'Set-Cookie: own=1; Domain=gateway.test; Path=/; HttpOnly',
      'Set-Cookie: two=2; path=/; domain = .gateway.test',
      'Set-Cookie: plain=3; Path=/',
      'Clear-Site-Data: "cache", "cookies"',
      'Strict-Transport-Security: max-age=0; includeSubDomains',
      'Alt-Svc: h3=":443"',
      'Keep-Alive: timeout=1',
      'Proxy-Authenticate: Basic',
      'Connection: X-Mine, close, Set-Cookie',
      'X-Mine: 1',
      'X-Kept: 1',
      'Cache-Control: max-age=5',
      'Content-Length: 2',
    ];
    speech = socket => socket.end(`${OK}${given.join('\r\n')}\r\n\r\nok`);
    const answer = await ask();
    expect(JSON.stringify(answer.rawHeaders)).not.toMatch(/forged|stolen|cookies"|h3=|Basic|timeout=1"/);
    expect(answer.headers['set-cookie']).toEqual(['own=1; Path=/; HttpOnly', 'two=2; path=/', 'plain=3; Path=/']);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    expect(answer.headers['x-mine']).toBeUndefined();
    expect(answer.headers['x-kept']).toBe('1');
    expect(answer.headers['cache-control']).toBe('max-age=5');
    expect(answer.headers['x-gateway-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.body).toBe('ok');
  });

  test.each([
    ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n', 204, ''],
    ['304', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', 304, ''],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n', 302, ''],
    ['content that ends with the connection', 'HTTP/1.0 200 OK\r\n\r\nuntil the end', 200, 'until the end'],
    ['a trailer announced, with a length', `${OK}Trailer: X-T\r\nContent-Length: 2\r\n\r\nok`, 200, 'ok'],
    ['a status of its own', 'HTTP/1.1 599 Own\r\nContent-Length: 0\r\n\r\n', 599, ''],
    ['early hints first', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`, 200, 'ok'],
  ])('%s passes as it should', async (_name, response, status, body) => {
    speech = socket => socket.end(response);
    const answer = await ask();
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test.each([
    ['HEAD', `${OK}Content-Length: 6\r\n\r\n`, 200],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n', 204],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n', 304],
  ])('content where none can be (%s, %s) is nobody’s, neither now nor next', async (method, response, status) => {
    speech = socket => socket.write(`${response}HTTP/1`);
    const answer = await gateway.ask('/', { method, headers: { Cookie: cookie } });
    expect([answer.status, answer.body]).toEqual([status, '']);
    speech = socket => socket.end(`${OK}Content-Length: 3\r\n\r\nown`);
    expect((await ask()).body).toBe('own');
  });

  test.each([
    ['with its content', 0],
    ['before its content', 50],
  ])('in other writing keep their bytes, where the head comes %s', async (_name, delayMs) => {
    const fields =
      'content-disposition: attachment; filename="報表.xls"\r\nset-cookie: who=王小明\r\nlocation: /報表\r\n';
    speech = socket => {
      const content = '2\r\nok\r\n0\r\n\r\n';
      socket.write(`${OK}${fields}Transfer-Encoding: chunked\r\n\r\n${delayMs === 0 ? content : ''}`);
      setTimeout(() => socket.end(delayMs === 0 ? '' : content), delayMs);
    };
    const said = await gateway.speak(
      `GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(Buffer.from(said, 'latin1').toString()).toContain(fields);
    expect(said).toMatch(/\r\n\r\n2\r\nok\r\n0\r\n\r\n$/);
  });

  test('HEAD keeps the length and has no content', async () => {
    speech = socket => socket.end(`${OK}Content-Length: 1234\r\n\r\n`);
    const answer = await gateway.ask('/', { method: 'HEAD', headers: { Cookie: cookie } });
    expect(answer.headers['content-length']).toBe('1234');
    expect(answer.body).toBe('');
  });
});

function repeat(socket: Socket, text: string): void {
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(text);
  }, 5);
}
