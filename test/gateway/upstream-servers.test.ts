import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainUpstream } from '../support/plain-upstream.ts';
import { startGateway, type Answer, type GatewayUnderTest } from './gateway-under-test.ts';
import { startUpstream, valuesOf, type RecordingUpstream } from './recording-upstream.ts';

let servers: RecordingUpstream[];
let gateway: GatewayUnderTest;
let cookie: string;

beforeAll(async () => {
  servers = await Promise.all([startUpstream(), startUpstream(), startUpstream()]);
  gateway = await startGateway({
    upstreams: {
      company: plainUpstream('', {
        servers: servers.map(({ origin }) => origin),
        health: { path: '/healthz', everyMs: 100, timeoutMs: 500 },
      }),
    },
  });
  cookie = await gateway.logIn();
});
afterAll(async () => {
  await gateway.close();
  await Promise.all(servers.map(server => server.close()));
});
beforeEach(() => {
  for (const server of servers) {
    server.answer = undefined;
    server.received.length = 0;
  }
});

function ask(target: string, headers: Record<string, string> = {}): Promise<Answer> {
  return gateway.ask(target, { headers: { Cookie: cookie, ...headers } });
}

/** How many requests each has received, checks of its health apart. */
function shares(): number[] {
  return servers.map(({ received }) => received.filter(({ target }) => target !== '/healthz').length);
}

function stateOf(server: RecordingUpstream | undefined): string | undefined {
  return gateway.listener.upstreamStates().find(state => state.server === server?.origin)?.state;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let left = 100; !isSo(); left -= 1) {
    if (left === 0) throw new Error('It did not come about.');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('a system on three servers', () => {
  test('has its requests spread by turn while all are alike', async () => {
    for (let count = 0; count < 6; count += 1) expect((await ask('/')).status).toBe(200);
    expect(shares()).toEqual([2, 2, 2]);
  });

  test('and to those with the fewest under way where they are not', async () => {
    const [slow] = servers;
    if (slow === undefined) throw new Error('There are three.');
    let release: () => void = () => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    let waiting = 0;
    slow.answer = (request, response) => {
      if (request.url === '/healthz') response.end();
      else {
        waiting += 1;
        void held.then(() => response.end('late'));
      }
    };
    const asked = [ask('/1'), ask('/2'), ask('/3')];
    await until(() => waiting === 1);
    for (let count = 0; count < 4; count += 1) await ask('/');
    expect(waiting).toBe(1);
    const underWay = gateway.listener.upstreamStates().find(({ server }) => server === slow.origin)?.underWay;
    expect(underWay).toBe(1);
    release();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('of which one says that it is not well gets none for it until it is, and readiness is not the gateway’s to lose', async () => {
    const [ill] = servers;
    if (ill === undefined) throw new Error('There are three.');
    ill.answer = (_request, response) => response.writeHead(500).end();
    await until(() => stateOf(ill) === 'down');
    for (let count = 0; count < 6; count += 1) expect((await ask('/')).status).toBe(200);
    expect(gateway.logged).toContainEqual({
      facts: { system: 'company', server: ill.origin, state: 'down' },
      message: 'A server of a business system gets no requests for now.',
    });
    ill.answer = undefined;
    await until(() => stateOf(ill) === 'up');
    for (let count = 0; count < 3; count += 1) await ask('/');
    expect(shares()[0]).toBe(1);
    const check = ill.received.find(({ target }) => target === '/healthz');
    expect(valuesOf(check?.rawHeaders ?? [], 'host')).toEqual(['company.gateway.test']);
    expect(JSON.stringify(check)).not.toContain('X-Gateway');
  });

  test('none of which is well is a 503 at once, told when to come again, and nothing is passed on', async () => {
    for (const server of servers) server.answer = (_request, response) => response.writeHead(503).end();
    await until(() => servers.every(server => stateOf(server) === 'down'));
    for (const server of servers) server.received.length = 0;
    const program = await ask('/');
    expect(program.status).toBe(503);
    expect(program.headers['retry-after']).toBe('1');
    expect(JSON.parse(program.body)).toMatchObject({ code: 'upstream-unavailable', status: 503 });
    const page = await ask('/', { Accept: 'text/html' });
    expect(page.body).toContain('<title>upstream-failed</title>');
    expect(page.body).toContain('"status":503');
    expect(shares()).toEqual([0, 0, 0]);
    for (const server of servers) server.answer = undefined;
    await until(() => servers.every(server => stateOf(server) === 'up'));
    expect((await ask('/')).status).toBe(200);
  });
});

describe('a server that is not there', () => {
  let company: RecordingUpstream;
  let away: string;
  let other: GatewayUnderTest;
  let otherCookie: string;
  beforeAll(async () => {
    company = await startUpstream();
    const gone = await startUpstream();
    away = gone.origin;
    await gone.close();
    other = await startGateway({
      upstreams: {
        company: plainUpstream('', { servers: [away, company.origin] }),
        factory: plainUpstream(away),
      },
    });
    otherCookie = await other.logIn();
  });
  afterAll(async () => {
    await other.close();
    await company.close();
  });

  test('has the next take the request, whatever its method: nothing was sent, and its content comes whole', async () => {
    const body = 'x'.repeat(100_000);
    for (let count = 0; count < 4; count += 1) {
      const headers = { Cookie: otherCookie, Origin: 'https://company.gateway.test' };
      const answer = await other.ask('/form', { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
    }
    expect(company.received.map(received => received.body.length)).toEqual([100_000, 100_000, 100_000, 100_000]);
  });

  test('is left alone after five failures, asked again a second later, and taken in once it is back', async () => {
    for (let count = 0; count < 6; count += 1) await other.ask('/', { headers: { Cookie: otherCookie } });
    const stateOfAway = () => other.listener.upstreamStates().find(({ server }) => server === away)?.state;
    expect(stateOfAway()).toBe('open');
    const { port } = new URL(away);
    const back = createServer(socket => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback'));
    });
    await new Promise<void>(resolve => void back.listen(Number(port), '127.0.0.1', resolve));
    const before = company.received.length;
    await other.ask('/', { headers: { Cookie: otherCookie } });
    expect(company.received.length).toBe(before + 1);
    await new Promise(resolve => setTimeout(resolve, 1_050));
    const bodies = [];
    for (let count = 0; count < 2; count += 1) {
      bodies.push((await other.ask('/', { headers: { Cookie: otherCookie } })).body);
    }
    expect(bodies).toContain('back');
    expect(stateOfAway()).toBe('up');
    await other.listener.close(0);
    await new Promise(resolve => back.close(resolve));
  });
});

describe('a connection that was closed while it was idle', () => {
  let raw: Server;
  let speech: (socket: Socket, request: string, nth: number) => void;
  let requests: string[] = [];
  let stale: GatewayUnderTest;
  let staleCookie: string;
  beforeAll(async () => {
    raw = createServer(socket => {
      let nth = 0;
      socket.on('error', () => socket.destroy());
      socket.on('data', data => {
        const request = data.toString('latin1');
        nth += 1;
        requests.push(request.slice(0, request.indexOf(' HTTP')));
        speech(socket, request, nth);
      });
    });
    await new Promise<void>(resolve => void raw.listen(0, '127.0.0.1', resolve));
    const { port } = raw.address() as AddressInfo;
    stale = await startGateway({ upstreams: { company: `http://127.0.0.1:${port}` } });
    staleCookie = await stale.logIn();
  });
  afterAll(async () => {
    await stale.close();
    await new Promise(resolve => raw.close(resolve));
  });
  beforeEach(async () => {
    speech = socket => socket.write(OK);
    await send('GET');
    requests = [];
  });

  const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const send = (method: string, body?: string): Promise<Answer> => {
    const headers = { Cookie: staleCookie, Origin: 'https://company.gateway.test' };
    return stale.ask('/', { method, headers, ...(body === undefined ? {} : { body }) });
  };
  /** Answers the first request of a connection, and hangs up at the second. */
  const hangUpAtTheSecond = (socket: Socket, _request: string, nth: number): void => {
    if (nth === 1) socket.write(OK);
    else socket.destroy();
  };

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is sent once more, on a fresh one', async method => {
    speech = hangUpAtTheSecond;
    expect((await send(method)).status).toBe(200);
    expect(requests).toEqual([`${method} /`, `${method} /`]);
  });

  test.each<[string, string, string | undefined]>([
    ['POST', 'POST', undefined],
    ['PATCH', 'PATCH', undefined],
    ['PUT with content', 'PUT', 'some'],
  ])('%s is not: only the system knows whether it has been carried out', async (_name, method, body) => {
    speech = hangUpAtTheSecond;
    expect((await send(method, body)).status).toBe(502);
    expect(requests.filter(request => request.startsWith(method))).toHaveLength(1);
  });

  test('a request is not sent again where a byte of the answer has come', async () => {
    speech = (socket, _request, nth) => (nth === 1 ? socket.write(OK) : socket.end('HTTP/1.1 2'));
    expect((await send('GET')).status).toBe(502);
    expect(requests).toHaveLength(1);
  });

  test('nor where the connection was a fresh one', async () => {
    speech = socket => socket.destroy();
    // The kept connection and the fresh one: each has been sent it once, and no other.
    expect((await send('GET')).status).toBe(502);
    expect(requests).toHaveLength(2);
    requests = [];
    expect((await send('GET')).status).toBe(502);
    expect(requests).toHaveLength(1);
  });

  test('what is sent again is judged again, if its check has become old by then (D3-07)', async () => {
    speech = (socket, _request, nth) => {
      if (nth === 1) socket.write(OK);
      else setTimeout(() => socket.destroy(), 2_300);
    };
    const asked = send('GET');
    await new Promise(resolve => setTimeout(resolve, 200));
    await stale.test.setAccountState('suspended');
    const answer = await asked;
    await stale.test.setAccountState('active');
    expect(answer.status).toBe(403);
    expect(requests).toHaveLength(1);
  });
});
