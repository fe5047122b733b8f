import { METHODS } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TAKEN_METHODS } from '../../src/http-fields/taken-methods.ts';
import { policySchema } from '../../src/config/policy-rules.ts';
import { decide } from '../../src/policy/decision.ts';
import { EVERY_ROLE_EVERYTHING, type PolicyRequest } from '../../src/policy/rule.ts';

/** A Monday, 10:00 in Taipei. */
const AT = new Date('2026-11-23T02:00:00Z');
const REQUEST: PolicyRequest = {
  method: 'GET',
  path: '/cases/7',
  clientAddress: '10.1.2.3',
  authentication: 'card',
  isPurposeDeclared: false,
  at: AT,
};

const judge = (rules: readonly object[], change: Partial<PolicyRequest> = {}, roles = ['officer']) =>
  decide(policySchema.parse(rules), roles, { ...REQUEST, ...change });

describe('the rules of a system (D1-096)', () => {
  test('without rules every role may do everything', () => {
    for (const method of ['GET', 'DELETE', 'BREW'])
      expect(decide([EVERY_ROLE_EVERYTHING], ['any'], { ...REQUEST, method })).toEqual({
        allow: true,
        reason: 'role-granted',
        rule: 1,
      });
  });

  test('the first that is about a request counts, and no later one makes good what it lacks', () => {
    const rules = [{ roles: ['clerk'] }, { paths: ['/cases/'], require: { card: true } }, {}];
    expect(judge(rules, { authentication: 'one-day-password' })).toEqual({
      allow: false,
      reason: 'card-required',
      rule: 2,
    });
    expect(judge(rules)).toEqual({ allow: true, reason: 'requirements-met', rule: 2 });
    expect(judge(rules, { path: '/' })).toEqual({ allow: true, reason: 'role-granted', rule: 3 });
    expect(judge([{ deny: true }, {}])).toEqual({ allow: false, reason: 'rule-denies', rule: 1 });
  });

  test('what no rule is about is denied', () => {
    const denied = { allow: false, reason: 'no-rule-matches', rule: null };
    expect(decide([], ['officer'], REQUEST)).toEqual(denied);
    expect(judge([{ roles: ['clerk'] }])).toEqual(denied);
    expect(judge([{ methods: ['GET'] }], { method: 'BREW' })).toEqual(denied);
    expect(judge([{ methods: ['GET'] }], { method: 'get' })).toEqual(denied);
    expect(judge([{ paths: ['/other/'] }])).toEqual(denied);
  });

  test('HEAD follows GET', () => {
    expect(judge([{ methods: ['GET'], deny: true }, {}], { method: 'HEAD' })).toMatchObject({ allow: false, rule: 1 });
    expect(judge([{ methods: ['GET'] }], { method: 'HEAD' })).toMatchObject({ allow: true });
  });

  test.each([
    ...[
      '/admin',
      '/admin/',
      '/admin/x',
      '/Admin/x',
      '/%41dmin',
      '/%2541dmin',
      '/admin;v=1/x',
      '/;x/admin',
      '/admin/;x',
    ],
    ...['/admin./x', '/admin%20/x', '/admin%20.', '/admin::$DATA', '/admin:$I30:$INDEX_ALLOCATION/x'],
  ])('a rule about /admin/ is about %s', path => {
    expect(judge([{ paths: ['/admin/'], deny: true }, {}], { path })).toMatchObject({ reason: 'rule-denies' });
  });

  test.each([
    ['/admin/*', 'wildcard'],
    ['/cases/*/secret', 'wildcard'],
    ['/cases/:id', 'wildcard'],
    ['/cases/{id}', 'wildcard'],
    ['/a;x/', 'parameter'],
    ['/a%3Bx/', 'parameter'],
  ])('a rule about %s is an error: it would be about something else', (path, word) => {
    const issues = policySchema.safeParse([{ paths: [path], deny: true }, {}]).error?.issues ?? [];
    expect(issues.map(({ message }) => message)).toEqual([expect.stringContaining(word)]);
  });

  test('a path may have a colon, and an encoded star, which is the letter', () => {
    expect(judge([{ paths: ['/cases:search', '/%2A'], deny: true }, {}], { path: '/*' })).toMatchObject({ rule: 1 });
  });

  test.each(['DELTE', 'FOO', 'TRACE', 'CONNECT', 'HEAD', 'delete', 'GET '])(
    'a rule about %s is an error: no request has this method',
    method => {
      expect(policySchema.safeParse([{ methods: [method], deny: true }]).error?.issues).toHaveLength(1);
    },
  );

  test('every method that is taken can be parsed, and is one of a rule', () => {
    const rest = METHODS.filter(method => !TAKEN_METHODS.has(method));
    expect(rest).toEqual(['CONNECT', 'TRACE']);
    expect(TAKEN_METHODS.size).toBe(METHODS.length - rest.length);
    expect(judge([{ methods: [...TAKEN_METHODS].filter(method => method !== 'HEAD') }])).toMatchObject({ allow: true });
  });

  test.each(['/administration', '/', '/x/admin', '/adm'])('a rule about /admin/ is not about %s', path => {
    expect(judge([{ paths: ['/admin/'], deny: true }, {}], { path })).toMatchObject({ rule: 2 });
  });

  test('a rule about /cases is about nothing below it; one about / is about everything', () => {
    expect(judge([{ paths: ['/cases'] }], { path: '/cases' })).toMatchObject({ allow: true });
    expect(judge([{ paths: ['/cases'] }], { path: '/cases/' })).toMatchObject({ allow: true });
    expect(judge([{ paths: ['/cases'] }])).toMatchObject({ allow: false });
    expect(judge([{ paths: ['/'] }])).toMatchObject({ allow: true });
    expect(judge([{ paths: ['/'] }], { path: '/' })).toMatchObject({ allow: true });
  });

  test.each([
    ['10.255.0.1', true],
    ['2001:db8::7', true],
    ['192.0.2.9', true],
    ['192.0.2.10', false],
    ['11.0.0.1', false],
    ['2001:db9::1', false],
    ['unknown', false],
    ['', false],
  ])('addresses: %s %s', (clientAddress, allow) => {
    const rules = [{ require: { addresses: ['10.0.0.0/8', '192.0.2.9', '2001:db8::/32'] } }];
    expect(judge(rules, { clientAddress })).toMatchObject(allow ? { allow } : { allow, reason: 'address-not-allowed' });
  });

  test('an IPv6 network holds no IPv4 address', () => {
    expect(judge([{ require: { addresses: ['::/1'] } }])).toMatchObject({ reason: 'address-not-allowed' });
  });

  test.each([
    ['2026-11-23T00:00:00Z', 'every-day', true],
    ['2026-11-22T23:59:59Z', 'every-day', false],
    ['2026-11-23T10:59:59Z', 'weekdays', true],
    ['2026-11-23T11:00:00Z', 'weekdays', false],
    // A Saturday and a Sunday in Taipei, one of them a Friday still where clocks show UTC.
    ['2026-11-21T02:00:00Z', 'weekdays', false],
    ['2026-11-22T02:00:00Z', 'weekdays', false],
    ['2026-11-22T02:00:00Z', 'every-day', true],
  ])('08:00 to 19:00 in Taipei: %s, %s: %s', (at, days, allow) => {
    const rules = [{ require: { hours: { days, from: '08:00', until: '19:00' } } }];
    const decision = judge(rules, { at: new Date(at) });
    expect(decision).toMatchObject(allow ? { allow } : { allow, reason: 'outside-service-hours' });
  });

  test('a whole weekday ends at 24:00 in Taipei', () => {
    const rules = [{ require: { hours: { days: 'weekdays', from: '00:00', until: '24:00' } } }];
    expect(judge(rules, { at: new Date('2026-11-27T15:59:59Z') })).toMatchObject({ allow: true });
    expect(judge(rules, { at: new Date('2026-11-27T16:00:00Z') })).toMatchObject({ allow: false });
  });

  test('decide as a naive reading of the list does, whatever the list', () => {
    const [ROLES, METHODS, PATHS] = [
      ['a', 'b'],
      ['GET', 'POST'],
      ['/x/', '/y'],
    ] as const;
    const some = (values: readonly string[]) =>
      fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
    const rule = fc
      .record({
        roles: some(ROLES),
        methods: some(METHODS),
        paths: some(PATHS),
        then: fc.constantFrom('deny', 'card', ''),
      })
      .map(({ then, ...about }) => ({
        ...about,
        ...(then === 'deny' ? { deny: true } : {}),
        ...(then === 'card' ? { require: { card: true } } : {}),
      }));
    const asked = fc.record({
      roles: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      path: fc.constantFrom('/x/1', '/y', '/z'),
      authentication: fc.constantFrom('card', 'one-day-password'),
    });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), asked, (rules, { roles, ...request }) => {
        let expected = false;
        for (const each of rules) {
          if (each.roles && !each.roles.some(role => roles.includes(role))) continue;
          if (each.methods && !each.methods.includes(request.method)) continue;
          if (
            each.paths &&
            !each.paths.some(path => (path === '/x/' ? request.path === '/x/1' : request.path === path))
          )
            continue;
          expected = !('deny' in each) && (!('require' in each) || request.authentication === 'card');
          break;
        }
        expect(judge(rules, request as Partial<PolicyRequest>, roles).allow).toBe(expected);
      }),
    );
  });
});
