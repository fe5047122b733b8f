import type { Account } from '../../../src/accounts/account.ts';
import type { IssuedCertificate } from '../../authority/certificate.ts';
import type { Holder } from '../../authority/end-entity.ts';
import { signWithCard } from './cards.ts';
import { admitNewcomer, GOOD_PASSWORD, NEWCOMER } from './newcomers.ts';
import type { Browser, TestPortal } from './portal.ts';

/** Another person each time, so that tests do not meet each other's cards. */
let serial = 10;
export const aHolder = (changes: Partial<Holder> = {}): Holder => ({
  ...NEWCOMER,
  serialNumber: String((serial += 1)).padStart(16, '0'),
  ...changes,
});

/** The steps of an activation as its pages' scripts take them. */
export function activationWalk(portal: TestPortal) {
  const newcomer = (changes: Parameters<typeof admitNewcomer>[2] = {}) =>
    admitNewcomer(portal.context, portal.organisation, changes);
  const begin = (browser: Browser, account: Pick<Account, 'loginName'>, secret: string) =>
    browser.postJson('/activate', { account: account.loginName, secret });
  const choose = (browser: Browser, password = GOOD_PASSWORD) =>
    browser.postJson('/activate/password', { password, repeated: password });
  const acknowledge = (browser: Browser) => browser.postJson('/activate/rules', { version: 'test' });
  async function sign(browser: Browser, card: IssuedCertificate) {
    const given = await browser.postJson('/activate/card/challenge', {}).expect(200);
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    return browser.postJson('/activate/card', { challengeId, ...signWithCard(card, tbs) });
  }
  async function upToCard(account: Account, secret: string): Promise<Browser> {
    const browser = portal.browser();
    await begin(browser, account, secret).expect(200);
    await choose(browser).expect(200);
    await acknowledge(browser).expect(200);
    return browser;
  }
  const stateOf = async ({ id }: Account) => (await portal.context.database.accounts.findAccount(id))?.state;
  const eventsOf = async ({ id }: Account) =>
    (await portal.context.database.events.listEvents({ accountId: id, limit: 50 })).map(({ code }) => code);
  async function logIn(card: IssuedCertificate, browser = portal.browser()) {
    const given = await browser.postJson('/login/card/challenge', {}).expect(200);
    const { challengeId, tbs } = given.body as { challengeId: string; tbs: string };
    return browser.postJson('/login/card', { challengeId, ...signWithCard(card, tbs) });
  }

  return { newcomer, begin, choose, acknowledge, sign, upToCard, stateOf, eventsOf, logIn };
}
