import type request from 'supertest';
import type { Account } from '../../../src/accounts/account.ts';
import type { AuthenticationMethod } from '../../../src/sessions/session.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';
import { openTestPortal, type Browser, type TestPortal, type TestPortalOptions } from './portal.ts';

/** The portal with people of every role, any of whom can sit down at a desk. */
export interface TestDesk {
  readonly portal: TestPortal;
  readonly people: PeopleOfDesk;
  as(account: Account, method?: AuthenticationMethod): Promise<Seat>;
  /** Somebody who has signed with a card that has no account. */
  asApplicant(): Promise<Seat>;
}

/** A browser in which somebody is logged in. */
export interface Seat {
  readonly cookie: string;
  /** A page. */
  open(path: string): request.Test;
  /** The same for a program. */
  ask(path: string): request.Test;
  /** A form as our pages make it: with its token. */
  send(path: string, fields?: Readonly<Record<string, string>>): Promise<request.Response>;
  /** A form without a token. */
  forge(path: string, fields?: Readonly<Record<string, string>>): request.Test;
  sendJson(path: string, body: object): request.Test;
}

export async function openTestDesk(options: TestPortalOptions = {}): Promise<TestDesk> {
  const portal = await openTestPortal(options);
  const people = await commitPeopleOfDesk(portal.context);
  return {
    portal,
    people,
    asApplicant: async () =>
      seat(portal, await portal.applyWith({ subjectHash: 'ab'.repeat(32), name: '示範申請人', idLastFour: '6789' })),
    as: async (account, method = 'card') => seat(portal, await portal.logIn({ account, method })),
  };
}

function seat(portal: TestPortal, cookie: string): Seat {
  const browser = portal.browser();
  let formToken: string | undefined;
  const forge = (path: string, fields: Readonly<Record<string, string>> = {}) =>
    browser.postForm(path, fields).set('Cookie', cookie);
  return {
    cookie,
    open: path => browser.get(path).set('Cookie', cookie),
    ask: path => browser.agent.get(path).set('Cookie', cookie).set('Accept', 'application/json'),
    async send(path, fields = {}) {
      formToken ??= await findFormToken(browser, cookie);
      return forge(path, { token: formToken, ...fields });
    },
    forge,
    sendJson: (path, body) => browser.postJson(path, body).set('Cookie', cookie),
  };
}

/** The token of this browser session's forms, as any page with a form has it. */
async function findFormToken(browser: Browser, cookie: string): Promise<string> {
  for (const path of ['/logout', '/apply/applications']) {
    const page = await browser.get(path).set('Cookie', cookie);
    const token = /name="token" value="([\w-]{43})"/.exec(page.text)?.[1];
    if (token !== undefined) return token;
  }
  return '';
}
