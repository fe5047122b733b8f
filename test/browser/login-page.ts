import type { Locator, Page } from '@playwright/test';
import { expectPage } from '../support/chromium.ts';

/** What a test reads and presses on the login page, by role and name in one language. */
const WORDS = {
  zh: { system: '公司登記系統', pin: 'PIN 碼', submit: '使用自然人憑證登入' },
  en: { system: 'Company Registration', pin: 'PIN', submit: 'Log in with the citizen certificate' },
} as const;

export type PageLanguage = keyof typeof WORDS;

/** Asks for a page of the company system as a stranger, and arrives at the login page, which names the system. */
export async function openLoginPage(page: Page, url: string, language: PageLanguage = 'zh'): Promise<void> {
  await page.goto(url);
  await expectPage(page.getByRole('heading', { level: 1 })).toContainText(WORDS[language].system);
  await expectPage(page.getByRole('button', { name: WORDS[language].submit })).toBeEnabled();
}

export function pinField(page: Page, language: PageLanguage = 'zh'): Locator {
  return page.getByLabel(WORDS[language].pin, { exact: true });
}

/** Types the PIN and presses the button, as a person does. */
export async function submitPin(page: Page, pin: string, language: PageLanguage = 'zh'): Promise<void> {
  await pinField(page, language).pressSequentially(pin);
  await page.getByRole('button', { name: WORDS[language].submit }).click();
}

/** Changes the page's language by its switch. */
export async function switchToEnglish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'English' }).click();
  await expectPage(page.locator('html')).toHaveAttribute('lang', 'en');
}
