import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { Agent, createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { connect, createServer as createNetServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { Http2Connection } from '../../src/gateway/upstreams/http2-connection.ts';
import { createTlsAuthority, issueServerCertificate } from '../authority/tls-authority.ts';
import { plainUpstream } from '../support/plain-upstream.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

type Answering = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

let gateway: GatewayUnderTest;
let cookie: string;
let answer: Answering;
const sessions: ServerHttp2Session[] = [];
let oldRequests = 0;
const closers: (() => void)[] = [];

beforeAll(async () => {
  const authority = await createTlsAuthority(new Date());
  const issued = await issueServerCertificate(authority, ['localhost'], new Date());
  const identity = {
    cert: issued.certificate.pem,
    key: issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', socket => {
    socket.on('message', data => socket.send(data));
  });
  const server = createSecureServer({ ...identity, allowHTTP1: true }, (request, response) =>
    answer(request, response),
  );
  server.on('session', session => void sessions.push(session));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, peer => sockets.emit('connection', peer, request));
  });
  const old = createHttpsServer(identity, (_request, response) => {
    oldRequests += 1;
    response.end('old');
  });
  const origins = [];
  for (const each of [server, old]) {
    await new Promise<void>(resolve => void each.listen(0, '127.0.0.1', resolve));
    origins.push(`https://localhost:${(each.address() as AddressInfo).port}`);
    closers.push(() => each.close());
  }
  closers.push(
    () => sessions.forEach(session => session.destroy()),
    () => old.closeAllConnections(),
  );
  const tls = { ca: authority.certificate.pem };
  const [company = '', factory = ''] = origins;
  gateway = await startGateway({
    upstreams: {
      company: plainUpstream(company, { protocol: 'h2', tls }),
      factory: plainUpstream(factory, { protocol: 'h2', tls }),
    },
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
  for (const close of closers) close();
});
beforeEach(() => {
  answer = (request, response) => {
    void buffer(request).then(content => {
      response.setHeader('Set-Cookie', ['a=1; Domain=gateway.test', 'b=2']);
      response.end(JSON.stringify({ headers: request.headers, version: request.httpVersion, length: content.length }));
    });
  };
});

const ask = (target: string, headers: Record<string, string> = {}) =>
  gateway.ask(target, { headers: { Cookie: cookie, ...headers } });

describe('a system by HTTP/2', () => {
  test('D3-01 is told who asks as by HTTP/1.1, and what it answers comes through the same rules', async () => {
    const response = await ask('/a?b=%20', {
      'X-Gateway-User': 'forged',
      Via: 'kept',
      Connection: 'X-Gone',
      'X-Gone': '1',
    });
    const { headers, version } = JSON.parse(response.body) as { headers: Record<string, string>; version: string };
    expect(version).toBe('2.0');
    expect(headers).toMatchObject({
      ':authority': 'company.gateway.test',
      ':path': '/a?b=%20',
      ':scheme': 'https',
      via: 'kept',
      'x-forwarded-host': 'company.gateway.test',
      'x-gateway-user': 'demo.clerk',
    });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-gone']));
    expect(headers['x-gateway-assertion']).toMatch(/^ey/);
    expect(JSON.stringify(headers)).not.toContain('forged');
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test('has many requests on one connection, and content both ways', async () => {
    const content = randomBytes(3_000_000);
    answer = (request, response) => void request.pipe(response);
    const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
    const bodies = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const headers = { Cookie: cookie, Origin: 'https://company.gateway.test' };
        const text = content.toString('base64');
        const { body } = await gateway.ask('/upload', { method: 'POST', headers, body: text });
        return hash(body) === hash(text);
      }),
    );
    expect(bodies.every(Boolean)).toBe(true);
    expect(sessions).toHaveLength(1);
  });

  test('is sent what a client says twice, as by HTTP/1.1', async () => {
    const said = await gateway.speak(
      `GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n` +
        'User-Agent: a\r\nUser-Agent: b\r\nReferer: c\r\nReferer: d\r\nDNT: 1\r\nDNT: 1\r\n\r\n',
    );
    expect(said).toMatch(/^HTTP\/1\.1 200 /);
    expect(said).toContain('"user-agent":"a');
  });

  test('has its trailers passed on to those who take them', async () => {
    answer = (_request, response) => {
      response.addTrailers({ 'X-Sum': 'abc', 'Set-Cookie': 'no=1' });
      response.end('content');
    };
    const trailers = await new Promise((resolve, reject) => {
      const headers = { Host: 'company.gateway.test', Cookie: cookie, TE: 'trailers', Connection: 'TE' };
      const options = { host: '127.0.0.1', port: gateway.port, ca: gateway.ca, servername: 'company.gateway.test' };
      httpsRequest({ ...options, agent: false, headers }, response => {
        response.resume().on('end', () => resolve(response.trailers));
      })
        .on('error', reject)
        .end();
    });
    expect(trailers).toEqual({ 'x-sum': 'abc' });
  });

  test('has its interim responses passed on', async () => {
    answer = (_request, response) => {
      response.stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload', 'x-gateway-user': 'forged' });
      response.end('content');
    };
    const said = await gateway.speak(
      `GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 /);
  });

  test('sends events one by one', async () => {
    let next: () => void = () => undefined;
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      let count = 0;
      next = () => {
        count += 1;
        response.write(`data: ${count}\n\n`);
        if (count === 3) response.end();
      };
      next();
    };
    const client = await gateway.dial();
    client.write(`GET / HTTP/1.1\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of client as AsyncIterable<Buffer>) {
      text += chunk.toString('latin1');
      const seen = text.match(/data: \d/g)?.length ?? 0;
      if (seen > 0 && text.endsWith(`data: ${seen}\n\n\r\n`)) next();
    }
    expect(text).toContain('data: 3');
  });

  test('answers before it has read it all, and the client sees it', async () => {
    answer = (_request, response) => {
      response.writeHead(403);
      response.end('enough');
    };
    const headers = { Cookie: cookie, Origin: 'https://company.gateway.test' };
    const response = await gateway.ask('/', { method: 'POST', headers, body: Buffer.alloc(900_000) });
    expect([response.status, response.body]).toEqual([403, 'enough']);
  });

  test('has WebSockets by HTTP/1.1', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${gateway.port}/ws`, {
      agent: new Agent({ ca: gateway.ca, servername: 'company.gateway.test' }),
      headers: { Host: 'company.gateway.test', Origin: 'https://company.gateway.test', Cookie: cookie },
    });
    const echoed = new Promise((resolve, reject) => {
      socket.on('open', () => socket.send('hello')).on('error', reject);
      socket.on('message', data => resolve((data as Buffer).toString()));
    });
    expect(await echoed).toBe('hello');
    const underWay = () => gateway.listener.upstreamStates().find(({ system }) => system === 'company')?.underWay;
    expect(underWay()).toBe(1);
    socket.terminate();
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(underWay()).toBe(0);
  });

  test('that restarts has what is under way finished, and the next on another connection', async () => {
    let finish: () => void = () => undefined;
    answer = (_request, response) => void (finish = () => void response.end('finished'));
    const underWay = ask('/long');
    await new Promise(resolve => setTimeout(resolve, 100));
    const before = sessions.length;
    sessions.at(-1)?.close();
    await new Promise(resolve => setTimeout(resolve, 50));
    const finishLong = finish;
    answer = (_request, response) => void response.end('next');
    expect((await ask('/')).body).toBe('next');
    finishLong();
    expect((await underWay).body).toBe('finished');
    expect(sessions).toHaveLength(before + 1);
  });

  test('that speaks only HTTP/1.1 after all is sent nothing: 502', async () => {
    const opened = await gateway.test.openSession();
    const response = await gateway.ask('/', {
      host: 'factory.gateway.test',
      headers: { Cookie: `__Host-gw=${await opened.cookieFor('factory')}` },
    });
    expect(response.status).toBe(502);
    expect(oldRequests).toBe(0);
  });

  test('is let go, and nothing else falls, where the one request that waited for a connection was given up and a new configuration destroys it', async () => {
    const faults: Error[] = [];
    const note = (error: Error): void => void faults.push(error);
    process.prependListener('uncaughtException', note);
    const server = createNetServer(socket => socket.on('error', () => socket.destroy()).resume());
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connection = new Http2Connection({
      origin: `http://127.0.0.1:${port}`,
      connect: (_where, done) => {
        const socket = connect(port, '127.0.0.1', () => done(null, socket));
      },
      responseHeadBytes: 16_384,
      onSpent: () => undefined,
    });
    const failed = new Promise(resolve => {
      connection.dispatch(
        { method: 'GET', path: '/', origin: `http://127.0.0.1:${port}` },
        {
          onRequestStart: controller => {
            controller.abort(new Error('The client has gone.'));
            void connection.destroy();
          },
          onResponseError: (_controller, error) => resolve(error.message),
        },
      );
    });
    expect(await failed).toBe('The client has gone.');
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(faults).toEqual([]);
    process.off('uncaughtException', note);
    await new Promise(resolve => void server.close(resolve));
  });
});
