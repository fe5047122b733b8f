import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/database/open-database.ts';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { logInWithCard, openSystemPage } from '../../scripts/demo-parts/log-in.ts';
import { createWebClient } from '../../scripts/demo-parts/web-client.ts';
import { startPostgres, type PrivatePostgres } from '../support/postgres.ts';
import { runGatewayCommand } from '../support/program.ts';
import { personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';

/** Three seconds: long enough for a login on a busy machine, short enough to wait out. */
const IDLE_MINUTES = 0.05;
const IDLE_MS = IDLE_MINUTES * 60_000;

let postgres: PrivatePostgres;
let temporary: TemporaryDemo;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  temporary = await startTemporaryDemo({ postgresqlUrl: url, idleMinutes: IDLE_MINUTES });
});
afterAll(async () => {
  await temporary.close();
  await postgres.stop();
});

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

async function openCompanyPage() {
  const client = createWebClient(readFileSync(temporary.demo.ca));
  const company = systemOf(temporary.demo, 'company');
  await insertCard(temporary.folder.cards, 'county-user');
  const { portal, cardAgent } = temporary.demo;
  const { pin } = personOf(temporary.demo, 'county-user');
  const answer = await openSystemPage(client, { url: `${company}/echo`, portal, agent: cardAgent, pin });
  return { client, company, answer };
}

test('the whole journey over PostgreSQL; activity keeps the session, idling over the limit ends it (D1-098, D1-099)', async () => {
  const { client, company, answer } = await openCompanyPage();
  expect(answer.status).toBe(200);
  for (let i = 0; i < 3; i++) {
    await wait(IDLE_MS / 2);
    expect((await client.navigate(`${company}/echo`)).status).toBe(200);
  }
  // a page that polls in the background is nobody's work
  const end = Date.now() + IDLE_MS + 1_000;
  let polled = 200;
  while (Date.now() < end) {
    polled = (await client.send(`${company}/echo`, { headers: { 'x-activity': 'background' } })).status;
    await wait(100);
  }
  expect(polled).toBe(401);
  expect((await client.navigate(`${company}/echo`)).status).toBe(302);
  const form = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', origin: company, accept: 'text/html' };
  const lateForm = await client.send(`${company}/upload`, { method: 'POST', headers: form, body: 'a=1' });
  expect(lateForm.status).toBe(401);
  expect(lateForm.text).toContain('session-over');
});

test('suspending an account ends its sessions at once', async () => {
  const { client, company } = await openCompanyPage();
  const suspended = await runGatewayCommand(
    ...['account', 'suspend', 'county-user', '--reason', '測試', '--json', '--config', temporary.demo.configuration],
  );
  expect(JSON.parse(suspended.stdout)).toMatchObject({
    loginName: 'county-user',
    state: 'suspended',
    endedSessions: 1,
  });
  expect((await client.send(`${company}/echo`)).status).toBe(401);
  const again = await runGatewayCommand(
    ...['account', 'suspend', 'county-user', '--reason', '測試', '--config', temporary.demo.configuration],
  );
  expect(again.exitCode).toBe(1);
  const shown = await runGatewayCommand('account', 'show', 'nobody', '--config', temporary.demo.configuration);
  expect(shown).toMatchObject({ exitCode: 1, stdout: 'There is no account "nobody".\n' });
});

test('every login and every refusal is on record, and no secret is', async () => {
  for (const account of ['city-revoked', 'city-expired', 'county-unbound', 'city-user-2']) {
    await insertCard(temporary.folder.cards, account);
    const client = createWebClient(readFileSync(temporary.demo.ca));
    const { portal, cardAgent } = temporary.demo;
    await logInWithCard(client, { portal, agent: cardAgent, pin: personOf(temporary.demo, account).pin });
  }
  const database = await openDatabase({ kind: 'postgresql', url, migrations: 'check' });
  try {
    const refused = await database.events.listEvents({ code: 'login.refused', limit: 10 });
    expect(refused.map(event => event.facts['code'])).toEqual(
      expect.arrayContaining(['certificate-revoked', 'certificate-expired', 'card-not-bound', 'account-suspended']),
    );
    const succeeded = await database.events.listEvents({ code: 'login.succeeded', limit: 10 });
    expect(succeeded.length).toBeGreaterThanOrEqual(2);
    expect(succeeded[0]?.clientAddress).toBe('127.0.0.1');
    const all = JSON.stringify(await database.events.listEvents({ limit: 1000 }));
    const log = readFileSync(join(temporary.folder.root, 'demo.log'), 'utf8');
    for (const { pin } of temporary.demo.people) {
      // by itself, not as six of the digits of a hash or a time
      const alone = new RegExp(`(?<![0-9a-f])${pin}(?![0-9a-f])`);
      expect(all).not.toMatch(alone);
      expect(log).not.toMatch(alone);
    }
    expect(`${all}${log}`).not.toMatch(/moica-gw\.v1\.|eyJ[A-Za-z0-9_-]{20}/);
  } finally {
    await database.close();
  }
});
