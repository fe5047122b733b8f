import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { resetPassword } from '../../src/flows/credentials/reset-password.ts';
import { anAccount, anEvent } from '../contract/people-of-record.ts';
import { activationWalk, aHolder } from './support/activation-walk.ts';
import { openCardWorld, type CardWorld } from './support/cards.ts';
import { GOOD_PASSWORD, issueCardOf, type NEWCOMER } from './support/newcomers.ts';
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

describe('what only a registrar can confirm (D1-123)', () => {
  const registrar = async (changes: Partial<Account> = {}) => {
    const account = anAccount(portal.organisation, { roles: ['registrar'], name: '示範管理者', ...changes });
    await portal.context.database.change(async store => {
      await store.insertPerson({ id: account.personId, name: account.name });
      await store.insertAccount(account);
      await store.credentials.acknowledgeRules(account.id, 'test', new Date());
      return { result: undefined, events: [anEvent()] };
    });
    return account;
  };
  const as = async (account: Account, method: 'card' | 'one-day-password' = 'card') => {
    const cookie = await portal.logIn({ account, method });
    const browser = portal.browser();
    return {
      list: async () => {
        const answer = await browser.agent.get('/bindings').set('Accept', 'application/json').set('Cookie', cookie);
        return (answer.body as { requests: { id: string; account: string; mismatches: string[] }[] }).requests;
      },
      decide: (id: string, body: object) => browser.postJson(`/bindings/${id}`, body).set('Cookie', cookie),
    };
  };
  const waiting = async (holder: Partial<typeof NEWCOMER>, changes: Parameters<typeof walk.newcomer>[0] = {}) => {
    const { account, secret } = await walk.newcomer(changes);
    const card = await issueCardOf(world, aHolder(holder));
    const browser = await walk.upToCard(account, secret);
    expect((await walk.sign(browser, card)).body).toEqual({ next: '/activate/step', became: 'waiting' });
    return { account, card, browser };
  };

  test.each([
    ['a differing name', { name: '示範改名員' }, {}, 'name-differs'],
    ['differing last four', { idLastFour: '9999' }, {}, 'last-four-differs'],
    ['last four that nobody has given', {}, { idLastFour: null }, 'last-four-absent'],
    ['a rare character', { name: '示範𠮷員' }, { name: '示範吉員' }, 'name-not-comparable'],
  ] as const)('D1-123 %s: waits, and the registrar confirms face to face', async (_case, holder, person, reason) => {
    const { account, card } = await waiting(holder, person);
    expect((await walk.logIn(card)).body).toMatchObject({ code: 'card-not-bound' });
    const desk = await as(await registrar());
    const request = (await desk.list()).find(each => each.account === account.loginName)!;
    expect(request.mismatches).toEqual([reason]);
    await desk.decide(request.id, { decision: 'confirmed', note: '核對身分證及本人無誤' }).expect(200);
    expect(await walk.stateOf(account)).toBe('active');
    expect((await walk.logIn(card)).body).toEqual({ next: '/' });
    const notices = await portal.context.database.operations.listNotices(
      { accountId: account.id },
      { offset: 0, limit: 5 },
    );
    expect(notices.entries[0]?.notice).toMatchObject({ template: 'binding-decided', textVersion: 'binding-decided/1' });
  });

  test('refused, the person stays out and may try with another card', async () => {
    const { account, card, browser } = await waiting({ name: '示範改名員' });
    const desk = await as(await registrar());
    const request = (await desk.list()).find(each => each.account === account.loginName)!;
    expect((await desk.decide(request.id, { decision: 'refused', note: '' })).body).toMatchObject({
      code: 'fields-invalid',
    });
    await desk.decide(request.id, { decision: 'refused', note: '非本人' }).expect(200);
    expect(await walk.stateOf(account)).toBe('pending-activation');
    expect((await walk.logIn(card)).body).toMatchObject({ code: 'card-not-bound' });
    const again = await desk.decide(request.id, { decision: 'confirmed', note: '又改變主意' });
    expect(again.body).toMatchObject({ code: 'changed-meanwhile' });
    expect((await walk.sign(browser, await issueCardOf(world, aHolder()))).body).toMatchObject({ became: 'bound' });
  });

  test('nobody else confirms: a foreign registrar, a one-day session, the person himself', async () => {
    const { account } = await waiting({ name: '示範改名員' });
    const own = await as(await registrar());
    const request = (await own.list()).find(each => each.account === account.loginName)!;
    const elsewhere = {
      id: crypto.randomUUID(),
      code: `o${crypto.randomUUID().slice(0, 8)}`,
      name: '示範他縣',
      kind: 'agency',
    } as const;
    await portal.context.database.change(async store => {
      await store.insertOrganisation(elsewhere);
      return { result: undefined, events: [anEvent()] };
    });
    const body = { decision: 'confirmed', note: '核對無誤' };
    const foreign = await as(await registrar({ organisationId: elsewhere.id }));
    expect(await foreign.list()).toEqual([]);
    expect((await foreign.decide(request.id, body)).body).toMatchObject({ code: 'access-refused' });
    const weak = await as(await registrar(), 'one-day-password');
    expect((await weak.decide(request.id, body)).body).toMatchObject({ code: 'card-session-required' });
    const user = await as(await registrar({ roles: ['general-user'] }));
    expect((await user.decide(request.id, body)).body).toMatchObject({ code: 'access-refused' });
    expect(await walk.stateOf(account)).toBe('pending-activation');
  });

  test('a card revoked meanwhile is not bound', async () => {
    const { account, card } = await waiting({ name: '示範改名員' });
    const desk = await as(await registrar());
    const request = (await desk.list()).find(each => each.account === account.loginName)!;
    world.revokeCard(card, new Date(Date.now() - 1_000));
    const answer = await desk.decide(request.id, { decision: 'confirmed', note: '核對無誤' });
    expect(answer.body).toMatchObject({ code: 'certificate-revoked' });
    expect(await walk.stateOf(account)).toBe('pending-activation');
  });

  test('E10 a new card with a new key: account and password, signature, registrar; the old card ends', async () => {
    const holder = aHolder();
    const { account, secret } = await walk.newcomer();
    const old = await issueCardOf(world, holder);
    await walk.sign(await walk.upToCard(account, secret), old);
    const working = portal.browser();
    expect((await walk.logIn(old, working)).body).toEqual({ next: '/' });

    const browser = portal.browser();
    const begun = await browser.postJson('/rebind', { account: account.loginName, secret: GOOD_PASSWORD }).expect(200);
    expect(begun.body).toMatchObject({ stand: { kind: 'done' } });
    await browser.get('/').expect(303).expect('Location', '/login');
    expect((await walk.sign(browser, old)).body).toMatchObject({ code: 'card-already-bound' });
    const renewed = await issueCardOf(world, holder);
    expect((await walk.sign(browser, renewed)).body).toMatchObject({ became: 'waiting' });
    expect((await walk.logIn(renewed)).body).toMatchObject({ code: 'card-not-bound' });

    const desk = await as(await registrar());
    const request = (await desk.list()).find(each => each.account === account.loginName)!;
    expect(request.mismatches).toEqual([]);
    await desk.decide(request.id, { decision: 'confirmed', note: '持新卡到場' }).expect(200);
    await working.get('/').expect(303);
    expect((await walk.logIn(old)).body).toMatchObject({ code: 'card-not-bound' });
    expect((await walk.logIn(renewed)).body).toEqual({ next: '/' });
    expect(await walk.eventsOf(account)).toEqual(expect.arrayContaining(['certificate.unbound', 'session.ended']));
  });

  test('E10 the registrar resets a password: the old one is worth nothing, the card goes on', async () => {
    const { account, secret } = await walk.newcomer();
    const card = await issueCardOf(world, aHolder());
    await walk.sign(await walk.upToCard(account, secret), card);
    const by = await registrar();
    const actor = { accountId: by.id, mayDecide: true, origin: { requestId: 'r', clientAddress: '127.0.0.1' } };
    const own = await resetPassword(portal.context, { accountId: by.id, reason: '忘記', actor });
    expect(own).toMatchObject({ failure: { code: 'own-account' } });
    const reset = await resetPassword(portal.context, { accountId: account.id, reason: '忘記密碼', actor });
    if (!reset.ok) throw new Error(reset.failure.code);
    const refused = await walk.begin(portal.browser(), account, GOOD_PASSWORD);
    expect(refused.body).toMatchObject({ code: 'activation-refused' });
    const browser = portal.browser();
    await walk.begin(browser, account, reset.secret).expect(200);
    expect((await walk.choose(browser, GOOD_PASSWORD)).body).toMatchObject({ code: 'password-refused' });
    expect((await walk.choose(browser, 'Lighthouse3-Meadow').expect(200)).body).toMatchObject({
      stand: { kind: 'done' },
    });
    expect((await walk.logIn(card)).body).toEqual({ next: '/' });
  });
});
