import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordNotices } from '../../../src/flows/operations/record-notices.ts';
import type { Notice } from '../../../src/flows/ports.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

let world: TestContext;
beforeEach(async () => {
  world = await openTestContext();
});
afterEach(() => world.close());

const FIRST = { text: '僅供甲作業之參考。', textEn: 'For A only.', version: '1' };

function withNotice(notice: Notice) {
  const { context } = world;
  const company = context.systems.get('company')!;
  return { ...context, systems: new Map([['company', { ...company, notice }]]) };
}

const recorded = async () =>
  (await world.context.database.events.listEvents({ code: 'notice.in-force', limit: 10 })).map(event => [
    event.systemId,
    event.facts['version'],
    event.facts['text'],
  ]);

test('D2-081 each wording of a notice is on record from when it is in force, once', async () => {
  expect(await recordNotices(withNotice(FIRST))).toBe(1);
  expect(await recordNotices(withNotice(FIRST))).toBe(0);
  expect(await recorded()).toEqual([['company', '1', FIRST.text]]);
});

test('D2-081 another wording is recorded, under its own version or not, and so is the way back', async () => {
  const edited = { ...FIRST, text: '僅供乙作業之參考。' };
  for (const notice of [FIRST, edited, { ...edited, version: '2' }, FIRST]) {
    world.advance(1_000);
    expect(await recordNotices(withNotice(notice))).toBe(1);
  }
  expect(await recorded()).toEqual([
    ['company', '1', FIRST.text],
    ['company', '2', edited.text],
    ['company', '1', edited.text],
    ['company', '1', FIRST.text],
  ]);
});

test('systems do not stand for one another', async () => {
  expect(await recordNotices(world.context)).toBe(world.context.systems.size);
  expect(await recordNotices(world.context)).toBe(0);
});
