import { writeFileSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE, startAgentProcess } from '../card-agent/agent-process.ts';
import type { AgentProcess } from '../card-agent/agent-process.ts';
import { SoftCardFolder, makeCard } from '../card-agent/soft-card-folder.ts';
import { temporaryFolder } from '../card-agent/temporary-folder.ts';
import { expectPage, launchChromium } from '../support/chromium.ts';
import type { TestBrowser } from '../support/chromium.ts';

const cards = new SoftCardFolder();
let agent: AgentProcess;
let chromium: TestBrowser;

beforeAll(async () => {
  const card = await makeCard();
  cards.issue('wang', card);
  const ca = path.join(temporaryFolder('browser-authority'), 'root.pem');
  writeFileSync(ca, card.chain.at(-1)!.pem);
  agent = await startAgentProcess(['--soft-card-dir', cards.path, '--allow-origin', PAGE]);
  chromium = await launchChromium({ ca, publicAddress: '127.0.0.1:1' });
});
afterAll(async () => {
  await chromium.close();
  await agent.stop();
});

describe('the card agent’s self-test page in a browser', () => {
  it('shows a card that is put in and taken out without being asked', async () => {
    cards.insert({ 'Test Reader 0': null });
    const context = await chromium.browser.newContext();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`${agent.origin}/selfTest.htm`);
    await expectPage(page.locator('#live')).toBeVisible();
    await expectPage(page.locator('.step-stop')).toContainText('讀卡機中沒有卡片');
    cards.insert({ 'Test Reader 0': 'wang' });
    await expectPage(page.locator('.step-ok')).toHaveCount(5);
    await expectPage(page.locator('#results')).toContainText('自然人憑證 MOICA');
    cards.insert({});
    await expectPage(page.locator('.step-stop')).toContainText('0x76100003');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('says that what it shows is old once the agent has ended', async () => {
    cards.insert({ 'Test Reader 0': 'wang' });
    const mortal = await startAgentProcess(['--soft-card-dir', cards.path, '--allow-origin', PAGE]);
    const page = await chromium.browser.newPage();
    await page.goto(`${mortal.origin}/selfTest.htm`);
    await expectPage(page.locator('#live')).toBeVisible();
    await expectPage(page.locator('#stale')).toBeHidden();
    await mortal.stop();
    await expectPage(page.locator('#stale')).toBeVisible();
    await expectPage(page.locator('#stale')).toContainText('自動更新已中斷');
    await expectPage(page.locator('#live')).toBeHidden();
    await expectPage(page.locator('#results')).toHaveClass('stale');
    await page.close();
  });

  it('works without script by its link', async () => {
    cards.insert({ 'Test Reader 0': null });
    const context = await chromium.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${agent.origin}/selfTest.htm`);
    await expectPage(page.locator('.step-stop')).toHaveCount(1);
    await expectPage(page.locator('#live')).toBeHidden();
    cards.insert({ 'Test Reader 0': 'wang' });
    await page.getByRole('link', { name: '重新檢測' }).click();
    await expectPage(page.locator('.step-ok')).toHaveCount(5);
    await context.close();
  });
});
