import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { askStream, openHttp2 } from './http2-client.ts';

const LISTED = 'https://maps.gateway.test';

let gateway: GatewayUnderTest;
let cookie: string;
beforeAll(async () => {
  gateway = await startGateway({ allowedOrigins: [LISTED] });
  cookie = await gateway.logIn();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.company.received.length = 0;
});

const QUESTION = {
  Origin: LISTED,
  'Access-Control-Request-Method': 'PUT',
  'Access-Control-Request-Headers': 'content-type, x-own, x-gateway-user, bad name',
};

describe('the question of a browser before a request of another origin (CORS preflight)', () => {
  test('is answered for a listed origin, without a cookie, and the system receives nothing (D3-07)', async () => {
    const answer = await gateway.ask('/cases/7', { method: 'OPTIONS', headers: QUESTION });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type, x-own',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
    expect(gateway.company.received).toEqual([]);
  });

  test('over HTTP/2 as well', async () => {
    const session = await openHttp2(gateway);
    const fields = Object.fromEntries(Object.entries(QUESTION).map(([name, value]) => [name.toLowerCase(), value]));
    const answer = await askStream(session, { ':method': 'OPTIONS', ':path': '/cases/7', ...fields });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': LISTED } });
    session.destroy();
  });

  test.each<[string, Record<string, string>]>([
    ['of an origin that is not listed', { ...QUESTION, Origin: 'https://factory.gateway.test' }],
    ['of an origin that only begins like a listed one', { ...QUESTION, Origin: `${LISTED}.evil.example` }],
    ['of null', { ...QUESTION, Origin: 'null' }],
    ['without a method', { Origin: LISTED }],
    ['with a method that is none', { ...QUESTION, 'Access-Control-Request-Method': 'P UT' }],
  ])('is none %s: 401, and nothing says that it may', async (_what, headers) => {
    const answer = await gateway.ask('/cases/7', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(401);
    expect(answer.headers).not.toHaveProperty('access-control-allow-methods');
    expect(gateway.company.received).toEqual([]);
  });

  test('opens nothing: the request itself is judged', async () => {
    const stranger = await gateway.ask('/cases/7', { method: 'PUT', headers: { Origin: LISTED } });
    expect(stranger.status).toBe(401);
    expect(gateway.company.received).toEqual([]);
    const known = await gateway.ask('/cases/7', { method: 'PUT', headers: { Origin: LISTED, Cookie: cookie } });
    expect(known.status).toBe(200);
    const sibling = { Origin: 'https://factory.gateway.test', Cookie: cookie };
    expect((await gateway.ask('/cases/7', { method: 'PUT', headers: sibling })).status).toBe(403);
  });
});

test('a refusal can be read by pages of listed origins, and by no others', async () => {
  const refused = await gateway.ask('/x', { headers: { Origin: LISTED } });
  expect(refused.status).toBe(401);
  expect(refused.headers).toMatchObject({
    'access-control-allow-origin': LISTED,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  });
  const foreign = await gateway.ask('/x', { headers: { Origin: 'https://evil.example' } });
  expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
});
