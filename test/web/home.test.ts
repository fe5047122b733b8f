import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCESS } from '../../src/web/access.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  ({ people } = desk);
});
afterAll(() => desk.portal.close());

const home = async (account: Parameters<TestDesk['as']>[0]) => {
  const answer = await (await desk.as(account)).open('/').expect(200);
  judgePage(answer.text, 'zh');
  return answer.text;
};

test('says that nothing waits, and which systems may be entered', async () => {
  const text = textOf(await home(people.user));
  expect(text).toContain('目前沒有待處理的事項');
  expect(text).toContain('公司登記系統');
});

test('the menu of each role leads only where it may go', async () => {
  const menuOf = async (account: Parameters<TestDesk['as']>[0]) => {
    const nav = /<nav class="desk-nav".*?<\/nav>/s.exec(await home(account))?.[0] ?? '';
    return [...nav.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
  };
  for (const account of [
    people.user,
    people.head,
    people.deputy,
    people.registrar,
    people.checker,
    people.auditor,
    people.caseOfficer,
    people.administrator,
  ]) {
    const seat = await desk.as(account);
    const hrefs = await menuOf(account);
    expect(hrefs).toContain('/profile');
    for (const href of hrefs) {
      expect(Object.keys(ACCESS)).toContain(href);
      await seat.open(href).expect(200);
    }
  }
  expect(await menuOf(people.user)).not.toContain('/accounts');
  expect(await menuOf(people.deputy)).toContain('/accounts');
});

test('counts one’s own drafts, and nobody else’s', async () => {
  const { context } = desk.portal;
  const at = context.clock.now();
  await context.database.change(async changes => {
    const { id: accountId, personId, name } = people.user;
    await changes.applications.insertApplication({
      id: randomUUID(),
      number: 'D-06-09-2026-0001',
      form: 'D-06-09',
      organisationId: people.county.id,
      unitId: people.commerce.id,
      filer: { kind: 'account', accountId, personId, name },
      subjectAccountId: accountId,
      subjectPersonId: personId,
      subjectName: name,
      isForAnother: false,
      values: { fields: {}, grants: [] },
      route: [],
      status: 'draft',
      stage: null,
      letter: null,
      effectiveDay: null,
      version: 1,
      draftedAt: at,
      submittedAt: null,
      executedAt: null,
      archivedAt: null,
    });
    const event = { id: randomUUID(), code: 'application.drafted', at, actor: { kind: 'account', accountId } } as const;
    return {
      result: undefined,
      events: [
        {
          ...event,
          accountId,
          systemId: null,
          sessionReference: null,
          requestId: null,
          clientAddress: null,
          facts: {},
        },
      ],
    };
  });
  expect(textOf(await home(people.user))).toContain('草稿與退回補正的申請單 1 件');
  expect(textOf(await home(people.neighbour))).not.toContain('草稿與退回補正的申請單');
});
