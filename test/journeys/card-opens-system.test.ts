import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { askChallenge, locationOf, logInWithCard, openSystemPage } from '../../scripts/demo-parts/log-in.ts';
import { signWithAgent } from '../../scripts/demo-parts/sign-with-agent.ts';
import { createWebClient, type WebClient } from '../../scripts/demo-parts/web-client.ts';
import { personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';
import { answerChallenge, readCard } from './p12-card.ts';

const echoSchema = z.object({
  method: z.string(),
  target: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  counter: z.int(),
  assertion: z.object({ verified: z.boolean() }),
});
const problemSchema = z.object({ code: z.string(), status: z.int(), requestId: z.string() });

let temporary: TemporaryDemo;
let portal: string;
let company: string;

beforeAll(async () => {
  temporary = await startTemporaryDemo();
  portal = temporary.demo.portal;
  company = systemOf(temporary.demo, 'company');
});
afterAll(() => temporary.close());

function newClient(): WebClient {
  return createWebClient(readFileSync(temporary.demo.ca));
}

async function logInAs(account: string, client: WebClient, url = `${company}/echo`) {
  await insertCard(temporary.folder.cards, account);
  const { pin } = personOf(temporary.demo, account);
  return openSystemPage(client, { url, portal, agent: temporary.demo.cardAgent, pin });
}

function fieldsOf(echo: z.infer<typeof echoSchema>, name: string): string[] {
  const folded = name.toLowerCase().replaceAll('_', '-');
  return echo.headers
    .filter(([field]) => field.toLowerCase().replaceAll('_', '-') === folded)
    .map(([, value]) => value);
}

describe('a citizen card opens a business system (D1-089, D1-090, D3-01)', () => {
  test('the system is told who comes, by an assertion that it can verify', async () => {
    const answer = await logInAs('county-user', newClient(), `${company}/echo?deep=link`);
    const echo = echoSchema.parse(JSON.parse(answer.text));
    expect(echo).toMatchObject({ method: 'GET', target: '/echo?deep=link', assertion: { verified: true } });
    expect(fieldsOf(echo, 'X-Gateway-User')).toEqual(['county-user']);
    expect(fieldsOf(echo, 'X-Gateway-Roles')).toEqual(['officer']);
    expect(fieldsOf(echo, 'X-Gateway-Auth-Method')).toEqual(['card']);
    expect(fieldsOf(echo, 'Cookie')).toEqual([]);
  });

  test('forged identity fields never reach the system, in any spelling (D3-10)', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const answer = await client.send(`${company}/echo`, {
      headers: {
        'X-Gateway-User': 'ministry-admin',
        x_gateway_user: 'ministry-admin',
        'X-GATEWAY-Roles': 'supervisor',
        'X-Gateway-Assertion': 'eyJhbGciOiJub25lIn0.e30.',
        Connection: 'X-Gateway-User, X-Gateway-Assertion',
        'X-Forwarded-For': '203.0.113.7',
        Forwarded: 'for=203.0.113.7',
      },
    });
    const echo = echoSchema.parse(JSON.parse(answer.text));
    expect(fieldsOf(echo, 'X-Gateway-User')).toEqual(['county-user']);
    expect(fieldsOf(echo, 'X-Gateway-Roles')).toEqual(['officer']);
    expect(fieldsOf(echo, 'X-Gateway-Assertion')).toHaveLength(1);
    expect(echo.assertion.verified).toBe(true);
    expect(answer.text).not.toContain('ministry-admin');
    expect(answer.text).not.toContain('203.0.113.7');
  });

  test('without a session no byte reaches the system (D1-001, D3-07)', async () => {
    const client = newClient();
    const first = echoSchema.parse(JSON.parse((await logInAs('county-user', client)).text));
    const stranger = newClient();
    const tries = [
      await stranger.navigate(`${company}/echo`),
      await stranger.send(`${company}/echo`),
      await stranger.send(`${company}/upload`, { method: 'POST', body: 'data', headers: { origin: company } }),
      await stranger.send(`${company}/echo`, {
        headers: { cookie: '__Host-gw=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      }),
    ];
    expect(tries.map(answer => answer.status)).toEqual([302, 401, 401, 401]);
    const second = echoSchema.parse(JSON.parse((await client.send(`${company}/echo`)).text));
    expect(second.counter).toBe(first.counter + 1);
  });

  test('a cookie of one host is worthless on another', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const cookie = client.cookies(new URL(company).hostname).get('__Host-gw') ?? '';
    expect(cookie).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const elsewhere = await newClient().send(`${systemOf(temporary.demo, 'business')}/echo`, {
      headers: { cookie: `__Host-gw=${cookie}` },
    });
    expect(elsewhere.status).toBe(401);
  });

  test('a second system opens without the card, a foreign authority gets 421', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const business = systemOf(temporary.demo, 'business');
    const sentAway = await client.navigate(`${business}/echo`);
    const atPortal = await client.navigate(locationOf(sentAway));
    expect(atPortal.status).toBe(303);
    const entered = await client.navigate(locationOf(atPortal));
    const page = await client.navigate(new URL(locationOf(entered), business).href);
    expect(echoSchema.parse(JSON.parse(page.text)).assertion.verified).toBe(true);
    const foreign = await client.send(`${company}/echo`, { headers: { host: 'elsewhere.example' } });
    expect(foreign.status).toBe(421);
  });

  test('logout on a system host ends the session everywhere (D1-097)', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const asked = await client.navigate(`${company}/.gateway/logout`);
    expect(asked.status).toBe(200);
    expect((await client.send(`${company}/echo`)).status).toBe(200);
    const done = await client.send(`${company}/.gateway/logout`, {
      method: 'POST',
      headers: {
        origin: company,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect([done.status, locationOf(done)]).toEqual([303, `${portal}/logged-out`]);
    expect((await client.send(`${company}/echo`)).status).toBe(401);
    expect((await client.navigate(`${portal}/`)).status).toBe(303);
  });

  test('every one of the ten systems leads out (D1-097)', async () => {
    const systems = Object.values(temporary.demo.systems);
    expect(systems).toHaveLength(10);
    for (const origin of systems) {
      const client = newClient();
      expect((await logInAs('city-user', client, `${origin}/echo`)).status).toBe(200);
      const asked = await client.navigate(`${origin}/.gateway/logout`);
      expect(asked.text).toMatch(/<form[^>]* method="post" action="\/\.gateway\/logout">/);
      const done = await client.send(`${origin}/.gateway/logout`, { method: 'POST', headers: { origin } });
      expect([done.status, locationOf(done)]).toEqual([303, `${portal}/logged-out`]);
      expect((await client.send(`${origin}/echo`)).status).toBe(401);
      expect((await client.navigate(`${portal}/`)).status).toBe(303);
    }
  });

  test('so does one that the person may not use', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const origin = systemOf(temporary.demo, 'labelling');
    const atPortal = await client.navigate(locationOf(await client.navigate(`${origin}/`)));
    expect((await client.navigate(locationOf(atPortal))).status).toBe(403);
    const done = await client.send(`${origin}/.gateway/logout`, { method: 'POST', headers: { origin } });
    expect(done.status).toBe(303);
    expect((await client.send(`${company}/echo`)).status).toBe(401);
  });

  test('a new login in the same browser ends the old one: pages come back by themselves, scripts are told', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const host = new URL(company).hostname;
    const before = client.cookies(host).get('__Host-gw') ?? '';
    const { pin } = personOf(temporary.demo, 'county-user');
    const again = await logInWithCard(client, { portal, agent: temporary.demo.cardAgent, pin });
    expect(again.answer.status).toBe(200);

    const script = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' };
    const told = await client.send(`${company}/echo`, { headers: script });
    expect(told.status).toBe(401);
    expect(JSON.parse(told.text)).toMatchObject({ code: 'session-over', reason: 'replaced' });

    const sentAway = await client.navigate(`${company}/echo?page=2`);
    const entered = await client.navigate(locationOf(await client.navigate(locationOf(sentAway))));
    const page = await client.navigate(new URL(locationOf(entered), company).href);
    expect(echoSchema.parse(JSON.parse(page.text)).target).toBe('/echo?page=2');
    expect(client.cookies(host).get('__Host-gw')).not.toBe(before);
    const old = await newClient().send(`${company}/echo`, { headers: { ...script, cookie: `__Host-gw=${before}` } });
    expect(old.status).toBe(401);
    expect((await client.send(`${company}/echo`, { headers: script })).status).toBe(200);
  });

  test('a foreign site cannot log a person out', async () => {
    const client = newClient();
    await logInAs('county-user', client);
    const foreign = { origin: systemOf(temporary.demo, 'business'), 'sec-fetch-site': 'same-site' };
    const tried = await client.send(`${company}/.gateway/logout`, { method: 'POST', headers: foreign });
    expect(tried.status).toBe(403);
    expect((await client.send(`${company}/echo`)).status).toBe(200);
  });
});

describe('a signature opens one session, once, in one browser', () => {
  async function signedChallenge(client: WebClient) {
    await insertCard(temporary.folder.cards, 'county-user');
    const { challengeId, tbs } = await askChallenge(client, portal);
    const { pin } = personOf(temporary.demo, 'county-user');
    const signed = await signWithAgent(temporary.demo.cardAgent, { pageOrigin: portal, tbs, pin });
    if (!signed.ok) throw new Error('The card did not sign.');
    return { challengeId, signature: signed.signature, certificate: signed.certificate };
  }

  test('posted a second time it is refused', async () => {
    const client = newClient();
    const body = await signedChallenge(client);
    expect((await client.postJson(`${portal}/login/card`, body)).status).toBe(200);
    const again = await client.postJson(`${portal}/login/card`, body);
    expect(again.status).toBe(409);
    expect(problemSchema.parse(JSON.parse(again.text)).code).toBe('challenge-unknown');
  });

  test('posted from another browser session it is refused, and spent', async () => {
    const [owner, thief] = [newClient(), newClient()];
    const body = await signedChallenge(owner);
    await askChallenge(thief, portal);
    const stolen = await thief.postJson(`${portal}/login/card`, body);
    expect(stolen.status).toBe(403);
    expect(problemSchema.parse(JSON.parse(stolen.text)).code).toBe('challenge-of-another-session');
    expect((await owner.postJson(`${portal}/login/card`, body)).status).toBe(409);
  });

  test('twenty parallel posts of one signature open one session', async () => {
    const client = newClient();
    const body = await signedChallenge(client);
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.postJson(`${portal}/login/card`, body)));
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1);
  });
});

describe('each refused card has its own code', () => {
  test.each([
    ['city-revoked', 'certificate-revoked', 403],
    ['city-expired', 'certificate-expired', 403],
    ['county-unbound', 'card-not-bound', 403],
    ['city-user-2', 'account-suspended', 403],
  ])('%s: %s', async (account, code, status) => {
    await insertCard(temporary.folder.cards, account);
    const { pin } = personOf(temporary.demo, account);
    const steps = await logInWithCard(newClient(), { portal, agent: temporary.demo.cardAgent, pin });
    expect(steps.next).toBeUndefined();
    expect(problemSchema.parse(JSON.parse(steps.answer.text))).toMatchObject({ code, status });
  });

  test('one of another family, signed by a component that asks for none: moeaca-certificate', async () => {
    const card = readCard(temporary.folder, 'county-company-card');
    const answer = await answerChallenge(newClient(), `${portal}/login/card`, card);
    expect(problemSchema.parse(JSON.parse(answer.text))).toMatchObject({ code: 'moeaca-certificate', status: 403 });
  });

  test('a person without a grant is shown the door of the system, and the system hears nothing (D1-041)', async () => {
    const answer = await logInAs('county-user-2', newClient());
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('no-grant-for-system');
  });
});
