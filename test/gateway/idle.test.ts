import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test, vi } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** Company's own limit; the gateway's is four hours. */
const COMPANY_MS = 30 * 60 * SECOND;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGateway({ company: { idleMs: COMPANY_MS, backgroundPaths: ['/poll', '/feed/'] } });
});
afterAll(() => gateway.close());
// The clock stands still but for `advance`: limits are exact.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const SCRIPT = { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin' };
const PAGE = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' };
const POST = { ...SCRIPT, Origin: 'https://company.gateway.test' };

const STAY = { ...POST, 'Content-Type': 'application/json' };
const STAY_BY_TIMER = { ...STAY, 'X-Activity': 'background' };

/** Asks all the while, several times, for as long as told; then whether the session stands. */
async function standsAfter(
  idleMs: number,
  polling: readonly [target: string, headers?: OutgoingHttpHeaders, method?: string],
): Promise<boolean> {
  const headers = { Cookie: await gateway.logIn() };
  const [target, own = SCRIPT, method = 'GET'] = polling;
  const steps = 4;
  for (let step = 1; step < steps; step += 1) {
    gateway.test.advance(idleMs / steps);
    expect((await gateway.ask(target, { method, headers: { ...headers, ...own } })).status).toBe(200);
  }
  gateway.test.advance(idleMs / steps);
  const told = await gateway.ask('/.gateway/session', { headers });
  return (JSON.parse(told.body) as { alive: boolean }).alive;
}

describe('polling alone for the whole limit: the session ends (D1-099)', () => {
  test.each<[string, string, OutgoingHttpHeaders?, string?]>([
    ['marked as background', '/cases', { ...SCRIPT, 'X-Activity': 'background' }],
    ['marked so twice', '/cases', { ...SCRIPT, 'X-Activity': 'background, background' }],
    ['by POST, marked as background', '/cases', { ...POST, 'X-Activity': 'background' }, 'POST'],
    ['on a path configured for it', '/poll'],
    ['there by POST', '/poll', POST, 'POST'],
    ['there with a query', '/poll?since=1'],
    ['there by a page that loads itself anew', '/poll', PAGE],
    ['there with the name encoded', '/%70oll'],
    ['there with parameters', '/poll;jsessionid=1'],
    ['below a folder configured for it', '/feed/a/b'],
    ['for server-sent events', '/cases', { ...SCRIPT, Accept: 'text/event-stream' }],
    ['of pictures', '/cases', { 'Sec-Fetch-Dest': 'image', 'Sec-Fetch-Mode': 'no-cors' }],
    ['of a frame that loads itself anew', '/cases', { ...PAGE, 'Sec-Fetch-Dest': 'iframe' }],
    ['of what is only prefetched', '/cases', { ...PAGE, 'Sec-Purpose': 'prefetch;prerender' }],
    ['of how the session stands', '/.gateway/session'],
    ['that stays by a timer, marked as background', '/.gateway/session', STAY_BY_TIMER, 'POST'],
  ])('%s', async (_name, ...polling) => {
    expect(await standsAfter(COMPANY_MS, polling)).toBe(true);
    expect(await standsAfter(COMPANY_MS + 4, polling)).toBe(false);
  });

  test.each<[string, string, OutgoingHttpHeaders?, string?]>([
    ['a page', '/cases', PAGE],
    ['a script', '/cases'],
    ['a form', '/cases', { ...PAGE, Origin: 'https://company.gateway.test' }, 'POST'],
    ['a click in a frame', '/cases', { ...PAGE, 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-User': '?1' }],
    ['a page of a similar address', '/polls'],
    ['a page below the polling path', '/poll/1'],
    ['the polling path in a query', '/cases?to=/poll'],
    ['the folder itself', '/feed'],
    ['a program', '/cases', {}],
    ['a click on "stay logged in"', '/.gateway/session', STAY, 'POST'],
  ])('its twin: %s is a person’s', async (_name, ...work) => {
    expect(await standsAfter(2 * COMPANY_MS, work)).toBe(true);
  });

  test('a path that two servers would read differently is refused, and prolongs nothing', async () => {
    const headers = { Cookie: await gateway.logIn(), ...SCRIPT };
    for (const target of ['/cases/..%2fpoll', '//poll', '/x/../poll', '/%2e/poll']) {
      expect((await gateway.ask(target, { headers })).status).toBe(400);
    }
    expect((await gateway.ask('/cases', { headers: { ...headers, 'Sec-Purpose': ['a', 'b'] } })).status).toBe(400);
  });
});

describe("a system's own idle limit (D1-098, D3-06)", () => {
  test.each([
    ['29:59', COMPANY_MS - SECOND, true],
    ['30:00', COMPANY_MS, true],
    ['30:00.001', COMPANY_MS + 1, false],
    ['30:01', COMPANY_MS + SECOND, false],
  ])('%s after the last activity in it', async (_time, idleMs, stands) => {
    const headers = { Cookie: await gateway.logIn(), ...SCRIPT };
    gateway.test.advance(COMPANY_MS - SECOND);
    expect((await gateway.ask('/cases', { headers })).status).toBe(200);
    gateway.test.advance(idleMs);
    const answer = await gateway.ask('/cases', { headers });
    expect(answer.status).toBe(stands ? 200 : 401);
    if (!stands) expect(JSON.parse(answer.body)).toMatchObject({ code: 'session-over', reason: 'idle' });
  });

  test('holds for the whole session, and not for one that has not entered it', async () => {
    const { context } = gateway.test;
    const [inside, outside] = [await gateway.test.openSession(), await gateway.test.openSession()];
    await inside.cookieFor('company');
    const factory = [await inside.cookieFor('factory'), await outside.cookieFor('factory')];
    const ask = (cookie: string) =>
      gateway.ask('/.gateway/session', { host: 'factory.gateway.test', headers: { Cookie: `__Host-gw=${cookie}` } });
    gateway.test.advance(COMPANY_MS + 1);
    const answers = await Promise.all(factory.map(ask));
    expect(answers.map(({ body }) => (JSON.parse(body) as { alive: boolean }).alive)).toEqual([false, true]);
    gateway.test.advance(4 * HOUR);
    expect(await context.sessions.listLiveOf(gateway.test.account.id)).toEqual([]);
  });
});
