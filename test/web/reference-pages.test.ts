import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anAccount, anEvent } from '../contract/people-of-record.ts';
import { deliveredSystems } from './support/browser-pages.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';
import { judgePage, textOf } from './support/page-judge.ts';
import { CONTROLS } from '../../src/web/texts/rules/compliance.ts';
import { PROCEDURES } from '../../src/web/texts/rules/figures.ts';

const ROOT = new URL('../../', import.meta.url);

let desk: TestDesk;
let people: TestDesk['people'];
beforeAll(async () => {
  desk = await openTestDesk();
  ({ people } = desk);
});
afterAll(() => desk.portal.close());

describe.each(['zh', 'en'] as const)('in %s', language => {
  const open = async (path: string) => {
    const answer = await (await desk.as(people.auditor)).open(path).set('Accept-Language', language).expect(200);
    judgePage(answer.text, language);
    return textOf(answer.text);
  };

  test('D1-001 the list of business systems', async () => {
    const text = await open('/systems');
    expect(text).toContain('https://company.gateway.test');
    expect(text).toContain('https://factory.gateway.test');
  });

  test('D1-002 D1-073 D1-074 D1-075 the rules: title, purpose, version, policy and references', async () => {
    const text = await open('/help/rules');
    for (const word of ['1.1', '3.0', 'B-06-01', 'C-06-03']) expect(text).toContain(word);
    expect(text).toContain(language === 'zh' ? '目的與範圍' : 'Purpose and scope');
    expect(text).toContain(language === 'zh' ? '業務帳號使用管理規則' : 'Rules for business accounts');
  });

  test('D1-070 the security controls, each with its tests', async () => {
    const text = await open('/compliance');
    for (const control of CONTROLS) expect(text).toContain(control.text[language]);
  });

  test.each([...PROCEDURES])('D1-167 D1-176 figure %s is drawn, and told in words', async (name, procedure) => {
    const answer = await desk.portal.browser().get(`/figures/${name}`).set('Accept-Language', language).expect(200);
    judgePage(answer.text, language);
    expect(answer.text).toMatch(/<svg class="flow"[^>]*role="img" aria-label="[^"]+"/);
    for (const step of procedure.steps) expect(textOf(answer.text)).toContain(step.text[language]);
  });
});

test('D1-032 the delivered configuration has exactly the ten systems of the rules', () => {
  const names = [...deliveredSystems({ domain: 'gateway.test', port: 443 }).values()].map(({ name }) => name);
  expect(names).toEqual([
    '公司登記系統',
    '商業登記系統',
    '工廠登記系統',
    '動產擔保登記系統',
    '特定目的事業系統',
    '跨機關影像調閱系統',
    '有限合夥登記系統',
    '電子送達文件驗證平台',
    '商品標示系統',
    '電子遊戲機管理系統',
  ]);
});

test('D1-070 every test that the controls name is there', () => {
  const files = readdirSync(new URL('test/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(new URL(`test/${name}`, ROOT), 'utf8'));
  const missing = CONTROLS.flatMap(({ tests }) => tests).filter(name =>
    name.startsWith('test/') ? !existsSync(new URL(name, ROOT)) : !files.some(file => file.includes(name)),
  );
  expect(missing).toEqual([]);
});

test('there is no figure but those of the rules', async () => {
  for (const path of ['/figures/1', '/figures/9', '/figures/..%2f']) await desk.portal.browser().get(path).expect(404);
});

describe('who has not acknowledged the rules in force (D1-095)', () => {
  const missing = async () => {
    const answer = await (await desk.as(people.registrar)).ask('/rules/acknowledgements').expect(200);
    return (answer.body as { accounts: string[] }).accounts;
  };

  test('is listed within one’s reach, and no longer once he has', async () => {
    const { context } = desk.portal;
    const late = anAccount(people.county, { loginName: 'c-late', name: '示範遲讀者' });
    const far = anAccount(people.city, { loginName: 't-late', name: '示範外機關遲讀者' });
    await context.database.change(async changes => {
      for (const account of [late, far]) {
        await changes.insertPerson({ id: account.personId, name: account.name });
        await changes.insertAccount(account);
      }
      return { result: undefined, events: [anEvent()] };
    });
    expect(await missing()).toEqual(['c-late']);
    await context.database.change(async changes => {
      await changes.credentials.acknowledgeRules(late.id, context.rulesVersion, context.clock.now());
      return { result: undefined, events: [anEvent({ code: 'rules.acknowledged', accountId: late.id })] };
    });
    expect(await missing()).toEqual([]);
  });

  test.each(['zh', 'en'] as const)('is a page in %s', async language => {
    const answer = await (
      await desk.as(people.head)
    )
      .open('/rules/acknowledgements')
      .set('Accept-Language', language)
      .expect(200);
    judgePage(answer.text, language);
  });
});
