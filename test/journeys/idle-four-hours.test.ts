import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { locationOf } from '../../scripts/demo-parts/log-in.ts';
import type { WebAnswer, WebClient } from '../../scripts/demo-parts/web-client.ts';
import { fakeClock, type FakedClock } from '../support/faked-clock.ts';
import { layOutGateway, type BareGateway } from './bare-gateway.ts';
import { answerChallenge, readCard } from './p12-card.ts';

const HOUR_MS = 3_600_000;
const LIMIT_MS = 4 * HOUR_MS;

let gateway: BareGateway;
let clock: FakedClock;
let program: ChildProcess;
/** What the program's clock is ahead of the machine's. */
let aheadMs = 0;

beforeAll(async () => {
  gateway = await layOutGateway();
  clock = fakeClock(join(gateway.folder.root, 'clock'));
});
beforeEach(async () => {
  setClock(Date.now());
  program = await gateway.start(clock.env);
});
afterEach(async () => {
  const gone = once(program, 'exit');
  program.kill('SIGKILL');
  await gone;
});
afterAll(() => gateway.close());

const programNow = () => Date.now() + aheadMs;

function setClock(instantMs: number): void {
  aheadMs = instantMs - Date.now();
  clock.set(new Date(instantMs));
}

interface AtWork {
  readonly client: WebClient;
  /** A page of a system; its upstream is away, and to be told so one must be let through. */
  readonly page: string;
  /** The person's last act came to the gateway after the first and before the second, by the program's clock. */
  readonly lastAct: readonly [number, number];
}

/** Logs in, enters a system, and does one last thing there. */
async function logIn(account: string): Promise<AtWork> {
  const { portal, folder } = gateway;
  const client = gateway.client();
  expect(await answerChallenge(client, `${portal}/login/card`, readCard(folder, account))).toMatchObject({
    status: 200,
    text: expect.stringContaining('next') as unknown,
  });
  const page = `${portal.replace('portal', 'company')}/page`;
  let at = page;
  let answer: WebAnswer = await client.navigate(at);
  while (answer.status === 302 || answer.status === 303) {
    at = new URL(locationOf(answer), at).href;
    answer = await client.navigate(at);
  }
  const before = programNow();
  expect(outcomeOf(await client.navigate(page))).toBe(LET_THROUGH);
  return { client, page, lastAct: [before, programNow()] };
}

const LET_THROUGH = 'let through';

function outcomeOf({ status, text }: WebAnswer): number | typeof LET_THROUGH {
  return text.includes('upstream-failed') || text.includes('upstream-unavailable') ? LET_THROUGH : status;
}

/** Everything that a page does by itself while nobody is there. */
const POLLING: readonly Readonly<Record<string, string>>[] = [
  { 'x-activity': 'background', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
  { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
  { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', accept: 'text/event-stream' },
  { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' },
];

async function poll({ client, page }: AtWork): Promise<Set<number | typeof LET_THROUGH>> {
  const answers = await Promise.all(POLLING.map(headers => client.send(page, { headers })));
  return new Set(answers.map(outcomeOf));
}

test('D1-098 D1-099 D3-06 by the documents’ own limit: there at 3:59:59, there until 4:00:00, gone by 4:00:01, whatever polls', async () => {
  const person = await logIn('county-user');
  const [earliest, latest] = person.lastAct;
  for (const hour of [1, 2, 3]) {
    setClock(latest + hour * HOUR_MS);
    expect([...(await poll(person))]).toEqual([LET_THROUGH]);
  }
  setClock(earliest + LIMIT_MS - 1_000);
  let lastSeenAt = -Infinity;
  let firstGoneAt = Infinity;
  while (firstGoneAt === Infinity) {
    const sentAt = programNow();
    const statuses = await poll(person);
    const answeredAt = programNow();
    // All of what is answered before four hours are over comes through, nothing of what is sent after.
    if (answeredAt <= earliest + LIMIT_MS) expect([...statuses]).toEqual([LET_THROUGH]);
    if (sentAt > latest + LIMIT_MS) expect([...statuses]).toEqual([401]);
    if (statuses.has(LET_THROUGH)) lastSeenAt = answeredAt;
    else firstGoneAt = sentAt;
    expect(sentAt).toBeLessThan(latest + LIMIT_MS + 5_000);
  }
  expect(lastSeenAt).toBeGreaterThanOrEqual(earliest + LIMIT_MS - 1_000);

  const { client, page } = person;
  const leftTo = await client.navigate(page);
  expect([leftTo.status, new URL(locationOf(leftTo)).hostname]).toEqual([302, new URL(gateway.portal).hostname]);
  const told = await client.navigate(locationOf(leftTo));
  expect([told.status, told.text.includes('閒置時間過長')]).toEqual([200, true]);
  expect((await client.navigate(`${gateway.portal}/`)).status).toBe(303);
});

test('D1-098 activity moves the limit; the wall clock set back prolongs nothing', async () => {
  const [active, idle] = [await logIn('city-user'), await logIn('county-user')];
  const [, loggedInBy] = idle.lastAct;
  setClock(loggedInBy + 3 * HOUR_MS);
  expect(outcomeOf(await active.client.navigate(active.page))).toBe(LET_THROUGH);
  // Somebody sets the machine's clock back by two hours: the sessions' own clock goes on from where it was.
  setClock(loggedInBy + HOUR_MS);
  expect([...(await poll(idle))]).toEqual([LET_THROUGH]);
  setClock(loggedInBy + LIMIT_MS + 1);
  expect([...(await poll(active))]).toEqual([LET_THROUGH]);
  expect([...(await poll(idle))]).toEqual([401]);
  setClock(loggedInBy + HOUR_MS);
  expect([...(await poll(idle))]).toEqual([401]);
  expect((await idle.client.navigate(`${gateway.portal}/`)).status).toBe(303);
});
