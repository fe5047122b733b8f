import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatTaipeiTime } from '../../src/calendar/taipei-day.ts';
import { decide, submit, versionOf } from './support/applications.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { textOf } from './support/page-judge.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

test('D1-093 the page of an account says who applied, approved and executed, and when', async () => {
  const { user, head, registrar, auditor } = desk.people;
  const [clerk, keeper] = [await desk.as(user), await desk.as(registrar)];
  const number = await submit(desk, clerk, 'D-06-09', user);
  await decide(desk, await desk.as(head), number);
  await keeper.send(`/applications/${number}/execute`, { note: '', version: await versionOf(desk, number) });
  const { applications } = desk.portal.context.database;
  const application = await applications.findApplicationByNumber(number);
  const acts = await applications.listActs(application?.id ?? '');
  expect(acts.map(act => [act.kind, act.actor.name])).toEqual([
    ['draft', user.name],
    ['submit', user.name],
    ['approve', head.name],
    ['execute', registrar.name],
  ]);
  const words = ['建立申請單', '送出申請單', '同意申請', '執行異動'];
  for (const seat of [keeper, await desk.as(auditor)]) {
    const page = await seat.open(`/accounts/${user.id}`).expect(200);
    const row = /<td[^>]*>(?:(?!<\/tr>).)*<\/tr>/s.exec(
      page.text.slice(page.text.indexOf(`/applications/${number}"`)),
    )?.[0];
    const text = textOf(row ?? '');
    for (const [index, act] of acts.entries()) {
      expect(text).toContain(`${words[index]}・${act.actor.name}・`);
      expect(row).toContain(formatTaipeiTime(act.at));
    }
  }
});

test('D1-093 nobody outside his reach sees it', async () => {
  const { user, stranger, cityHead } = desk.people;
  for (const account of [stranger, cityHead]) {
    const answer = await (await desk.as(account)).open(`/accounts/${user.id}`);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('送出申請單');
  }
});
