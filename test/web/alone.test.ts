import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { decideBinding } from '../../src/flows/credentials/confirm-binding.ts';
import { resetPassword } from '../../src/flows/credentials/reset-password.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../support/people-of-desk.ts';
import { activationWalk, aHolder } from './support/activation-walk.ts';
import { openCardWorld, type CardWorld } from './support/cards.ts';
import { admitNewcomer, GOOD_PASSWORD, handOverSecret, issueCardOf } from './support/newcomers.ts';
import { openTestPortal, type TestPortal } from './support/portal.ts';

vi.setConfig({ testTimeout: 60_000 });

let world: CardWorld;
let portal: TestPortal;
let people: PeopleOfDesk;
let walk: ReturnType<typeof activationWalk>;
beforeAll(async () => {
  world = await openCardWorld();
  portal = await openTestPortal({ trust: world.trust });
  people = await commitPeopleOfDesk(portal.context);
  walk = activationWalk(portal);
});
afterAll(() => portal.close());

const by = ({ id }: Account) => {
  return { accountId: id, mayDecide: true, origin: { requestId: 'test', clientAddress: '192.0.2.1' } };
};
const reset = (actor: Account, { id }: Account) =>
  resetPassword(portal.context, { accountId: id, reason: '忘記密碼', actor: by(actor) });
const codeOf = (outcome: { ok: boolean } & object) =>
  'failure' in outcome ? (outcome.failure as { code: string }).code : 'ok';

async function decide(actor: Account, account: Account, decision: 'confirmed' | 'refused' = 'confirmed', at = portal) {
  const request = await at.context.database.credentials.findWaitingRequest(account.id);
  return decideBinding(at.context, { requestId: request?.id ?? '', decision, note: '核對無誤', actor: by(actor) });
}

/** A card of the right last four and a differing name: it waits for a registrar. */
async function showAccomplice(account: Account, secret: string) {
  const browser = portal.browser();
  await walk.begin(browser, account, secret).expect(200);
  await walk.choose(browser);
  await walk.acknowledge(browser);
  const card = await issueCardOf(world, aHolder({ name: '示範共犯員', idLastFour: '6789' }));
  expect((await walk.sign(browser, card)).body).toMatchObject({ became: 'waiting' });
  return card;
}

/** A newcomer with a card of his own, active. */
async function activated() {
  const holder = aHolder();
  const { account, secret } = await admitNewcomer(portal.context, people.county, {});
  await walk.sign(await walk.upToCard(account, secret), await issueCardOf(world, holder));
  return { account, holder };
}

describe('nobody takes over an account alone (D1-092, D1-123)', () => {
  test.each([
    ['a registrar', 'registrar', 'head'],
    ['a registrar', 'registrar', 'secondRegistrar'],
    ['a registrar', 'registrar', 'checker'],
    ['a registrar of another agency', 'cityRegistrar', 'user'],
  ] as const)('D1-092 %s (%s) gives no new initial secret to %s', async (_who, actor, target) => {
    expect(codeOf(await reset(people[actor], people[target]))).toBe('access-refused');
    expect(await portal.context.database.credentials.findInitialSecret(people[target].id)).toBeUndefined();
  });

  test.each([
    ['administrator', 'caseOfficer'],
    ['registrar', 'user'],
  ] as const)('D1-123 whoever has reset a password (%s) does not confirm the card (of %s)', async (actor, target) => {
    const outcome = await reset(people[actor], people[target]);
    const secret = outcome.ok ? outcome.secret : '';
    const card = await showAccomplice(people[target], secret);
    expect(codeOf(await decide(people[actor], people[target]))).toBe('secret-issued-by-yourself');
    expect((await walk.logIn(card)).body).toMatchObject({ code: 'card-not-bound' });
    // Refusing takes nothing from anybody.
    expect(codeOf(await decide(people[actor], people[target], 'refused'))).toBe('ok');
    const { entries } = await portal.context.database.operations.listNotices(
      { accountId: people[target].id },
      { offset: 0, limit: 9 },
    );
    expect(entries.map(({ notice }) => notice.template)).toContain('password-reset');
    expect(JSON.stringify(entries)).not.toContain(secret);
  });

  test('D1-123 a registrar does not confirm the card of a head, whoever has reset the password', async () => {
    const outcome = await reset(people.administrator, people.head);
    await showAccomplice(people.head, outcome.ok ? outcome.secret : '');
    expect(codeOf(await decide(people.registrar, people.head))).toBe('access-refused');
    expect(codeOf(await decide(people.administrator, people.head))).toBe('secret-issued-by-yourself');
  });

  test('D1-123 another registrar confirms what the first has reset', async () => {
    const { account } = await admitNewcomer(portal.context, people.county, { idLastFour: '6789' });
    const outcome = await reset(people.registrar, account);
    const card = await showAccomplice(account, outcome.ok ? outcome.secret : '');
    expect(codeOf(await decide(people.secondRegistrar, account))).toBe('ok');
    expect((await walk.logIn(card)).body).toEqual({ next: '/' });
  });
});

describe('what waits for a registrar (D1-123)', () => {
  test('E10 a card that waits goes with the password it came by: after a reset it cannot be confirmed', async () => {
    const { account, holder } = await activated();
    const browser = portal.browser();
    await walk.begin(browser, account, GOOD_PASSWORD).expect(200);
    expect((await walk.sign(browser, await issueCardOf(world, holder))).body).toMatchObject({ became: 'waiting' });
    const request = await portal.context.database.credentials.findWaitingRequest(account.id);
    await handOverSecret(portal.context, account);
    expect((await portal.context.database.credentials.findBindingRequest(request!.id))?.state).toBe('replaced');
    const decision = { requestId: request!.id, decision: 'confirmed', note: '核對無誤' } as const;
    expect(codeOf(await decideBinding(portal.context, { ...decision, actor: by(people.registrar) }))).toBe(
      'changed-meanwhile',
    );
  });

  test('D1-123 once another card was registered, the one that waited is not in the queue any more', async () => {
    const { account, secret } = await admitNewcomer(portal.context, people.county, {});
    const browser = await walk.upToCard(account, secret);
    await walk.sign(browser, await issueCardOf(world, aHolder({ name: '示範改名員' })));
    const request = await portal.context.database.credentials.findWaitingRequest(account.id);
    expect((await walk.sign(browser, await issueCardOf(world, aHolder()))).body).toMatchObject({ became: 'bound' });
    expect((await portal.context.database.credentials.findBindingRequest(request!.id))?.state).toBe('replaced');
    expect(await portal.context.database.credentials.findWaitingRequest(account.id)).toBeUndefined();
  });

  test('D1-123 a confirmation asks the responder where a login would, and without its answer confirms nothing', async () => {
    const { account, secret } = await admitNewcomer(portal.context, people.county, {});
    const browser = await walk.upToCard(account, secret);
    await walk.sign(browser, await issueCardOf(world, aHolder({ name: '示範改名員' })));
    let asked = 0;
    const trust = {
      ...world.trust,
      crls: () => [],
      askOcsp: () => {
        asked += 1;
        return Promise.resolve([]);
      },
    };
    const elsewhere = { ...portal, context: { ...portal.context, trust } };
    expect(codeOf(await decide(people.registrar, account, 'confirmed', elsewhere))).toMatch(
      /status|revocation|crl|ocsp/,
    );
    expect(asked).toBe(1);
    expect(await walk.stateOf(account)).toBe('pending-activation');
  });
});
