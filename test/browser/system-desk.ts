import { chromium, type Frame, type Page } from '@playwright/test';
import type { RequestListener } from 'node:http';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { startGateway } from '../gateway/gateway-under-test.ts';
import { buildAssets } from '../web/support/browser-pages.ts';
import { SETTINGS } from '../web/support/portal.ts';
import { openWindow, type JudgedWindow } from './judged-window.ts';

/** A warning is due when half of this is left; what a person does is reported every quarter of it. */
export const IDLE_MS = 12_000;
export const ORIGIN = 'https://company.gateway.test';
/** Of the same site, but another origin. */
export const PORTAL = 'https://portal.gateway.test';

/**
 * A gateway with the script for systems' pages, and a browser in which people sit at such pages.
 *
 * @param answer the pages of the system, and of the portal
 */
export async function openSystemDesk(answer: RequestListener) {
  const assets = buildAssets();
  const pages = createSystemPages({ settings: SETTINGS, portalOrigin: PORTAL, assets });
  const gateway = await startGateway({ pages, portal: answer, sessionLimits: { idleMs: IDLE_MS } });
  gateway.company.answer = answer;
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP *.gateway.test:443 127.0.0.1:${gateway.port}`],
  });
  const windows: JudgedWindow[] = [];

  return {
    gateway,
    assets,
    pages,
    /** Somebody who is logged in, at a page of the system. */
    async sitDown(path = '/', size: 'desk' | 'phone' = 'desk') {
      const window = await openWindow(browser, size, 'zh');
      windows.push(window);
      const { context, page } = window;
      const opened = await gateway.test.openSession();
      const value = await opened.cookieFor('company');
      await context.addCookies([{ name: '__Host-gw', value, url: `${ORIGIN}/`, secure: true, httpOnly: true }]);
      await page.goto(`${ORIGIN}${path}`);
      const { reference } = opened.session;
      return {
        ...window,
        reference,
        warning: warningIn(page),
        over: overIn(page),
        paper: page.locator('textarea'),
        leftMs: async (): Promise<number> =>
          (await gateway.test.context.sessions.describe([reference])).get(reference)?.idleRemainingMs ?? 0,
      };
    },
    async standUp(): Promise<void> {
      for (const { context } of windows.splice(0)) await context.close();
    },
    async close(): Promise<void> {
      await browser.close();
      await gateway.close();
    },
  };
}

export type SystemDesk = Awaited<ReturnType<typeof openSystemDesk>>;

export const warningIn = (frame: Page | Frame) =>
  frame.getByRole('dialog', { name: /即將自動登出|about to be logged out/ });
export const overIn = (frame: Page | Frame) => frame.getByRole('alert', { name: /連線已結束|Your session is over/ });

export const wait = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
