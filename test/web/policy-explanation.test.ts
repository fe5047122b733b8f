import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policySchema } from '../../src/config/policy-rules.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

const POLICY = policySchema.parse([
  { paths: ['/admin/'], deny: true },
  { roles: ['supervisor'], methods: ['POST', 'PURGE'] },
  {
    paths: ['/cases/'],
    require: {
      card: true,
      addresses: ['10.0.0.0/8'],
      hours: { days: 'weekdays', from: '08:00', until: '19:00' },
      purpose: true,
    },
  },
  { methods: ['GET'] },
]);
/** A Monday. */
const CASE = {
  account: 'c-user',
  url: 'https://company.gateway.test/cases/7?id=A123456789',
  from: '10.1.2.3',
  at: '2099-11-23 10:00',
  purpose: '1',
};
const address = (asked: Readonly<Record<string, string>>) => `/policy/explain?${new URLSearchParams(asked).toString()}`;

let desk: TestDesk;
let registrar: Seat;
beforeAll(async () => {
  desk = await openTestDesk({ company: { policy: POLICY } });
  registrar = await desk.as(desk.people.registrar);
});
afterAll(() => desk.portal.close());

describe('why a request passes (D1-096)', () => {
  test('is answered rule by rule, in words', async () => {
    const { text, status } = await registrar.open(address(CASE));
    expect(status).toBe(200);
    expect(text).toContain('規則的要求都符合 <code>requirements-met</code>');
    for (const part of [
      '路徑：/admin/（含其下）',
      '一律禁止',
      '不相符：路徑',
      '方法：POST、PURGE',
      '不相符：角色',
      '須：以自然人憑證登入、來自 10.0.0.0/8、週一至週五 08:00–19:00、已申報使用目的',
      '由這一條決定',
    ]) {
      expect(text).toContain(part);
    }
    // The rule after the one that counts is not looked at, and the query of the address is not part of the verdict.
    expect(text).not.toContain('方法：GET</span>');
    expect(text).toContain('<dd class="break">/cases/7</dd>');
  });

  test.each([
    ['by a one-day password', { login: 'one-day-password' }, 'card-required', 3],
    ['from elsewhere', { from: '192.0.2.1' }, 'address-not-allowed', 3],
    ['from nowhere that is said', { from: '' }, 'address-not-allowed', 3],
    ['on a Sunday', { at: '2099-11-22 10:00' }, 'outside-service-hours', 3],
    ['without a purpose', { purpose: '' }, 'purpose-required', 3],
    ['where a rule refuses', { url: 'https://company.gateway.test/%61dmin' }, 'rule-denies', 1],
    [
      'by a method that no rule names',
      { url: 'https://company.gateway.test/', method: 'PUT' },
      'no-rule-matches',
      null,
    ],
    ['in another system', { url: 'https://factory.gateway.test/' }, 'no-grant-for-system', null],
  ])('says why it does not, %s; to programs the same', async (_case, change, reason, rule) => {
    const asked = address({ ...CASE, ...change });
    const page = await registrar.open(asked);
    expect(page.text).toContain(`<code>${reason}</code>`);
    expect(page.text).toContain('不放行');
    expect((await registrar.ask(asked)).body).toMatchObject({ allow: false, reason, rule });
  });

  test.each([
    ['account', { account: 'nobody' }, 'account', '沒有這個帳號'],
    ['no account', { account: '' }, 'account', '沒有這個帳號'],
    ['host', { url: 'https://elsewhere.gateway.test/' }, 'url', '沒有這個主機'],
    ['path without its host', { url: '/cases/7' }, 'url', '完整網址'],
    ['address that servers read in two ways', { url: 'https://company.gateway.test/a/..;/b' }, 'url', '不同解讀'],
    ['path of the gateway’s own', { url: 'https://company.gateway.test/.gateway/session' }, 'url', '不問規則'],
    ['method', { method: 'get' }, 'method', '大寫英文字母'],
    ['network for an address', { from: '10.0.0.0/8' }, 'from', '須為 IP 位址'],
    ['day that does not exist', { at: '2099-02-30 10:00' }, 'at', '須如'],
    ['hour that does not exist', { at: '2099-02-20 24:00' }, 'at', '須如'],
  ])('comes back with what was typed and a message: %s', async (_what, change, field, told) => {
    const asked = { ...CASE, ...change };
    const page = await registrar.open(address(asked));
    expect(page.status).toBe(400);
    expect(page.text).toContain(`href="#${field}"`);
    expect(page.text).toContain(told);
    expect(page.text).toContain(`value="${asked.from}"`);
    const json = await registrar.ask(address(asked));
    expect(json.status).toBe(400);
    expect(json.body).toMatchObject({ code: 'fields-invalid', problems: [{ field }] });
  });

  test('markup in what was typed stays text', async () => {
    const page = await registrar.open(address({ ...CASE, account: '"><script>alert(1)</script>' }));
    expect(page.text).not.toContain('<script>alert');
  });

  test('is asked by nothing before anything is asked', async () => {
    const page = await registrar.open('/policy/explain');
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('id="answer"');
  });

  test('is told of accounts within one’s duties only, and whose others are is not told', async () => {
    const { registrar: own, cityRegistrar, checker, auditor, administrator, head, user } = desk.people;
    const judged = async (account: typeof own) => (await (await desk.as(account)).open(address(CASE))).status;
    expect(await Promise.all([own, checker, auditor, administrator].map(judged))).toEqual([200, 200, 200, 200]);
    const outside = await (await desk.as(cityRegistrar)).open(address(CASE));
    const nobody = await (await desk.as(cityRegistrar)).open(address({ ...CASE, account: 'nobody' }));
    expect([outside.status, nobody.status]).toEqual([400, 400]);
    expect(outside.text).toContain(EXPECTED_FAILURE);
    expect(nobody.text).toContain(EXPECTED_FAILURE);
    expect(await Promise.all([head, user].map(judged))).toEqual([403, 403]);
  });
});

const EXPECTED_FAILURE = '您的職權範圍內沒有這個帳號';
