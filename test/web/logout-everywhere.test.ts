import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS, type AddressRules } from '../../src/web/access.ts';
import { submit } from './support/applications.ts';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

const TABLE: Readonly<Record<string, AddressRules>> = ACCESS;
const PAGES = Object.entries(TABLE).flatMap(([address, { get }]) => (get === undefined ? [] : [address]));
const NOWHERE = '00000000-0000-4000-8000-000000000000';

let desk: TestDesk;
let number: string;
beforeAll(async () => {
  desk = await openTestDesk();
  const { user } = desk.people;
  number = await submit(desk, await desk.as(user), 'D-06-09', user);
});
afterAll(() => desk.portal.close());

function pathOf(address: string): string {
  const { user, county } = desk.people;
  const values: Readonly<Record<string, string>> = {
    account: user.id,
    organisation: county.id,
    form: 'D-06-09',
    number,
    page: 'rules',
    figure: '2',
  };
  return address.replace('*name', 'look.css').replaceAll(/:(\w+)/g, (_all, name: string) => values[name] ?? NOWHERE);
}

/** One form that logs out at once, or a link to where that is asked. */
const WAY_OUT = /<form method="post" action="\/logout">.*?登出|<a href="\/logout">登出<\/a>/s;

describe.each([
  ['user', ({ user }: TestDesk['people']) => user],
  ['registrar', ({ registrar }: TestDesk['people']) => registrar],
  ['head', ({ head }: TestDesk['people']) => head],
  ['case officer', ({ caseOfficer }: TestDesk['people']) => caseOfficer],
  ['administrator', ({ administrator }: TestDesk['people']) => administrator],
] as const)('D1-097 a visible way out on every page that a %s can open', (_role, who) => {
  let seat: Seat;
  beforeAll(async () => {
    seat = await desk.as(who(desk.people));
  });

  test.each(PAGES)('%s', async address => {
    const answer = await seat.open(pathOf(address));
    const isPage = String(answer.headers['content-type']).startsWith('text/html') && answer.status !== 303;
    if (isPage) expect(answer.text).toMatch(WAY_OUT);
    else expect(address).toMatch(NO_PAGES);
  });
});

/** Files, redirects and answers for scripts. */
const NO_PAGES =
  /^\/(assets|\.well-known|figures|login$|login\/(tls|one-day)|activate|rebind|apply|session$|rules\/acknowledge$)|\/(pdf|sheet|sign)$/;

test('D1-097 pages that are nowhere have it, too; pages of nobody have none', async () => {
  const seat = await desk.as(desk.people.user);
  expect((await seat.open('/nowhere')).text).toMatch(WAY_OUT);
  for (const path of ['/login', '/nowhere', '/help/rules', '/logged-out']) {
    expect((await desk.portal.browser().get(path)).text).not.toMatch(WAY_OUT);
  }
});

test('D1-097 the way out leads out, and nobody else with it', async () => {
  const other = await desk.portal.openSession();
  const seat = await desk.as(desk.people.user);
  const { text } = await seat.open('/profile');
  const token = /action="\/logout"><input type="hidden" name="token" value="([\w-]{43})"/.exec(text)?.[1] ?? '';
  const left = await seat.forge('/logout', { token });
  expect([left.status, left.headers['location']]).toEqual([303, '/logged-out']);
  expect((await seat.open('/')).status).toBe(303);
  expect(await desk.portal.context.sessions.describe([other.session.reference])).toHaveProperty('size', 1);
});
