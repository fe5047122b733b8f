import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { composeNamedParameters, markForSearch } from '../../src/audit/named-values.ts';
import { policySchema } from '../../src/config/policy-rules.ts';
import type { OpenedSession } from '../support/gateway-context.ts';
import { next, openWebSocket, readToEnd, recordOf, recordsOf, responseTo, startRequest } from './access-client.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

/** The first rule refuses, the second wants a card. */
const POLICY = policySchema.parse([
  { paths: ['/admin/'], deny: true },
  { paths: ['/decisions/'], require: { card: true } },
  { paths: ['/cases/', '/ws'] },
]);

let gateway: GatewayUnderTest;
let session: OpenedSession;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({
    company: { policy: POLICY, namedParameters: composeNamedParameters(['idNo'], ['caseNo']) },
    settings: { responseHeadS: 1 },
  });
  const sockets = new WebSocketServer({ server: gateway.company.server });
  sockets.on('connection', socket => {
    socket.on('message', () => socket.send('nineteen characters'));
  });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  gateway.company.answer = undefined;
  gateway.company.received.length = 0;
  session = await gateway.test.openSession();
  cookie = `__Host-gw=${await session.cookieFor('company')}`;
});

describe('the record of a request to a business system', () => {
  test('tells who asked what of whom, and what came of it (D2-059, D1-111: web and API)', async () => {
    const before = gateway.test.context.clock.now();
    const answer = await gateway.ask('/cases/1?idNo=A123456789&caseNo=1140001234&token=s3cret', {
      method: 'POST',
      headers: { Cookie: cookie, Origin: 'https://company.gateway.test', 'Content-Type': 'text/plain' },
      body: 'x'.repeat(5_000),
    });
    expect(answer.status).toBe(200);
    const record = await recordOf(gateway, '/cases/1');
    const { context, account } = gateway.test;
    expect(record).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      at: expect.any(Date) as Date,
      requestId: answer.headers['x-gateway-request-id'],
      channel: 'http',
      accountId: account.id,
      sessionReference: session.session.reference,
      authentication: 'card',
      systemId: 'company',
      method: 'POST',
      path: '/cases/1',
      named: [
        {
          as: 'subject',
          parameter: 'idNo',
          masked: 'A1••••••89',
          mark: markForSearch('subject', 'a123456789', context.markKey),
        },
        {
          as: 'case',
          parameter: 'caseNo',
          masked: '11••••••34',
          mark: markForSearch('case', '1140001234', context.markKey),
        },
      ],
      purpose: null,
      caseNumber: null,
      decision: { allow: true, reason: 'role-granted', rule: 3 },
      outcome: 'complete',
      status: 200,
      bytesIn: 5_000,
      bytesOut: Buffer.byteLength(answer.body),
      durationMs: expect.any(Number) as number,
      clientAddress: '127.0.0.1',
    });
    expect(record.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    // The system received what the record does not tell.
    expect(gateway.company.received[0]?.target).toBe('/cases/1?idNo=A123456789&caseNo=1140001234&token=s3cret');
    expect(JSON.stringify(record)).not.toMatch(/s3cret|token|123456789|1140001234/);
  });

  test('is found by the person asked about', async () => {
    await gateway.ask('/cases/2?IDNO=%42%31%32%33456789', { headers: { Cookie: cookie } });
    const { database, markKey } = gateway.test.context;
    const find = (text: string) =>
      database.accessRecords.listAccessRecords(
        { named: { as: 'subject', mark: markForSearch('subject', text, markKey) } },
        { after: null, limit: 10 },
      );
    await expect.poll(() => find('B123456789')).toMatchObject([{ path: '/cases/2' }]);
    expect(await find('B123456788')).toEqual([]);
  });

  test.each([
    ['/admin/users', 'GET', 403, 'rule-denies', 1],
    ['/decisions/1', 'GET', 403, 'card-required', 2],
    ['/none-such', 'GET', 403, 'no-rule-matches', null],
  ])('is there for %s, which is refused, with reason and rule', async (path, method, status, reason, rule) => {
    const day = await gateway.test.openSession({ method: 'one-day-password' });
    const headers = { Cookie: `__Host-gw=${await day.cookieFor('company')}` };
    expect((await gateway.ask(`${path}?idNo=A123456789`, { method, headers })).status).toBe(status);
    expect(gateway.company.received).toEqual([]);
    expect(await recordOf(gateway, path)).toMatchObject({
      authentication: 'one-day-password',
      sessionReference: day.session.reference,
      decision: { allow: false, reason, rule },
      outcome: 'refused',
      status,
      named: [{ masked: 'A1••••••89' }],
    });
  });

  test('is not made for whoever is not logged in, nor for the gateway’s own pages', async () => {
    await gateway.ask('/cases/anonymous');
    await gateway.ask('/cases/anonymous', { headers: { Cookie: `__Host-gw=${'x'.repeat(43)}` } });
    await gateway.ask('/.gateway/session', { headers: { Cookie: cookie } });
    await gateway.ask('/cases/known', { headers: { Cookie: cookie } });
    await recordOf(gateway, '/cases/known');
    expect(await recordsOf(gateway, '/cases/anonymous')).toEqual([]);
    expect(await recordsOf(gateway, '/.gateway/session')).toEqual([]);
  });

  test('says when the system failed, and when it was silent', async () => {
    gateway.company.answer = (_request, response) => response.destroy();
    expect(
      (
        await gateway.ask('/cases/died', {
          method: 'POST',
          headers: { Cookie: cookie, Origin: 'https://company.gateway.test' },
        })
      ).status,
    ).toBe(502);
    expect(await recordOf(gateway, '/cases/died')).toMatchObject({ outcome: 'upstream-failed', status: 502 });
    gateway.company.answer = () => undefined;
    expect((await gateway.ask('/cases/silent', { headers: { Cookie: cookie } })).status).toBe(504);
    expect(await recordOf(gateway, '/cases/silent')).toMatchObject({ outcome: 'broken-off', status: 504 });
  });

  test('says when the client left, and how much he had received', async () => {
    gateway.company.answer = (_request, response) => response.writeHead(200).write('x'.repeat(1_000));
    const outgoing = startRequest(gateway, '/cases/left', cookie);
    outgoing.end();
    const response = await responseTo(outgoing);
    await new Promise<void>(resolve => response.once('data', () => resolve()));
    outgoing.destroy();
    expect(await recordOf(gateway, '/cases/left')).toMatchObject({
      outcome: 'client-gone',
      status: 200,
      bytesOut: 1_000,
    });
  });

  test('says when the end of the session broke it off', async () => {
    gateway.company.answer = (_request, response) => response.writeHead(200).write('the beginning');
    const outgoing = startRequest(gateway, '/cases/ended', cookie);
    outgoing.end();
    const response = await responseTo(outgoing);
    await gateway.test.context.sessions.end(session.session.reference, 'administrator');
    expect((await readToEnd(response)).isWhole).toBe(false);
    expect(await recordOf(gateway, '/cases/ended')).toMatchObject({ outcome: 'broken-off', status: 200, bytesOut: 13 });
  });

  test('of a path beyond all measure is cut', async () => {
    const path = `/cases/${'x'.repeat(3_000)}`;
    expect((await gateway.ask(path, { headers: { Cookie: cookie } })).status).toBe(200);
    expect((await recordOf(gateway, `${path.slice(0, 1_023)}…`)).path).toHaveLength(1_024);
  });

  test('of a WebSocket is one, at its end, with the bytes of both ways (D1-111: WebSocket)', async () => {
    const socket = openWebSocket(gateway, '/ws?idNo=A123456789', cookie);
    await next(socket, 'open');
    const answered = next(socket, 'message');
    socket.send('0123456789');
    await answered;
    expect(await recordsOf(gateway, '/ws')).toEqual([]);
    socket.close();
    await next(socket, 'close');
    const record = await recordOf(gateway, '/ws');
    expect(record).toMatchObject({
      channel: 'websocket',
      outcome: 'complete',
      status: 101,
      named: [{ masked: 'A1••••••89' }],
    });
    // A frame of ten characters with its mask, and the close; the answer, and the close.
    expect(record.bytesIn).toBeGreaterThanOrEqual(10 + 6);
    expect(record.bytesOut).toBeGreaterThanOrEqual(19 + 2);
  });

  test('of a WebSocket that the end of the session closes says so; of one that is refused, too', async () => {
    const socket = openWebSocket(gateway, '/refused-ws', cookie);
    await next(socket, 'error');
    expect(await recordOf(gateway, '/refused-ws')).toMatchObject({ channel: 'http', outcome: 'refused', status: 403 });
    const open = openWebSocket(gateway, '/cases/ws', cookie);
    await next(open, 'open');
    await gateway.test.context.sessions.end(session.session.reference, 'administrator');
    await next(open, 'close');
    expect(await recordOf(gateway, '/cases/ws')).toMatchObject({
      channel: 'websocket',
      outcome: 'broken-off',
      status: 101,
    });
  });

  test('nothing of a query stands in what is logged', () => {
    expect(JSON.stringify(gateway.logged)).not.toMatch(/idNo|123456789|s3cret/i);
  });
});
