import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policySchema } from '../../src/config/policy-rules.ts';
import { purposesSchema } from '../../src/config/purposes.ts';
import { findTrip, issueEntryCode } from '../../src/flows/login/enter-system.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

/** The person has the role `case-handler` in company and none in factory. */
const POLICY = policySchema.parse([
  { paths: ['/admin/'], deny: true },
  { roles: ['supervisor'], paths: ['/approvals/'] },
  { roles: ['case-handler'], methods: ['GET'], paths: ['/cases/'] },
  { roles: ['case-handler'], methods: ['POST'], paths: ['/cases/'], require: { card: true } },
  { paths: ['/from-afar'], require: { addresses: ['192.0.2.0/24'] } },
  { paths: ['/from-here'], require: { addresses: ['127.0.0.0/8'] } },
  { paths: ['/queries/'], require: { card: true, purpose: true } },
  { paths: ['/hours'], require: { hours: { days: 'every-day', from: '09:00', until: '17:00' } } },
]);

const PURPOSES = purposesSchema.parse([{ code: 'inquiry', name: '答復詢問', nameEn: 'Inquiry' }]);

let gateway: GatewayUnderTest;
let cookies: Readonly<Record<'card' | 'day' | 'declared', string>>;
beforeAll(async () => {
  gateway = await startGateway({ company: { policy: POLICY, purposes: PURPOSES } });
  const cookieOf = async (method: 'card' | 'one-day-password') =>
    `__Host-gw=${await (await gateway.test.openSession({ method })).cookieFor('company')}`;
  cookies = {
    card: await cookieOf('card'),
    day: await cookieOf('one-day-password'),
    declared: await declareAt(await cookieOf('card')),
  };
});
afterAll(() => gateway.close());

/** The same session's cookie after a purpose was declared in it. */
async function declareAt(cookie: string): Promise<string> {
  const answer = await gateway.ask('/.gateway/purpose', {
    method: 'POST',
    headers: {
      Cookie: cookie,
      Origin: 'https://company.gateway.test',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: 'purpose=inquiry',
  });
  expect(answer.status).toBe(303);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
beforeEach(() => {
  gateway.company.received.length = 0;
});

const MATRIX: readonly [path: string, method: string, by: 'card' | 'day' | 'declared', reason: string | null][] = [
  ['/cases/7', 'GET', 'card', null],
  ['/cases/7', 'HEAD', 'card', null],
  ['/cases/7', 'GET', 'day', null],
  ['/cases/7', 'POST', 'card', null],
  ['/cases/7', 'POST', 'day', 'card-required'],
  ['/cases/7', 'DELETE', 'card', 'no-rule-matches'],
  ['/cases/7', 'PROPFIND', 'card', 'no-rule-matches'],
  ['/approvals/7', 'GET', 'card', 'no-rule-matches'],
  ['/', 'GET', 'card', 'no-rule-matches'],
  ['/admin', 'GET', 'card', 'rule-denies'],
  ['/%61dmin/x', 'HEAD', 'card', 'rule-denies'],
  ['/ADMIN;v/x', 'POST', 'card', 'rule-denies'],
  ['/from-afar', 'GET', 'card', 'address-not-allowed'],
  ['/from-here', 'GET', 'card', null],
  ['/queries/7', 'GET', 'declared', null],
  ['/queries/7', 'POST', 'declared', null],
  ['/queries/7', 'GET', 'card', 'purpose-required'],
  ['/queries/7', 'HEAD', 'card', 'purpose-required'],
  ['/queries/7', 'POST', 'card', 'purpose-required'],
  ['/queries/7', 'GET', 'day', 'card-required'],
  ['/cases/7', 'POST', 'declared', null],
  ['/admin/x', 'GET', 'declared', 'rule-denies'],
  ['/', 'GET', 'declared', 'no-rule-matches'],
];

describe('the rules of a system on its requests', () => {
  test.each(MATRIX)('D1-096 D3-07 %s %s by %s: %s', async (path, method, by, reason) => {
    const headers = { Cookie: cookies[by], Origin: 'https://company.gateway.test', 'X-Forwarded-For': '192.0.2.7' };
    const answer = await gateway.ask(path, { method, headers });
    expect(answer.status).toBe(reason === null ? 200 : 403);
    expect(gateway.company.received).toHaveLength(reason === null ? 1 : 0);
    if (reason !== null && method !== 'HEAD') expect(JSON.parse(answer.body)).toMatchObject({ code: reason });
  });

  test('D1-096 role × system: the same request is denied where the person has no role, rules or none', async () => {
    const opened = await gateway.test.openSession();
    const headers = { Cookie: `__Host-gw=${await opened.cookieFor('factory')}` };
    const answer = await gateway.ask('/cases/7', { host: 'factory.gateway.test', headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'no-grant-for-system' });
    expect(gateway.factory.connections).toBe(0);
  });

  test('D1-096 an upgrade is judged as the GET that it is', async () => {
    const upgrade = (path: string) =>
      gateway.speak(
        [
          `GET ${path} HTTP/1.1`,
          'Host: company.gateway.test',
          `Cookie: ${cookies.card}`,
          'Origin: https://company.gateway.test',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          '\r\n',
        ].join('\r\n'),
      );
    expect(await upgrade('/admin/socket')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade('/unnamed')).toMatch(/^HTTP\/1\.1 403 /);
    expect(gateway.company.received).toEqual([]);
  });

  test('the way in is not judged by rules; what is asked for next is', async () => {
    const page = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };
    const away = await gateway.ask('/admin/', { headers: page });
    const trip = away.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const tripId = new URL(away.headers.location ?? '').searchParams.get('trip') ?? '';
    const found = await findTrip(gateway.test.context, tripId);
    const { session } = await gateway.test.openSession();
    const entry = await issueEntryCode(gateway.test.context, { session, trip: found!.trip, system: found!.system });
    const { pathname, search } = new URL(entry);
    const back = await gateway.ask(pathname + search, { headers: { ...page, Cookie: trip } });
    expect(back.status).toBe(303);
    const cookie = back.headers['set-cookie']?.find(each => each.startsWith('__Host-gw='))?.split(';')[0];
    const answer = await gateway.ask(back.headers.location ?? '', { headers: { ...page, Cookie: cookie } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('rule-denies');
    expect(gateway.company.received).toEqual([]);
  });

  test('D1-096 hours are those of the gateway in Taipei', async () => {
    const taipeiHour = () => (gateway.test.context.clock.now().getUTCHours() + 8) % 24;
    const ask = () => gateway.ask('/hours', { headers: { Cookie: cookies.card } });
    const hoursTo = (hour: number) => ((hour + 24 - taipeiHour()) % 24) * 3_600_000;
    gateway.test.advance(hoursTo(12));
    cookies = { ...cookies, card: await gateway.logIn() };
    expect((await ask()).status).toBe(200);
    gateway.test.advance(hoursTo(17));
    cookies = { ...cookies, card: await gateway.logIn() };
    const late = await ask();
    expect(late.status).toBe(403);
    expect(JSON.parse(late.body)).toMatchObject({ code: 'outside-service-hours' });
    expect(gateway.company.received).toHaveLength(1);
  });
});
