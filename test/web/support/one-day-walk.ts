import type { Account } from '../../../src/accounts/account.ts';
import { anAccount, anEvent } from '../../contract/people-of-record.ts';
import { enableDay, GOOD_PASSWORD } from './newcomers.ts';
import type { Browser, TestPortal } from './portal.ts';

/** The one answer for everything that is wrong. */
export const REFUSED = { code: 'one-day-password-refused' };

/** The steps of a day without a card. */
export function oneDayWalk(portal: TestPortal) {
  async function somebody(changes: Partial<Account> = {}, at = portal): Promise<Account> {
    const account = anAccount(at.organisation, { name: '示範使用者', ...changes });
    await at.context.database.change(async store => {
      await store.insertPerson({ id: account.personId, name: account.name });
      await store.insertAccount(account);
      await store.credentials.acknowledgeRules(account.id, 'test', at.context.clock.now());
      return { result: undefined, events: [anEvent()] };
    });
    return account;
  }
  const logIn = (browser: Browser, account: { readonly loginName: string }, password: string) =>
    browser.postJson('/login/one-day-password', { account: account.loginName, password });
  const change = (browser: Browser, password = GOOD_PASSWORD) =>
    browser.postJson('/login/one-day-password/change', { password, repeated: password });
  async function logInForTheDay(account: Account, password = GOOD_PASSWORD, at = portal): Promise<Browser> {
    const browser = at.browser();
    await logIn(browser, account, await enableDay(at.context, account)).expect(200);
    await change(browser, password).expect(200);
    return browser;
  }
  const eventsOf = ({ id }: Account, at = portal) =>
    at.context.database.events.listEvents({ accountId: id, limit: 50 });

  return { somebody, logIn, change, logInForTheDay, eventsOf };
}
