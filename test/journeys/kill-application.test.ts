import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { WebAnswer, WebClient } from '../../scripts/demo-parts/web-client.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { layOutGateway, type BareGateway } from './bare-gateway.ts';
import { answerChallenge, readCard } from './p12-card.ts';

const USER = 'county-user';
const HEAD = 'county-head';
const REGISTRAR = 'county-registrar';

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await layOutGateway();
});
afterAll(() => gateway.close());

/** Rights that the user of the demo does not have yet: one for each application. */
const WISHES = ['factory', 'chattel'];

/** What the store holds of one application, beside what is recorded of it. */
async function facts(number: string, system: string) {
  return gateway.withDatabase(async ({ accounts, applications, events, operations }) => {
    const application = await applications.findApplicationByNumber(number);
    const account = await accounts.findAccountByLoginName(USER);
    if (application === undefined || account === undefined) throw new Error(`There is no ${number}.`);
    const acts = await applications.listActs(application.id);
    const recorded = await events.listEvents({ accountId: account.id, limit: 500 });
    const about = recorded.filter(event => Object.values(event.facts).includes(number));
    const count = (code: string) => about.filter(event => event.code === code).length;
    const access = await accounts.findAccess(account.id);
    const { entries } = await operations.listNotices({}, { offset: 0, limit: 200 });
    return {
      application,
      versions: acts.map(act => act.version),
      approvals: acts.filter(act => act.kind === 'approve').length,
      approvedEvents: count('application.approved'),
      executions: acts.filter(act => act.kind === 'execute').length,
      executedEvents: count('application.executed'),
      grants: (access?.grants ?? []).filter(grant => grant.systemId === system && grant.role === 'officer').length,
      grantedEvents: count('account.granted'),
      notices: entries.filter(({ notice }) => JSON.stringify(notice).includes(number)).length,
      notifiedEvents: count('application.notified'),
    };
  });
}

/** Whole: acts without gap or twin up to the version, each act with its event, each change with its act. */
function expectWhole(found: Awaited<ReturnType<typeof facts>>): void {
  const { application, versions, ...counts } = found;
  expect(versions).toEqual(Array.from({ length: application.version }, (_, index) => index + 1));
  const [approved, executed] = [counts.approvals, counts.executions];
  expect(counts).toEqual({
    approvals: approved,
    approvedEvents: approved,
    executions: executed,
    executedEvents: executed,
    grants: executed,
    grantedEvents: executed,
    // Each decision and each execution tells the person once.
    notices: approved + executed,
    notifiedEvents: approved + executed,
  });
  const stages = ['head-review', 'execution'];
  expect(application.stage).toBe(stages[approved]);
  expect(application.status).toBe(executed === 1 ? 'executed' : 'in-review');
  expect(application.executedAt === null).toBe(executed === 0);
}

async function logIn(account: string): Promise<WebClient> {
  const client = gateway.client();
  const answer = await answerChallenge(client, `${gateway.portal}/login/card`, readCard(gateway.folder, account));
  expect(answer.status, answer.text).toBe(200);
  return client;
}

const filedSchema = z.object({ number: z.string() });

async function file(system: string): Promise<string> {
  const program = await gateway.start();
  const client = await logIn(USER);
  const answer = await client.postJson(`${gateway.portal}/applications/new/D-06-09`, {
    do: 'submit',
    change: 'change',
    loginName: USER,
    effectiveDay: taipeiDayOf(new Date()),
    reason: '業務需要',
    basis: '示範人字第 1 號',
    grants: [{ system, role: 'officer', act: 'add', reason: '承辦', validUntil: '' }],
  });
  expect(answer.status, answer.text).toBe(200);
  program.kill('SIGKILL');
  await once(program, 'exit');
  return filedSchema.parse(JSON.parse(answer.text)).number;
}

/** Starts, logs in, sends one act and kills the program after `ms`; tells whether the answer came. */
async function killDuring(account: string, ms: number, act: (client: WebClient) => Promise<WebAnswer>) {
  const program = await gateway.start();
  const client = await logIn(account);
  const answer = act(client).then(
    ({ status }) => status,
    () => 'cut off' as const,
  );
  await delay(ms);
  program.kill('SIGKILL');
  await once(program, 'exit');
  return answer;
}

test('SIGKILL during approval and execution: act, event, right and notice are all there or none, and nothing twice', async () => {
  const answers: (number | 'cut off')[] = [];
  const outcomes = new Set<string>();
  for (const [index, system] of WISHES.entries()) {
    const number = await file(system);
    expectWhole(await facts(number, system));
    const address = `${gateway.portal}/applications/${number}`;
    const steps = [
      { account: HEAD, path: 'decide', count: 'approvals', fields: { do: 'send', result: 'approve', note: '同意' } },
      { account: REGISTRAR, path: 'execute', count: 'executions', fields: { note: '' } },
    ] as const;
    for (const { account, path, count, fields } of steps) {
      // Each application is cut off elsewhere; the last try has time enough.
      for (const ms of [4 + 24 * index, 3_000]) {
        const before = await facts(number, system);
        if (before[count] === 1) {
          outcomes.add('done though cut off');
          break;
        }
        const version = String(before.application.version);
        const answer = await killDuring(account, ms, client =>
          client.postJson(`${address}/${path}`, { ...fields, version }),
        );
        answers.push(answer);
        const after = await facts(number, system);
        expectWhole(after);
        // Whoever was told that it is done finds it done.
        if (answer !== 'cut off') expect([answer, after[count]]).toEqual([200, 1]);
        else outcomes.add(after[count] === 1 ? 'done' : 'not done');
        if (after[count] === 1) break;
      }
    }
    const done = await facts(number, system);
    expect([done.approvals, done.executions]).toEqual([1, 1]);
  }
  expect(answers).toContain('cut off');
  expect(outcomes).toContain('not done');
}, 400_000);
