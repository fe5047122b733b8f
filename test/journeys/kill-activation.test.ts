import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WebClient } from '../../scripts/demo-parts/web-client.ts';
import { issueInitialSecret } from '../../src/flows/credentials/issue-initial-secret.ts';
import { layOutGateway, type BareGateway } from './bare-gateway.ts';
import { answerChallenge, readCard } from './p12-card.ts';

const ACCOUNT = 'county-new';
const PASSWORD = 'Riverbank7-Lantern';
const ORDER = { actor: { kind: 'gateway' }, basis: { kind: 'demo', reference: 'kill' } } as const;

let gateway: BareGateway;
beforeAll(async () => {
  gateway = await layOutGateway();
});
afterAll(() => gateway.close());

/** What the store holds of the way in, each step beside its event. */
async function facts() {
  return gateway.withDatabase(async ({ accounts, credentials, events }) => {
    const account = await accounts.findAccountByLoginName(ACCOUNT);
    if (account === undefined) throw new Error('The demo lacks its newcomer.');
    const codes = (await events.listEvents({ accountId: account.id, limit: 500 })).map(({ code }) => code);
    return {
      account,
      hasSecret: (await credentials.findInitialSecret(account.id)) !== undefined,
      hasPassword: (await credentials.findPassword(account.id)) !== undefined,
      passwordEvents: codes.filter(code => code === 'password.changed').length,
      passwords: (await credentials.listLastPasswords(account.id)).length,
      hasRules: await credentials.hasAcknowledged(account.id, '1'),
      rulesEvents: codes.filter(code => code === 'rules.acknowledged').length,
      bindings: (await accounts.listBindings(account.id)).length,
      boundEvents: codes.filter(code => code === 'certificate.bound').length,
      activatedEvents: codes.filter(code => code === 'account.activated').length,
    };
  });
}

test('SIGKILL during activation: every step is there with its event, or not at all; and the person goes on', async () => {
  const { portal } = gateway;
  let secret = '';
  const killed: string[] = [];

  /** Starts, goes to the step, sends it and kills the program after `ms`. */
  const round = async (proof: string, ms: number, step: (client: WebClient) => Promise<unknown>): Promise<void> => {
    const program = await gateway.start();
    const client = gateway.client();
    const begun = await client.postJson(`${portal}/activate`, { account: ACCOUNT, secret: proof });
    expect(begun.status).toBe(200);
    const answer = step(client).then(
      () => 'answered',
      () => 'cut off',
    );
    await delay(ms);
    program.kill('SIGKILL');
    await once(program, 'exit');
    killed.push(await answer);
  };

  // The password: hashing takes some 60 ms, the change a few.
  for (const ms of [20, 60, 90, 130, 2_000]) {
    const before = await facts();
    if (!before.hasSecret) {
      secret = await gateway.withDatabase(async (database, { work, prepare }) => {
        const prepared = await prepare();
        await database.change(async changes => {
          const event = await issueInitialSecret(work, changes, before.account, prepared, ORDER);
          return { result: undefined, events: [event] };
        });
        return prepared.secret;
      });
    }
    const password = `${PASSWORD}${ms}`;
    await round(secret, ms, client => client.postJson(`${portal}/activate/password`, { password, repeated: password }));
    const after = await facts();
    const isDone = after.passwordEvents > before.passwordEvents;
    expect([ms, after.hasPassword, after.hasSecret]).toEqual([ms, isDone, !isDone]);
    expect(after.account.state).toBe('pending-activation');
  }
  expect((await facts()).hasPassword).toBe(true);
  const password = `${PASSWORD}2000`;

  for (const ms of [1, 10, 1_000]) {
    if ((await facts()).hasRules) break;
    await round(password, ms, client => client.postJson(`${portal}/activate/rules`, { version: '1' }));
    const after = await facts();
    expect([ms, after.hasRules]).toEqual([ms, after.rulesEvents === 1]);
  }
  expect((await facts()).hasRules).toBe(true);

  const card = readCard(gateway.folder, ACCOUNT);
  for (const ms of [5, 20, 40, 5_000]) {
    await round(password, ms, client => answerChallenge(client, `${portal}/activate/card`, card));
    const after = await facts();
    const isDone = after.account.state === 'active';
    const counts = [after.bindings, after.boundEvents, after.activatedEvents];
    expect([ms, ...counts]).toEqual([ms, ...(isDone ? [1, 1, 1] : [0, 0, 0])]);
    if (isDone) break;
  }
  expect((await facts()).account.state).toBe('active');
  expect(killed).toContain('cut off');
}, 300_000);
