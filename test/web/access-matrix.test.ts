import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, GatewayRole } from '../../src/accounts/account.ts';
import { ACCESS, type AddressRule, type AddressRules } from '../../src/web/access.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

/** Every row of the access table × everybody × an account of the own and of a foreign organisation (D1-096). */

type Method = 'get' | 'post';
type Verdict = 'log in' | 'refused' | 'let in';

const TABLE: Readonly<Record<string, AddressRules>> = ACCESS;
const ROWS = Object.entries(TABLE).flatMap(([address, rules]) =>
  (['get', 'post'] as const).flatMap((method): [Method, string, AddressRule][] => {
    const rule = rules[method];
    return rule === undefined ? [] : [[method, address, rule]];
  }),
);

/**
 * POSTs that a session by one-day password, or nobody, may send: the way in and out, and what is only one's own, forms
 * that one fills in among it. Any other
 * new row that changes something has to say `decides`, or be put here on purpose.
 */
const OPEN_POSTS = new Set([
  '/language',
  '/login/card/challenge',
  '/login/card',
  '/login/card/trouble',
  // Begins what only the card and this browser can finish.
  '/login/tls',
  '/login/one-day-password',
  '/login/one-day-password/change',
  '/logout',
  '/activate',
  '/activate/password',
  '/activate/rules',
  '/activate/card/challenge',
  '/activate/card',
  '/rebind',
  '/rules/acknowledge',
  '/profile',
  '/session',
  '/sessions/end',
  '/apply/card/challenge',
  '/apply/card',
  '/apply/leave',
  '/apply/applications/new/:form',
  '/apply/applications/:number/edit',
  '/apply/applications/:number/withdraw',
  '/apply/applications/:number/attachments',
  '/apply/applications/:number/attachments/:attachment/remove',
  '/applications/new/:form',
  '/applications/:number/edit',
  '/applications/:number/withdraw',
  '/applications/:number/attachments',
  '/applications/:number/attachments/:attachment/remove',
]);

/** Who they are, said here a second time and by hand: roles held today, and whom of two accounts they reach by which. */
interface Visitor {
  readonly name: string;
  readonly account: (people: TestDesk['people']) => Account | undefined;
  readonly method?: 'one-day-password';
  readonly roles: readonly GatewayRole[];
  /** By which roles they reach a user of the county's commerce unit, and one of the city. */
  readonly county: readonly GatewayRole[];
  readonly city: readonly GatewayRole[];
}

const NOBODY: Visitor = { name: 'nobody', account: () => undefined, roles: [], county: [], city: [] };
/** Has signed with a card that has no account. */
const APPLICANT: Visitor = { ...NOBODY, name: 'card applicant' };
const VISITORS: readonly Visitor[] = [
  NOBODY,
  APPLICANT,
  everywhere('case officer', people => people.caseOfficer, 'case-officer'),
  everywhere('ministry administrator', people => people.administrator, 'ministry-administrator'),
  everywhere('auditor', people => people.auditor, 'auditor'),
  inCounty('registrar', people => people.registrar, 'registrar'),
  inCounty('checker', people => people.checker, 'checker'),
  inCounty('unit head', people => people.head, 'unit-head'),
  {
    name: 'deputy of the unit head',
    account: people => people.deputy,
    roles: ['general-user', 'unit-head'],
    county: ['unit-head'],
    city: [],
  },
  { name: 'user', account: people => people.user, roles: ['general-user'], county: ['general-user'], city: [] },
  { name: 'colleague', account: people => people.neighbour, roles: ['general-user'], county: [], city: [] },
  {
    ...inCounty('registrar by one-day password', people => people.registrar, 'registrar'),
    method: 'one-day-password',
  },
  {
    ...everywhere('case officer by one-day password', people => people.caseOfficer, 'case-officer'),
    method: 'one-day-password',
  },
  {
    ...everywhere('administrator by one-day password', people => people.administrator, 'ministry-administrator'),
    method: 'one-day-password',
  },
];

function everywhere(name: string, account: Visitor['account'], role: GatewayRole): Visitor {
  return { name, account, roles: [role], county: [role], city: [role] };
}

function inCounty(name: string, account: Visitor['account'], role: GatewayRole): Visitor {
  return { name, account, roles: [role], county: [role], city: [] };
}

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

/** What the row says, read by this test's own eyes. */
function expected(rule: AddressRule, visitor: Visitor, reached: readonly GatewayRole[]): Verdict {
  if (rule.who === 'world' || rule.who === 'browser') return 'let in';
  if (rule.who === 'applicant') return visitor === APPLICANT ? 'let in' : 'log in';
  if (visitor === NOBODY || visitor === APPLICANT) return 'log in';
  const isNamed = (roles: readonly GatewayRole[]) =>
    rule.who === 'person' ? true : roles.some(role => rule.who.includes(role));
  if (!isNamed(visitor.roles)) return 'refused';
  if (rule.scope === 'account' && !(reached.length > 0 && isNamed(reached))) return 'refused';
  return rule.decides === true && visitor.method !== undefined ? 'refused' : 'let in';
}

function sitDown(visitor: Visitor): Promise<Seat> | undefined {
  if (visitor === APPLICANT) return desk.asApplicant();
  const account = visitor.account(desk.people);
  return account === undefined ? undefined : desk.as(account, visitor.method ?? 'card');
}

const NOWHERE = '00000000-0000-4000-8000-000000000000';

function pathOf(address: string, account: Account): string {
  const values: Readonly<Record<string, string>> = {
    account: account.id,
    organisation: account.organisationId,
    page: 'rules',
    figure: '2',
  };
  return address.replace('*name', 'look.css').replaceAll(/:(\w+)/g, (_all, name: string) => values[name] ?? NOWHERE);
}

async function ask(seat: Seat | undefined, method: Method, rule: AddressRule, path: string) {
  if (seat === undefined) {
    const browser = desk.portal.browser();
    if (method === 'get') return browser.get(path);
    return rule.body === 'json' ? browser.postJson(path, {}) : browser.postForm(path, {});
  }
  if (method === 'get') return seat.open(path);
  return rule.body === 'json' ? seat.sendJson(path, {}) : seat.send(path);
}

const REFUSALS = /access-refused|card-session-required/;

function verdictOf(answer: { status: number; text: string; headers: Record<string, unknown> }): Verdict {
  if (answer.status === 401) return 'log in';
  if (answer.status === 303 && /^\/(login|apply)$/.test(String(answer.headers['location']))) return 'log in';
  return answer.status === 403 && REFUSALS.test(answer.text) ? 'refused' : 'let in';
}

describe.each(VISITORS)('$name', visitor => {
  let kept: Seat | undefined;
  beforeAll(async () => {
    kept = await sitDown(visitor);
  });

  test.each(ROWS)('%s %s', async (method, address, rule) => {
    const places = [
      [desk.people.user, visitor.county],
      [desk.people.stranger, visitor.city],
    ] as const;
    // Only an address with an account or an organisation in it can be about a foreign one.
    for (const [about, reached] of /:(account|organisation)/.test(address) ? places : places.slice(0, 1)) {
      // These rows may end the login that is there.
      const isSpent = method === 'post' && (rule.who === 'browser' || rule.who === 'applicant');
      const seat = isSpent ? await sitDown(visitor) : kept;
      const answer = await ask(seat, method, rule, pathOf(address, about));
      expect(answer.status).toBeLessThan(500);
      const verdict = verdictOf(answer);
      const due = expected(rule, visitor, reached);
      // Behind these rows a journey judges too, and may refuse what the row lets in; never the other way round.
      if (rule.scope === 'journey' && due === 'let in') expect(verdict).not.toBe('log in');
      else expect([about.loginName, verdict]).toEqual([about.loginName, due]);
    }
  });
});

describe('the default is refused', () => {
  test('every mounted address has a row, and every row is mounted', () => {
    const app = desk.portal.server.listeners('request')[0] as Express;
    const mounted = app.router.stack.flatMap(({ route }) => (route === undefined ? [] : [route.path]));
    expect(mounted.sort()).toEqual(Object.keys(TABLE).sort());
  });

  test('what has no row is nowhere, for everybody', async () => {
    for (const visitor of VISITORS) {
      const browser = await sitDown(visitor);
      for (const path of ['/admin', '/accounts/', '/api/accounts', '/Accounts', '/accounts//', '/.env']) {
        const answer = await ask(browser, 'get', { who: 'world', scope: 'none' }, path);
        // Express takes a slash at the end and capitals for the same address: then the same row judges.
        if (/^\/accounts\/?$/i.test(path)) expect([200, 303]).toContain(answer.status);
        else expect(answer.status).toBe(404);
      }
    }
  });

  test('a method that a row lacks is refused', async () => {
    const seat = await desk.as(desk.people.administrator);
    for (const [address, rules] of Object.entries(TABLE)) {
      for (const method of ['get', 'post'] as const) {
        if (rules[method] !== undefined) continue;
        const answer = await ask(seat, method, { who: 'world', scope: 'none' }, pathOf(address, desk.people.user));
        expect([address, method, answer.status]).toEqual([address, method, 405]);
      }
    }
  });

  test('whatever changes something needs a card, but for the rows that are named here', () => {
    const open = ROWS.filter(([method, , rule]) => method === 'post' && rule.decides !== true).map(row => row[1]);
    expect(open.filter(address => !OPEN_POSTS.has(address))).toEqual([]);
  });

  test('every form of somebody who is logged in needs its token', async () => {
    for (const [method, address, rule] of ROWS) {
      if (
        method !== 'post' ||
        rule.body === 'json' ||
        rule.body === 'bare-form' ||
        rule.who === 'world' ||
        rule.who === 'applicant'
      )
        continue;
      // Whoever may, by role: a refusal must be the token's.
      const account =
        rule.who === 'person' || rule.who === 'browser' || rule.who.includes('ministry-administrator')
          ? desk.people.administrator
          : rule.who.includes('unit-head')
            ? desk.people.head
            : desk.people.registrar;
      const seat = await desk.as(account);
      const answer = await seat.forge(pathOf(address, desk.people.user));
      expect([address, answer.status]).toEqual([address, 403]);
      expect(answer.text).toContain('form-token-invalid');
    }
  });

  test('D1-014 each refusal of somebody who is logged in is an event', async () => {
    const seat = await desk.as(desk.people.user);
    for (const path of ['/deputies', '/compliance', `/accounts/${desk.people.stranger.id}`]) {
      await seat.open(path).expect(403);
      const [event] = await desk.portal.context.database.events.listEvents({ code: 'access.refused', limit: 1 });
      expect(event).toMatchObject({
        actor: { kind: 'account', accountId: desk.people.user.id },
        accountId: desk.people.user.id,
      });
      expect(path).toContain(String(event?.facts['address']).split('/:')[0]);
    }
  });
});
