import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect } from 'vitest';

/** A desk, a phone, and the desk at 200 % zoom. */
const SIZES = {
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  zoom: { width: 640, height: 400 },
} as const;
const LANGUAGES = { zh: 'zh-TW', en: 'en-GB' } as const;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** Set to a folder, the pictures of all pages are left there to be looked at. */
const SHOTS = process.env['PAGE_SHOTS'];

/** A browser window with a memory for what went wrong in it. */
export interface JudgedWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser refused or stumbled over; a policy that stops a page of ours shows here. */
  readonly complaints: string[];
}

/** One browser window; each page is opened in it after the other. */
export async function openWindow(
  browser: Browser,
  size: keyof typeof SIZES,
  language: keyof typeof LANGUAGES,
): Promise<JudgedWindow> {
  const context = await browser.newContext({
    viewport: SIZES[size],
    locale: LANGUAGES[language],
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    // A page that tells a failure has that failure's status; Chromium notes it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', error => complaints.push(error.message));
  return { page, context, complaints };
}

/** What holds for every page that a person sees. */
export async function judge({ page, complaints }: JudgedWindow, name: string, withAxe: boolean): Promise<void> {
  if (SHOTS !== undefined) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  }
  if (withAxe) {
    const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])).toEqual([]);
  }
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  expect(await page.evaluate(overflow)).toBe(0);
  expect(complaints.splice(0)).toEqual([]);
}
