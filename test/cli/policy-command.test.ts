import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { policySchema } from '../../src/config/policy-rules.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';

const POLICY = policySchema.parse([
  { paths: ['/admin/'], deny: true },
  { roles: ['supervisor'], methods: ['POST'] },
  {
    paths: ['/cases/'],
    require: {
      card: true,
      addresses: ['10.0.0.0/8'],
      hours: { days: 'weekdays', from: '08:00', until: '19:00' },
    },
  },
  { paths: ['/queries/'], require: { purpose: true } },
  { methods: ['GET'] },
]);
const ACTOR = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
/** A Monday. */
const OPEN = '2099-11-23T10:00:00+08:00';
const BASE = { method: 'GET', url: 'https://company.gateway.test/cases/7?x=1', as: 'demo.clerk', at: OPEN };

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext({ company: { policy: POLICY } });
});
afterAll(() => test_.close());
const explain = (input: object, rulesVersion = 'test') =>
  runCommand(
    'policy explain',
    { gateway: { ...test_.context, rulesVersion }, health: () => Promise.resolve([]), actor: ACTOR },
    input,
  );

describe('policy explain (D1-096)', () => {
  test('names the rule that counts, and why each before it does not', async () => {
    const answer = await explain({ ...BASE, from: '10.1.2.3' });
    expect(answer).toMatchObject({
      exitCode: 0,
      data: {
        allow: true,
        reason: 'requirements-met',
        rule: 3,
        system: 'company',
        path: '/cases/7',
        roles: ['case-handler'],
        rules: [
          { number: 1, mismatch: 'paths', text: 'roles any; methods any; paths /admin/; deny' },
          { number: 2, mismatch: 'roles' },
          {
            number: 3,
            mismatch: null,
            text: 'roles any; methods any; paths /cases/; require card and addresses 10.0.0.0/8 and hours weekdays 08:00–19:00',
          },
        ],
      },
    });
    expect(answer.text).toContain('allowed: requirements-met (rule 3)');
    expect(answer.text).toContain('rule 2: roles supervisor; methods POST; paths any — not about it: roles');
  });

  test.each([
    ['without the address of who asks', {}, 'address-not-allowed', 3],
    ['by a one-day password', { from: '10.1.2.3', login: 'one-day-password' }, 'card-required', 3],
    ['late', { from: '10.1.2.3', at: '2099-11-23T19:00:00+08:00' }, 'outside-service-hours', 3],
    ['without a purpose', { url: 'https://company.gateway.test/queries/7' }, 'purpose-required', 4],
    ['where a rule refuses', { url: 'https://company.gateway.test/%61dmin' }, 'rule-denies', 1],
    ['where no rule is about it', { method: 'PUT', url: 'https://company.gateway.test/' }, 'no-rule-matches', null],
    ['before the grant began', { at: '1999-01-01T10:00:00+08:00' }, 'no-grant-for-system', null],
    ['in another system', { url: 'https://factory.gateway.test/' }, 'no-grant-for-system', null],
  ])('denied %s: exit 1', async (_case, change, reason, rule) => {
    expect(await explain({ ...BASE, ...change })).toMatchObject({ exitCode: 1, data: { allow: false, reason, rule } });
  });

  test('D1-096 a purpose is taken as declared where that is said', async () => {
    const answer = await explain({ ...BASE, url: 'https://company.gateway.test/queries/7', purpose: true });
    expect(answer).toMatchObject({ exitCode: 0, data: { allow: true, reason: 'requirements-met', rule: 4 } });
    expect(answer.text).toContain('require purpose — counts');
  });

  test('rules of use that are not acknowledged come before the rules of the system', async () => {
    const data = { allow: false, reason: 'rules-not-acknowledged', rules: [] };
    expect(await explain(BASE, 'next')).toMatchObject({ exitCode: 1, data });
  });

  test.each([
    ['account-not-found', { as: 'nobody' }],
    ['system-not-found', { url: 'https://elsewhere.gateway.test/' }],
    ['own-path', { url: 'https://company.gateway.test/.gateway/logout' }],
    ['target-form', { url: '/cases/7' }],
    ['target-form', { url: 'http://company.gateway.test/' }],
    ['target-ambiguous', { url: 'https://company.gateway.test/a/..;/admin' }],
    ['method-refused', { method: 'TRACE' }],
    ['method-refused', { method: 'DELTE' }],
    ['wrong-use', { method: 'get' }],
    ['wrong-use', { at: 'tomorrow' }],
    ['wrong-use', { from: '10.0.0.0/8' }],
    ['wrong-use', { login: 'password' }],
    ['wrong-use', { as: undefined }],
  ])('%s: exit 2', async (code, change) => {
    expect(await explain({ ...BASE, ...change })).toMatchObject({ exitCode: 2, data: { code } });
  });
});
