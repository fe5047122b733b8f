import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectPage, type TestBrowser } from '../support/chromium.ts';
import { launchCertificateBrowser } from '../support/certificate-browser.ts';
import { personOf, startTemporaryDemo, systemOf, type TemporaryDemo } from '../support/temporary-demo.ts';

const SHOTS = process.env['PAGE_SHOTS'];
const BEGIN = '以瀏覽器憑證登入';

let opened: TemporaryDemo;
beforeAll(async () => {
  opened = await startTemporaryDemo();
});
afterAll(() => opened.close());

async function withBrowser(account: string | null, use: (page: Page) => Promise<void>): Promise<void> {
  const { demo } = opened;
  const card = account === null ? null : personOf(demo, account);
  const site = 'https://card.gateway.localhost:*';
  const started: TestBrowser = await launchCertificateBrowser({ ca: demo.ca, card, site });
  try {
    const context = await started.browser.newContext({ locale: 'zh-TW' });
    await use(await context.newPage());
  } finally {
    await started.close();
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

describe('D3-02 login by the certificate in the browser, in a real handshake', () => {
  test('from a system through the card host back into it; after logging out, again', async () => {
    const { demo } = opened;
    const company = systemOf(demo, 'company');
    await withBrowser('county-user', async page => {
      for (const round of [1, 2]) {
        await page.goto(`${company}/echo`);
        await expectPage(page).toHaveURL(/\/login\?trip=/);
        if (round === 1) await shoot(page, 'login-zh');
        await page.getByRole('button', { name: BEGIN }).click();
        await expectPage(page).toHaveURL(`${company}/echo`);
        const { headers } = JSON.parse(await page.locator('body').innerText()) as { headers: [string, string][] };
        const fields = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
        expect(fields.get('x-gateway-auth-method')).toBe('card-tls');
        expect(fields.get('x-gateway-user')).toBe('county-user');
        const claims = Buffer.from(fields.get('x-gateway-assertion')?.split('.')[1] ?? '', 'base64url').toString();
        expect(JSON.parse(claims)).toMatchObject({ amr: ['sc', 'pin'], acr: 'card' });
        await page.goto(`${demo.portal}/`);
        await expectPage(page.getByText('自然人憑證（瀏覽器憑證）').first()).toBeVisible();
        await page.goto(`${demo.portal}/logout`);
        await page.locator('main form button[type=submit]').click();
        await expectPage(page).toHaveURL(`${demo.portal}/logged-out`);
      }
    });
  });

  test('with no certificate in the store: a page that says what to do, in both languages', async () => {
    const { demo } = opened;
    await withBrowser(null, async page => {
      const problems: string[] = [];
      page.on('console', message => {
        if (message.type() === 'error') problems.push(message.text());
      });
      await page.goto(`${demo.portal}/login`);
      await page.getByRole('button', { name: BEGIN }).click();
      await expectPage(page).toHaveURL(new RegExp(`^${demo.cardHost}/login/tls`));
      await expectPage(page.getByRole('heading', { name: '瀏覽器沒有出示憑證' })).toBeVisible();
      await expectPage(page.getByText('client-certificate-missing')).toBeVisible();
      const sheet = await page.evaluate(() => getComputedStyle(document.body).fontFamily);
      expect(sheet).not.toBe('');
      expect(await page.evaluate(() => document.styleSheets.length)).toBe(1);
      // Without its own look at the style sheet, which the page's policy forbids it as everybody.
      const found = await new AxeBuilder({ page })
        .options({ preload: false })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      expect(found.violations.map(({ id }) => id)).toEqual([]);
      await shoot(page, 'no-certificate-zh');
      await page.getByRole('link', { name: '以瀏覽器憑證登入的準備' }).click();
      await expectPage(page).toHaveURL(`${demo.portal}/help/browser-certificate`);
      await shoot(page, 'help-zh');
      await page.getByRole('button', { name: 'English' }).click();
      await expectPage(page.getByRole('heading', { level: 1 })).toHaveText(
        'Logging in by the certificate in the browser',
      );
      await shoot(page, 'help-en');
      await page.goto(`${demo.portal}/login`);
      await shoot(page, 'login-en');
      await page.getByRole('button', { name: 'Use the certificate in this browser' }).click();
      await expectPage(page.getByRole('heading', { name: 'The browser showed no certificate' })).toBeVisible();
      await shoot(page, 'no-certificate-en');
      // Only what the refusal itself is: the browser names the status of the page.
      expect(problems.filter(text => !text.includes('403'))).toEqual([]);
    });
  });

  test('with a revoked card: a page, and nobody is logged in', async () => {
    const { demo } = opened;
    const revoked = demo.people.find(({ account }) => account.includes('revoked'));
    if (revoked === undefined) throw new Error('The demo has nobody with a revoked card.');
    await withBrowser(revoked.account, async page => {
      await page.goto(`${demo.portal}/login`);
      await page.getByRole('button', { name: BEGIN }).click();
      await expectPage(page.getByText('certificate-revoked')).toBeVisible();
      await shoot(page, 'revoked-zh');
      await page.goto(`${demo.portal}/`);
      await expectPage(page).toHaveURL(`${demo.portal}/login`);
    });
  });
});
