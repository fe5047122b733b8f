import { createHash } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  gateway.company.received.length = 0;
  gateway.company.answer = undefined;
  cookie = await gateway.logIn();
});

function start(method: string, headers: Record<string, string> = {}): ClientRequest {
  return httpsRequest({
    host: '127.0.0.1',
    port: gateway.port,
    ca: gateway.ca,
    servername: 'company.gateway.test',
    agent: false,
    method,
    path: '/stream',
    headers: { Host: 'company.gateway.test', Cookie: cookie, ...headers },
  });
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
}

/** The system's side of the next request. */
function nextAtUpstream(): Promise<{ readonly request: IncomingMessage; readonly response: ServerResponse }> {
  return new Promise(resolve => {
    gateway.company.answer = (request, response) => resolve({ request, response });
  });
}

function chunkOf(stream: IncomingMessage): Promise<Buffer> {
  return new Promise(resolve => stream.once('data', resolve));
}

function closing(stream: IncomingMessage | ServerResponse): Promise<void> {
  return new Promise(resolve => stream.once('close', resolve));
}

describe('server-sent events', () => {
  test('arrive one by one: the next is sent only after the last was seen', async () => {
    const upstream = nextAtUpstream();
    const request = start('GET', { Accept: 'text/event-stream' });
    const answered = responseTo(request);
    request.end();
    const { response } = await upstream;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    const stream = await answered;
    for (let event = 1; event <= 5; event += 1) {
      const seen = chunkOf(stream);
      response.write(`data: ${event}\n\n`);
      expect((await seen).toString()).toBe(`data: ${event}\n\n`);
    }
    response.end();
    stream.resume();
    await closing(stream);
  });

  test('do so on a hundred streams at once, each with its own events', async () => {
    const senders: ServerResponse[] = [];
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      senders.push(response);
    };
    const opening = Array.from({ length: 100 }, () => {
      const request = start('GET', { Accept: 'text/event-stream' });
      request.end();
      return responseTo(request);
    });
    const streams = await Promise.all(opening);
    expect(senders).toHaveLength(100);
    for (let event = 1; event <= 5; event += 1) {
      const seen = Promise.all(streams.map(chunkOf));
      const sent = senders.map((sender, number) => {
        const text = `data: ${event} of ${number}\n\n`;
        sender.write(text);
        return text;
      });
      expect((await seen).map(String).sort()).toEqual(sent.sort());
    }
    expect(gateway.listener.openCounts()['event-stream']).toBe(100);
    const closed = Promise.all(streams.map(stream => closing(stream.resume())));
    for (const sender of senders) sender.end();
    await closed;
  });
});

describe('uploads', () => {
  const MEGABYTE = Buffer.alloc(1_048_576, 'u');

  test('stream: 50 MB pass while the gateway holds back a client whose system does not read', async () => {
    const upstream = nextAtUpstream();
    const request = start('POST', { 'Content-Length': String(50 * MEGABYTE.length) });
    const answered = responseTo(request);
    let accepted = 0;
    const sending = (async () => {
      for (let part = 0; part < 50; part += 1) {
        if (!request.write(MEGABYTE)) await new Promise(resolve => request.once('drain', resolve));
        accepted += MEGABYTE.length;
      }
      request.end();
    })();

    const { request: received, response } = await upstream;
    // The system reads nothing. What the client can get rid of is what the buffers on the way hold, and that is bounded.
    let before = -1;
    while (accepted !== before) {
      before = accepted;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    expect(accepted).toBeLessThan(25 * MEGABYTE.length);

    const hash = createHash('sha256');
    for await (const chunk of received as AsyncIterable<Buffer>) hash.update(chunk);
    response.end(hash.digest('hex'));
    await sending;
    const expected = createHash('sha256');
    for (let part = 0; part < 50; part += 1) expected.update(MEGABYTE);
    expect((await chunkOf(await answered)).toString()).toBe(expected.digest('hex'));
  });

  test('chunked stay chunked, with the same bytes', async () => {
    const request = start('PUT');
    const answered = responseTo(request);
    request.write('one');
    request.end('two');
    await chunkOf(await answered);
    expect(gateway.company.received[0]?.body.toString()).toBe('onetwo');
    expect(gateway.company.received[0]?.rawHeaders.map(text => text.toLowerCase())).toContain('transfer-encoding');
  });

  test('wait for 100 until the request is judged; a refused one is never asked to go on', async () => {
    const request = start('POST', { Expect: '100-continue', 'Content-Length': '3' });
    const answered = responseTo(request);
    await new Promise(resolve => {
      request.once('continue', () => resolve(request.end('abc')));
      request.flushHeaders();
    });
    expect((await answered).statusCode).toBe(200);
    expect(gateway.company.received[0]?.body.toString()).toBe('abc');

    cookie = '__Host-gw=none';
    const refused = start('POST', { Expect: '100-continue', 'Content-Length': '3' });
    let wasAskedOn = false;
    refused.once('continue', () => (wasAskedOn = true));
    const refusal = responseTo(refused);
    refused.flushHeaders();
    expect((await refusal).statusCode).toBe(401);
    refused.destroy();
    expect(wasAskedOn).toBe(false);
    expect(gateway.company.received).toHaveLength(1);
  });

  test('that the system refuses early bring its answer, not a reset', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(413).end('too large');
    };
    const request = start('POST', { 'Content-Length': '600000' });
    const answered = responseTo(request);
    request.write(Buffer.alloc(300_000));
    const response = await answered;
    expect(response.statusCode).toBe(413);
    request.end(Buffer.alloc(300_000));
    expect((await chunkOf(response)).toString()).toBe('too large');
  });

  test('end at the system when the client goes away', async () => {
    const upstream = nextAtUpstream();
    const request = start('POST', { 'Content-Length': '1000000' });
    request.on('error', () => undefined);
    request.write('abc');
    const { request: received } = await upstream;
    received.on('error', () => undefined).resume();
    const closed = closing(received);
    request.destroy();
    await closed;
    expect(received.complete).toBe(false);
  });
});

/** Early hints with more than may pass, then a step of work, then the answer. */
function answerInSteps(_request: IncomingMessage, response: ServerResponse): void {
  response.writeInformation(103, {
    Link: '</a.css>; rel=preload',
    'X-Gateway-User': 'forged',
    'Set-Cookie': 'a=1; Domain=gateway.test',
    'Alt-Svc': 'h2=":1"',
  });
  response.writeInformation(102, {});
  response.end('done');
}

test('interim responses pass by the rules of any other, but to HTTP/1.0 (RFC 9110 section 15.2)', async () => {
  gateway.company.answer = answerInSteps;
  const ask = (version: string) =>
    gateway.speak(
      `GET / HTTP/${version}\r\nHost: company.gateway.test\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
  const [hints, processing, final] = (await ask('1.1')).split('\r\n\r\n');
  expect(hints?.split('\r\n')).toEqual(['HTTP/1.1 103 Early Hints', 'link: </a.css>; rel=preload', 'set-cookie: a=1']);
  expect(processing).toBe('HTTP/1.1 102 Processing');
  expect(final).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask('1.0')).toMatch(/^HTTP\/1\.1 200 /);
});

describe('downloads', () => {
  test('hold back a system whose client does not read', async () => {
    let written = 0;
    gateway.company.answer = (_request, response) => {
      const part = Buffer.alloc(1_048_576, 'd');
      const more = (): void => {
        while (written < 50 * part.length) {
          written += part.length;
          if (!response.write(part)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const request = start('GET');
    const answered = responseTo(request);
    request.end();
    const response = await answered;
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    expect(written).toBeLessThan(25 * 1_048_576);
    let read = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) read += chunk.length;
    expect(read).toBe(50 * 1_048_576);
  });

  test('carry trailers to a client that takes them (RFC 9110 section 6.5)', async () => {
    gateway.company.answer = (_request, response) => {
      response.writeHead(200, { Trailer: 'Digest, X-Gateway-User' });
      response.write('body');
      response.addTrailers({ Digest: 'sha-256=abc', 'X-Gateway-User': 'forged' });
      response.end();
    };
    const request = start('GET', { TE: 'trailers', Connection: 'TE' });
    const answered = responseTo(request);
    request.end();
    const response = await answered;
    response.resume();
    await closing(response);
    expect(response.trailers).toEqual({ digest: 'sha-256=abc' });
  });

  test('end at the system when the client goes away', async () => {
    const upstream = nextAtUpstream();
    const request = start('GET');
    request.on('error', () => undefined);
    request.end();
    const { response } = await upstream;
    const closed = closing(response);
    response.writeHead(200).write('begin');
    request.destroy();
    await closed;
    expect(response.writableFinished).toBe(false);
  });
});
