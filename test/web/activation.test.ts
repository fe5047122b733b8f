import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { issueChallenge } from '../../src/flows/login/card-login.ts';
import { registerCertificate } from '../../src/flows/credentials/register-certificate.ts';
import { anEvent } from '../contract/people-of-record.ts';
import { activationWalk, aHolder } from './support/activation-walk.ts';
import { openCardWorld, signWithCard, type CardWorld } from './support/cards.ts';
import { admitNewcomer, GOOD_PASSWORD, handOverSecret, issueCardOf } from './support/newcomers.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

// Several stores are opened one after the other; on a busy machine each takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let world: CardWorld;
let portal: TestPortal;
let walk: ReturnType<typeof activationWalk>;
beforeAll(async () => {
  world = await openCardWorld();
  portal = await openTestPortal({ trust: world.trust });
  walk = activationWalk(portal);
});
afterAll(() => portal.close());

describe('the first activation (D1-061, D1-120, D3-04)', () => {
  test('D1-120 goes password, rules, certificate; only then the card logs in (D1-089, D3-03)', async () => {
    const { account, secret } = await walk.newcomer();
    const card = await issueCardOf(world, aHolder());
    expect((await walk.logIn(card)).body).toMatchObject({ code: 'card-not-bound' });
    const browser = portal.browser();
    const begun = await walk.begin(browser, account, secret).expect(200);
    expect(begun.body).toEqual({ next: '/activate/step', stand: { kind: 'step', step: 'password' } });
    expect((await walk.choose(browser).expect(200)).body).toMatchObject({ stand: { step: 'rules' } });
    expect((await walk.acknowledge(browser).expect(200)).body).toMatchObject({ stand: { step: 'certificate' } });
    expect(await walk.stateOf(account)).toBe('pending-activation');
    const registered = await walk.sign(browser, card);
    expect(registered.body).toEqual({ next: '/activate/done', became: 'bound' });
    expect(await walk.stateOf(account)).toBe('active');
    expect(await walk.eventsOf(account)).toEqual(
      expect.arrayContaining(['password.changed', 'rules.acknowledged', 'certificate.bound', 'account.activated']),
    );
    // Registering opens no session.
    await browser.get('/').expect(303);
    const desk = portal.browser();
    expect((await walk.logIn(card, desk)).body).toEqual({ next: '/' });
    await desk.get('/').expect(200);
  });

  test('D1-120 every other address leads to the pending step, programs are told', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = portal.browser();
    await walk.begin(browser, account, secret).expect(200);
    for (const path of ['/', '/accounts', '/rules/acknowledge', '/bindings']) {
      await browser.get(path).expect(303).expect('Location', '/activate/step');
      await browser.agent.get(path).set('Accept', 'application/json').expect(401);
    }
    // Other ways in open nothing of this account, and whoever sits down at the computer next needs them.
    for (const path of ['/login', '/login/one-day-password', '/activate', '/rebind', '/apply']) {
      await browser.get(path).expect(200);
    }
  });

  test('D1-121 no step is skipped', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = portal.browser();
    expect((await walk.choose(browser)).body).toMatchObject({ code: 'activation-over' });
    await walk.begin(browser, account, secret).expect(200);
    expect((await walk.acknowledge(browser)).body).toMatchObject({ code: 'activation-step-not-pending' });
    const card = await issueCardOf(world, aHolder());
    expect((await walk.sign(browser, card)).body).toMatchObject({ code: 'activation-step-not-pending' });
    await walk.choose(browser).expect(200);
    expect((await walk.sign(browser, card)).body).toMatchObject({ code: 'activation-step-not-pending' });
    expect(await walk.stateOf(account)).toBe('pending-activation');
    expect(await portal.context.database.accounts.listBindings(account.id)).toEqual([]);
  });

  test('D1-121 no step is replayed: secret, password and signature count once', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    expect((await walk.begin(portal.browser(), account, secret)).body).toMatchObject({ code: 'activation-refused' });
    expect((await walk.choose(browser, 'Another-9-Riverbank')).body).toMatchObject({
      code: 'activation-step-not-pending',
    });
    const card = await issueCardOf(world, aHolder());
    const given = await browser.postJson('/activate/card/challenge', {});
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    const answer = { challengeId, ...signWithCard(card, tbs) };
    await browser.postJson('/activate/card', answer).expect(200);
    expect((await browser.postJson('/activate/card', answer)).body).toMatchObject({ code: 'activation-over' });
  });

  test('D1-121 two tabs and two browsers: one password stands, the other is told', async () => {
    const { account, secret } = await walk.newcomer();
    const [one, other] = [portal.browser(), portal.browser()];
    await walk.begin(one, account, secret).expect(200);
    await walk.begin(other, account, secret).expect(200);
    const answers = await Promise.all([
      walk.choose(one, 'Riverbank7-Lantern'),
      walk.choose(other, 'Lighthouse3-Meadow'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const events = await walk.eventsOf(account);
    expect(events.filter(code => code === 'password.changed')).toHaveLength(1);
  });

  test('D1-121 goes on in another browser with account and new password; the steps done stay done', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = portal.browser();
    await walk.begin(browser, account, secret).expect(200);
    await walk.choose(browser).expect(200);
    const resumed = await walk.begin(portal.browser(), account, GOOD_PASSWORD).expect(200);
    expect(resumed.body).toMatchObject({ stand: { step: 'rules' } });
  });

  test('D1-122 the initial secret: only its hash is stored, a second one replaces the first', async () => {
    const { account, secret } = await walk.newcomer();
    const stored = await portal.context.database.credentials.findInitialSecret(account.id);
    expect(stored?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$|^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(JSON.stringify(stored)).not.toContain(secret);
    const second = await handOverSecret(portal.context, account);
    expect((await walk.begin(portal.browser(), account, secret)).body).toMatchObject({ code: 'activation-refused' });
    await walk.begin(portal.browser(), account, second.toLowerCase().replaceAll('-', ' ')).expect(200);
  });

  test('D1-122 after seven days it is dead, and the holder is told to see the registrar', async () => {
    const late = await openTestPortal({ trust: world.trust });
    try {
      const { account, secret } = await admitNewcomer(late.context, late.organisation);
      late.advance(7 * 86_400_000 - 1_000);
      await walk.begin(late.browser(), account, secret).expect(200);
      late.advance(1_000);
      expect((await walk.begin(late.browser(), account, secret)).body).toMatchObject({
        code: 'initial-secret-expired',
      });
      const wrong = await walk.begin(late.browser(), account, 'AAAA-BBBB-CCCC-DDDD');
      expect(wrong.body).toMatchObject({ code: 'activation-refused' });
    } finally {
      await late.close();
    }
  });

  test('five wrong passwords lock for fifteen minutes, however the account is typed (D1-070)', async () => {
    const { account, secret } = await walk.newcomer();
    await walk.upToCard(account, secret);
    const name = account.loginName;
    const wide = name.replace(/[!-~]/g, letter => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    for (const typed of [name, name.toUpperCase(), ` ${name} `, wide, name]) {
      await walk.begin(portal.browser(), { loginName: typed }, 'AAAA-BBBB-CCCC-DDDD').expect(403);
    }
    const right = await walk.begin(portal.browser(), account, GOOD_PASSWORD);
    expect(right.body).toMatchObject({ code: 'activation-refused' });
    expect(
      (await portal.context.database.credentials.findAttempts(account.personId, 'password'))?.lockedUntil,
    ).not.toBe(null);
  });

  test('D1-122 nobody keeps the holder of an initial secret out by wrong guesses: it needs no lock', async () => {
    const { account, secret } = await walk.newcomer();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await walk.begin(portal.browser(), account, 'AAAA-BBBB-CCCC-DDDD').expect(403);
    }
    expect(await walk.eventsOf(account)).toContain('activation.refused');
    await walk.begin(portal.browser(), account, secret).expect(200);
  });

  test('names that can be nobody are counted for nobody', async () => {
    const { account, secret } = await walk.newcomer({ loginName: 'nobody' });
    await walk.upToCard(account, secret);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await walk.begin(portal.browser(), { loginName: '!!' }, 'AAAA-BBBB-CCCC-DDDD').expect(403);
    }
    await walk.begin(portal.browser(), account, GOOD_PASSWORD).expect(200);
  });

  test('who shows a secret in a browser logs out whoever was logged in there (D1-097)', async () => {
    const { account, secret } = await walk.newcomer();
    const card = await issueCardOf(world, aHolder());
    const browser = await walk.upToCard(account, secret);
    await walk.sign(browser, card);
    const other = await walk.newcomer();
    for (const enter of [
      async () => walk.begin(browser, other.account, other.secret).expect(200),
      async () => browser.postJson('/rebind', { account: account.loginName, secret: GOOD_PASSWORD }).expect(200),
      async () => {
        const given = await browser.postJson('/apply/card/challenge', {}).expect(200);
        const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
        const stranger = await issueCardOf(world, aHolder());
        await browser.postJson('/apply/card', { challengeId, ...signWithCard(stranger, tbs) }).expect(200);
      },
    ]) {
      expect((await walk.logIn(card, browser)).body).toEqual({ next: '/' });
      await browser.get('/').expect(200);
      await enter();
      expect(await portal.context.sessions.endAllOf(account.id, 'administrator')).toEqual([]);
    }
  });

  test('D1-121 a password that is reset while the card is judged takes the card with it', async () => {
    const { account, secret } = await walk.newcomer();
    await walk.upToCard(account, secret);
    const { context } = portal;
    const browserSessionHash = 'a-browser-of-this-test';
    const password = await context.database.credentials.findPassword(account.id);
    const ticket = { accountId: account.id, proofId: password?.id ?? '' };
    await context.ephemeral.put('activation', browserSessionHash, ticket, new Date(Date.now() + 60_000));
    const { challengeId, tbs } = await issueChallenge(context, { purpose: 'bind', browserSessionHash });
    const answer = signWithCard(await issueCardOf(world, aHolder()), tbs);
    const [signature, certificate] = [answer.signature, answer.certificate].map(each => Buffer.from(each, 'base64'));
    const meanwhile: typeof context.ephemeral = {
      ...context.ephemeral,
      take: async (kind, key) => {
        const taken = await context.ephemeral.take(kind, key);
        await handOverSecret(context, account);
        return taken;
      },
    };
    const outcome = await registerCertificate(
      { ...context, ephemeral: meanwhile },
      {
        challengeId,
        proof: { kind: 'pkcs1', signature: signature!, certificate: certificate! },
        browserSessionHash,
        origin: { requestId: 'test', clientAddress: '192.0.2.1' },
      },
    );
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'activation-over' } });
    expect(await context.database.accounts.listBindings(account.id)).toEqual([]);
  });

  test('a ticket ends with what it rested on: after a new secret, also once that is used', async () => {
    const { account, secret } = await walk.newcomer();
    const stale = portal.browser();
    await walk.begin(stale, account, secret).expect(200);
    await walk.choose(stale).expect(200);
    const fresh = portal.browser();
    await walk.begin(fresh, account, await handOverSecret(portal.context, account)).expect(200);
    expect((await walk.acknowledge(stale)).body).toMatchObject({ code: 'activation-over' });
    await walk.choose(fresh, 'Lighthouse3-Meadow').expect(200);
    expect((await walk.acknowledge(stale)).body).toMatchObject({ code: 'activation-over' });
    await walk.acknowledge(fresh).expect(200);
  });

  test('a suspended account goes no further, though its ticket stands', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = portal.browser();
    await walk.begin(browser, account, secret).expect(200);
    await portal.context.database.change(async changes => {
      await changes.setAccountState(account.id, 'suspended');
      return { result: undefined, events: [anEvent()] };
    });
    expect((await walk.choose(browser)).body).toMatchObject({ code: 'activation-over' });
    expect((await walk.begin(portal.browser(), account, secret)).body).toMatchObject({ code: 'activation-refused' });
  });
});

describe('the card of activation (D1-123)', () => {
  test("D1-123 another person's card is refused and recorded", async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    const card = await issueCardOf(world, aHolder({ name: '示範他人', idLastFour: '0000' }));
    expect((await walk.sign(browser, card)).body).toMatchObject({ code: 'card-of-another-person' });
    expect(await walk.stateOf(account)).toBe('pending-activation');
    expect(await walk.eventsOf(account)).toContain('activation.refused');
  });

  test('D1-123 a signature for a login is none for a binding', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    const card = await issueCardOf(world, aHolder());
    const given = await browser.postJson('/login/card/challenge', {});
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    const answer = await browser.postJson('/activate/card', { challengeId, ...signWithCard(card, tbs) });
    expect(answer.body).toMatchObject({ code: 'challenge-of-another-purpose' });
  });

  test("D1-123 a challenge of another browser's is refused", async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    const given = await portal.browser().postJson('/activate/card/challenge', {});
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    const card = await issueCardOf(world, aHolder());
    const answer = await browser.postJson('/activate/card', { challengeId, ...signWithCard(card, tbs) });
    expect(answer.body).toMatchObject({ code: 'challenge-of-another-session' });
  });

  test('D1-123 a revoked card is refused', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = await walk.upToCard(account, secret);
    const card = await issueCardOf(world, aHolder());
    world.revokeCard(card, new Date(Date.now() - 1_000));
    expect((await walk.sign(browser, card)).body).toMatchObject({ code: 'certificate-revoked' });
  });

  test('D1-086 one card, one person: a card that opens another account is refused', async () => {
    const holder = aHolder();
    const card = await issueCardOf(world, holder);
    const first = await walk.newcomer();
    expect((await walk.sign(await walk.upToCard(first.account, first.secret), card)).body).toMatchObject({
      became: 'bound',
    });
    const second = await walk.newcomer();
    const browser = await walk.upToCard(second.account, second.secret);
    expect((await walk.sign(browser, card)).body).toMatchObject({ code: 'card-bound-elsewhere' });
    // Nor another card of the same subject.
    const newCard = await issueCardOf(world, holder);
    expect((await walk.sign(browser, newCard)).body).toMatchObject({ code: 'card-bound-elsewhere' });
  });

  test('D1-086 two accounts at the same moment: one gets the card', async () => {
    const card = await issueCardOf(world, aHolder());
    const people = [await walk.newcomer(), await walk.newcomer()];
    const browsers = await Promise.all(people.map(({ account, secret }) => walk.upToCard(account, secret)));
    const answers = await Promise.all(browsers.map(browser => walk.sign(browser, card)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });
});

describe('the pages', () => {
  test('a short form is short as JSON, too: anybody may send it', async () => {
    for (const path of ['/activate', '/rebind', '/login/one-day-password']) {
      await portal
        .browser()
        .postJson(path, { account: 'x'.repeat(9_000) })
        .expect(413);
    }
  });

  test('a password that does not fit comes back with every fault beside its field, and without the password', async () => {
    const { account, secret } = await walk.newcomer();
    const browser = portal.browser();
    const page = await browser.postForm('/activate', { account: account.loginName, secret }).expect(303);
    expect(page.headers['location']).toBe('/activate/step');
    const step = await browser.get('/activate/step').expect(200);
    const token = /name="token" value="([^"]+)"/.exec(step.text)![1]!;
    const typed = { password: 'kurz', repeated: 'anders', token };
    const back = await browser.postForm('/activate/password', typed).expect(400);
    for (const text of ['至少 12 個字元', '大寫英文字母', '含數字', '兩次輸入的密碼不同']) {
      expect(back.text).toContain(text);
    }
    expect(back.text).not.toContain('kurz');
    const forged = await browser.postForm('/activate/password', { password: GOOD_PASSWORD, repeated: GOOD_PASSWORD });
    expect(forged.status).toBe(403);
  });

  test('no secret or password is in any log or event', async () => {
    const { account, secret } = await walk.newcomer();
    const card = await issueCardOf(world, aHolder());
    await walk.sign(await walk.upToCard(account, secret), card);
    const events = await portal.context.database.events.listEvents({ accountId: account.id, limit: 50 });
    const kept = JSON.stringify(events) + portal.log.join('\n');
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(GOOD_PASSWORD);
  });
});
