import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { formatTaipeiTime } from '../../src/calendar/taipei-day.ts';
import { endSessions } from '../../src/flows/sessions/end-sessions.ts';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { hashSecret } from '../../src/sessions/challenge.ts';
import { anEvent } from '../contract/people-of-record.ts';
import { openTestContext, type OpenedSession, type TestContext } from '../support/gateway-context.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../support/people-of-desk.ts';
import { startPostgres } from '../support/postgres.ts';

const ACTOR = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;
const END = { all: false, dryRun: false, reason: '測試' };
const LIST = { ended: false };

let test_: TestContext;
let people: PeopleOfDesk;
/** Of the county's user by card (entered `company`) and by password, of its neighbour, and of somebody in the city. */
let [card, password, neighbour, stranger]: OpenedSession[] = [];

beforeAll(async () => {
  test_ = await openTestContext();
  people = await commitPeopleOfDesk(test_.context);
  card = await test_.openSession({ account: people.user });
  password = await test_.openSession({ account: people.user, method: 'one-day-password' });
  neighbour = await test_.openSession({ account: people.neighbour });
  stranger = await test_.openSession({ account: people.stranger });
  await test_.context.database.change(async changes => {
    await changes.sessions.insertEntry(referenceOf(card), 'company', new Date());
    return { result: undefined, events: [anEvent()] };
  });
});
afterAll(() => test_.close());

const run = (name: string, input: unknown, context = test_.context) =>
  runCommand(name, { gateway: context, health: () => Promise.resolve([]), actor: ACTOR }, input);

function referenceOf(opened: OpenedSession | undefined): string {
  if (opened === undefined) throw new Error('It was not opened.');
  return opened.session.reference;
}

async function listed(names: object): Promise<string[]> {
  const { data } = await run('session list', { ...LIST, ...names });
  return (data as { sessions: { session: string }[] }).sessions.map(({ session }) => session).sort();
}

const references = (...opened: (OpenedSession | undefined)[]) => opened.map(referenceOf).sort();
const isAlive = async ({ portalCookie }: OpenedSession) =>
  (await test_.context.sessions.check(test_.context.portal.host, hashSecret(portalCookie), false)).alive;

describe('session list', () => {
  test('shows who, how, from where, since when, what was entered and for how long it is idle; no secret', async () => {
    test_.advance(61_000);
    const answer = await run('session list', { ...LIST, account: 'c-user', method: 'card' });
    expect(answer).toMatchObject({
      exitCode: 0,
      data: {
        total: 1,
        storeAnswers: true,
        sessions: [
          {
            session: referenceOf(card),
            account: 'c-user',
            name: people.user.name,
            organisation: 'county',
            unit: 'commerce',
            method: 'card',
            address: '127.0.0.1',
            systems: ['company'],
            end: null,
          },
        ],
      },
    });
    const [only] = (answer.data as { sessions: { idleSeconds: number; idleRemainingSeconds: number }[] }).sessions;
    expect(only?.idleSeconds).toBeGreaterThanOrEqual(61);
    expect(4 * 3600 - (only?.idleSeconds ?? 0) - (only?.idleRemainingSeconds ?? 0)).toBeOneOf([0, 1]);
    expect(answer.text).toContain('county/commerce');
    expect(answer.text).toMatch(/ 0:01:\d\d /);
    expect(JSON.stringify(answer)).not.toContain(card?.portalCookie);
    expect(JSON.stringify(answer)).not.toContain(hashSecret(card?.portalCookie ?? ''));
  });

  test('by account, organisation, unit, system, method and address, and by several at once', async () => {
    expect(await listed({})).toEqual(references(card, password, neighbour, stranger));
    expect(await listed({ account: 'c-user' })).toEqual(references(card, password));
    expect(await listed({ account: people.user.id.toUpperCase() })).toEqual(references(card, password));
    expect(await listed({ organisation: 'county' })).toEqual(references(card, password, neighbour));
    expect(await listed({ organisation: 'county', unit: 'industry' })).toEqual(references(neighbour));
    expect(await listed({ system: 'company' })).toEqual(references(card));
    expect(await listed({ method: 'one-day-password' })).toEqual(references(password));
    expect(await listed({ address: '127.0.0.1', organisation: 'city' })).toEqual(references(stranger));
    expect(await listed({ address: '127.0.0.2' })).toEqual([]);
    expect(await listed({ address: '[::FFFF:127.0.0.1]', system: 'company' })).toEqual(references(card));
    expect(await listed({ address: '2001:DB8::0001' })).toEqual([]);
    expect(await listed({ account: 'c-user', organisation: 'city' })).toEqual([]);
  });

  test('of more than the limit it says how many there are', async () => {
    const answer = await run('session list', { ...LIST, limit: '2' });
    expect(answer.data).toMatchObject({ total: 4 });
    expect(answer.text).toContain('4 session(s), the newest 2 shown');
  });

  test.each([
    ['account', 'nobody'],
    ['organisation', 'nowhere'],
    ['system', 'nothing'],
  ])('%s: one that is not there is told, and is no list of everything', async (what, name) => {
    const answer = await run('session list', { ...LIST, [what]: name });
    expect(answer).toMatchObject({ exitCode: 1, data: { code: `${what}-not-found` } });
  });

  test.each([
    [{ unit: 'commerce' }, '--unit needs --organisation'],
    [{ address: '127.0.0' }, 'address: must be one whole IPv4 or IPv6 address'],
    [{ address: '[2001:db8::1]:443' }, 'address: must be one whole IPv4 or IPv6 address'],
    [{ method: 'magic' }, 'method: must be card, card-tls or one-day-password'],
    [{ limit: '0' }, 'limit: must be a whole number from 1 to 1000'],
    [{ limit: '1001' }, 'limit: must be a whole number from 1 to 1000'],
    [{ limit: '1e2' }, 'limit: must be a whole number from 1 to 1000'],
    [{ limit: 'many' }, 'limit: must be a whole number from 1 to 1000'],
    [{ everybody: true }, 'everybody'],
  ])('%j is wrong use, in words', async (input, words) => {
    const answer = await run('session list', { ...LIST, ...input });
    expect(answer).toMatchObject({ exitCode: 2, data: { code: 'wrong-use' } });
    expect(answer.text).toContain(words);
    expect(answer.text.split('\n')).toHaveLength(1);
  });

  test('with the session store away it lists all the same, and says what it does not know', async () => {
    const sessions = { ...test_.context.sessions, describe: () => Promise.reject(new StoreFault('away')) };
    const answer = await run('session list', LIST, { ...test_.context, sessions });
    expect(answer).toMatchObject({ exitCode: 0, data: { total: 4, storeAnswers: false } });
    expect(answer.text).toContain('cannot be asked');
  });
});

describe('session end', () => {
  test.each([
    ['nothing named', {}],
    ['a session and a filter', { session: [randomUUID()], account: 'c-user' }],
    ['a session and --all', { session: [randomUUID()], all: true }],
    ['a filter and --all', { method: 'card', all: true }],
    ['no session after --session', { session: [] }],
    ['a reference that is none', { session: ['1'] }],
    ['an empty reason', { all: true, reason: ' ' }],
    ['no reason', { all: true, reason: undefined }],
    ['a unit alone', { unit: 'commerce' }],
  ])('%s is wrong use, and ends nothing', async (_what, input) => {
    expect(await run('session end', { ...END, ...input })).toMatchObject({ exitCode: 2 });
    expect(await listed({})).toHaveLength(4);
  });

  test('what fits nothing is exit 1, and ends nothing', async () => {
    const unknown = await run('session end', { ...END, session: [randomUUID()] });
    expect(unknown).toMatchObject({ exitCode: 1, data: { ended: [], hold: 'recorded' } });
    expect(await run('session end', { ...END, address: '192.0.2.1' })).toMatchObject({ exitCode: 1 });
    expect(await run('session end', { ...END, account: 'nobody' })).toMatchObject({ exitCode: 1 });
    expect(await listed({})).toHaveLength(4);
  });

  test.each([
    [{ session: ['1', '2'] }, 'session: must be up to 1000 references, as session list prints them'],
    [{ all: true, reason: ' ' }, 'reason: must be 1 to 500 characters'],
    [{ all: true, reason: 'x'.repeat(501) }, 'reason: must be 1 to 500 characters'],
    [{ all: true, reason: undefined }, 'Say why: --reason. It is recorded, and the people see it.'],
  ])('%j is told in words', async (input, words) => {
    expect(await run('session end', { ...END, ...input })).toMatchObject({ exitCode: 2, text: words });
  });

  test('a dry run lists what would end, needs no reason, and ends nothing', async () => {
    const answer = await run('session end', { ...END, organisation: 'county', dryRun: true, reason: undefined });
    expect(answer).toMatchObject({ exitCode: 0, data: { total: 3 } });
    expect(answer.text).toContain('dry run');
    expect(await listed({})).toHaveLength(4);
  });

  test('ends what is named and nothing else, at once, with who and why on record', async () => {
    if (card === undefined || password === undefined) throw new Error('They were not opened.');
    const reference = referenceOf(card);
    const ended = await run('session end', { ...END, session: [reference.toUpperCase()], reason: '遺失卡片' });
    expect(ended).toMatchObject({ exitCode: 0, data: { ended: [reference], hold: 'recorded' } });
    expect([await isAlive(card), await isAlive(password)]).toEqual([false, true]);
    const [event] = await test_.context.database.events.listEvents({ code: 'session.ended', limit: 1 });
    expect(event).toMatchObject({
      actor: ACTOR,
      accountId: people.user.id,
      sessionReference: reference,
      facts: { reason: 'administrator', note: '遺失卡片' },
    });
    expect(await listed({ account: 'c-user' })).toEqual(references(password));
    const withEnded = await run('session list', { ...LIST, account: 'c-user', ended: true });
    expect(withEnded.text).toContain('administrator by command line (demo): 遺失卡片');
    expect(await run('session end', { ...END, session: [reference] })).toMatchObject({ exitCode: 1 });
  });

  test('what gave way to another login is listed with that login, not as ended by oneself', async () => {
    const gaveWay = await test_.openSession({ account: people.head });
    const alone = await test_.openSession({ account: people.head });
    const actor = { kind: 'account', accountId: people.head.id } as const;
    const end = (opened: OpenedSession, order: Parameters<typeof endSessions>[2]) =>
      endSessions(test_.context, { scope: { kind: 'everything' }, references: [referenceOf(opened)] }, order);
    await end(gaveWay, { reason: 'replaced', actor, note: referenceOf(alone) });
    await end(alone, { reason: 'logout', actor });
    const { data, text } = await run('session list', { ...LIST, account: 'c-head', ended: true });
    const { sessions } = data as { sessions: { session: string; end: object }[] };
    const login = `a login by card from 127.0.0.1 at ${formatTaipeiTime(alone.session.authenticatedAt)}`;
    expect(sessions.find(({ session }) => session === referenceOf(gaveWay))?.end).toMatchObject({
      reason: 'replaced',
      by: login,
      note: null,
    });
    expect(text).toContain(`replaced by ${login}\n`);
    expect(text).toContain('logout by account c-head');
  });

  test('by a filter; --all ends the rest', async () => {
    const county = await run('session end', { ...END, organisation: 'county', method: 'card' });
    expect(county.data).toMatchObject({ ended: references(neighbour) });
    expect(await listed({})).toEqual(references(password, stranger));
    expect(await run('session end', { ...END, all: true })).toMatchObject({ exitCode: 0, text: '2 session(s) ended.' });
    expect(await run('session end', { ...END, all: true })).toMatchObject({ exitCode: 1 });
  });
});

describe('with PostgreSQL away', () => {
  let away: TestContext;
  let opened: OpenedSession[];
  beforeAll(async () => {
    const postgres = await startPostgres();
    away = await openTestContext({ database: { kind: 'postgresql', url: await postgres.createDatabase() } });
    opened = [];
    for (const method of ['card', 'card-tls', 'one-day-password'] as const) {
      opened.push(await away.openSession({ method }));
      away.advance(1_000);
    }
    await postgres.stop();
  });
  afterAll(() => away.close());

  const runAway = (name: string, input: object) =>
    run(name, { ...(name === 'session end' ? END : LIST), ...input }, away.context);
  const standing = async () => [...(await away.context.sessions.describe(references(...opened))).keys()].sort();

  test('what the session store knows is listed, newest first, and it is said what is not known', async () => {
    away.advance(60_000);
    const answer = await runAway('session list', {});
    expect(answer).toMatchObject({ exitCode: 0, data: { total: 3, databaseAnswers: false } });
    const { sessions } = answer.data as { sessions: { session: string; accountId: string; idleSeconds: number }[] };
    expect(sessions.map(({ session }) => session)).toEqual(opened.map(referenceOf).reverse());
    expect(sessions[0]).toMatchObject({ accountId: away.account.id, method: 'one-day-password', address: '127.0.0.1' });
    expect(sessions[0]?.idleSeconds).toBeGreaterThanOrEqual(60);
    expect(answer.text).toContain(away.account.id);
    expect(answer.text).toContain('The database is away');
    expect((await runAway('session list', { limit: '2' })).text).toContain('3 session(s), the newest 2 shown');
    expect(await runAway('session list', { method: 'card' })).toMatchObject({ data: { total: 1 } });
    expect(await runAway('session list', { address: '192.0.2.1' })).toMatchObject({ exitCode: 1, data: { total: 0 } });
    const dry = await runAway('session end', { all: true, dryRun: true });
    expect([dry.exitCode, dry.text.includes('dry run')]).toEqual([0, true]);
  });

  test.each([
    ['a login name', { account: 'demo.clerk' }],
    ['an organisation', { organisation: 'demo-county' }],
    ['a system', { system: 'company' }],
  ])('%s only the database knows: it is said how else to name them, and nothing ends', async (_what, names) => {
    for (const name of ['session end', 'session list']) {
      const answer = await runAway(name, names);
      expect(answer).toMatchObject({ exitCode: 2, data: { code: 'store-away' } });
      expect(answer.text).toContain('--account with the id of an account');
    }
    expect(await standing()).toEqual(references(...opened));
  });

  test('a named session is over all the same, those of an account by its id, then all; their records follow', async () => {
    const [first, second, third] = opened;
    const one = await runAway('session end', { session: [referenceOf(first)] });
    expect(one).toMatchObject({ exitCode: 0, data: { ended: references(first), hold: 'record-pending' } });
    expect(one.text).toContain('the record is kept on this node');
    const { host } = away.context.portal;
    expect(await away.context.sessions.check(host, hashSecret(first?.portalCookie ?? ''), true)).toMatchObject({
      alive: false,
      endedBecause: 'administrator',
    });
    expect(await runAway('session end', { account: randomUUID() })).toMatchObject({ exitCode: 1 });
    const ofAccount = await runAway('session end', { account: away.account.id.toUpperCase(), method: 'card-tls' });
    expect(ofAccount).toMatchObject({ data: { ended: references(second) } });
    expect(await runAway('session end', { all: true })).toMatchObject({ data: { ended: references(third) } });
    expect(await standing()).toEqual([]);
    expect((await away.context.pendingEnds.list()).map(({ reference }) => reference).sort()).toEqual(
      references(...opened),
    );
  });

  test('how far an end holds is said: not on the other nodes yet, or not for good', async () => {
    const { session } = await openIn(away);
    const gone = () => Promise.reject(new StoreFault('away'));
    const input = { ...END, session: [session.reference] };
    const sessions = { ...away.context.sessions, end: gone };
    const here = await run('session end', input, { ...away.context, sessions });
    expect(here).toMatchObject({ exitCode: 0, data: { hold: 'here-only' } });
    expect(here.text).toContain('not yet in force on the other nodes');
    const pendingEnds = { ...away.context.pendingEnds, keep: gone };
    const full = await run('session end', input, { ...away.context, pendingEnds });
    expect(full).toMatchObject({ exitCode: 0, data: { hold: 'unrecorded' } });
    expect(full.text).toContain('OVER NOW, NOT RECORDED');
    const nowhere = await run('session end', input, { ...away.context, sessions, pendingEnds });
    expect(nowhere).toMatchObject({ exitCode: 2, data: { code: 'store-away' } });
  });
});

/** A session of which the database cannot be told. */
async function openIn({ context, account }: TestContext) {
  const session = {
    reference: randomUUID(),
    accountId: account.id,
    method: 'card',
    authenticatedAt: context.clock.now(),
    certificateSha256: 'ab'.repeat(32),
    endsAt: null,
    clientAddress: '127.0.0.1',
  } as const;
  await context.sessions.open(session, randomUUID());
  return { session };
}
