import { randomUUID } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { beginTrip } from '../../src/flows/login/enter-system.ts';
import { composeEvent } from '../../src/flows/gateway-context.ts';
import type { SystemPage } from '../../src/flows/ports.ts';
import { createSystemPages } from '../../src/web/system-pages.ts';
import { HELP_PAGES } from '../../src/web/texts/help/help-pages.ts';
import { buildAssets, deliveredSystems, launchChromium } from '../web/support/browser-pages.ts';
import { SETTINGS, openTestPortal, type TestPortal } from '../web/support/portal.ts';
import { SYSTEM_PAGES } from '../web/support/system-page-kinds.ts';
import { judge, openWindow, type JudgedWindow } from './judged-window.ts';

let portal: TestPortal;
let browser: Browser;
const assets = buildAssets();

beforeAll(async () => {
  portal = await openTestPortal({ domain: 'gateway.localhost', assets, systems: deliveredSystems });
  await grantMore();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

/** A person with a few systems and a few lines of history. */
async function grantMore(): Promise<void> {
  const { context, account } = portal;
  const at = context.clock.now();
  const event = (code: 'login.succeeded' | 'login.refused' | 'system.entered', facts = {}, systemId?: string) =>
    composeEvent(context, code, {
      actor: { kind: 'account', accountId: account.id },
      accountId: account.id,
      ...(systemId === undefined ? {} : { systemId }),
      origin: { requestId: randomUUID(), clientAddress: '192.0.2.14' },
      facts,
    });
  await context.database.change(async changes => {
    for (const [systemId, role] of [
      ['business', 'supervisor'],
      ['factory', 'enquiry'],
    ] as const) {
      await changes.insertGrant({
        id: randomUUID(),
        accountId: account.id,
        systemId,
        role,
        reason: '示範',
        basis: 'demo',
        validFrom: '2020-01-01',
        validUntil: systemId === 'factory' ? '2099-12-31' : null,
        state: 'live',
      });
    }
    await changes.insertBinding({
      id: randomUUID(),
      accountId: account.id,
      issuerKeyIdentifier: 'aa'.repeat(20),
      subjectSerialNumber: 'bb'.repeat(16),
      spkiSha256: 'cc'.repeat(32),
      certificateSha256: 'd0'.repeat(32),
      certificateDer: new Uint8Array([48, 0]),
      notAfter: new Date(at.getTime() + 40 * 86_400_000),
      boundAt: at,
    });
    return {
      result: undefined,
      events: [
        event('login.succeeded', { method: 'card' }),
        event('system.entered', {}, 'company'),
        event('login.refused', { code: 'certificate-expired', method: 'card' }),
      ],
    };
  });
}

const PUBLIC = [
  ['login', '/login'],
  ['failed-certificate-expired', '/login/failed?code=certificate-expired&ref=11111111-1111-4111-8111-111111111111'],
  ['failed-certificate-revoked', '/login/failed?code=certificate-revoked'],
  ['failed-status-unknown', '/login/failed?code=crl-expired'],
  ['failed-card-not-bound', '/login/failed?code=card-not-bound'],
  ['failed-account-suspended', '/login/failed?code=account-suspended'],
  ['failed-wrong-card-family', '/login/failed?code=wrong-card-family'],
  ['failed-challenge-unknown', '/login/failed?code=challenge-unknown'],
  ['failed-signature-invalid', '/login/failed?code=signature-invalid'],
  ['failed-pin-locked', '/login/failed?code=pin-locked'],
  ['failed-unknown', '/login/failed?code=whatever'],
  ['logout-nobody', '/logout'],
  ['logged-out', '/logged-out'],
  ['not-found', '/nothing'],
  ...[...HELP_PAGES.keys()].map(name => [`help-${name}`, `/help/${name}`] as const),
] as const;

describe.each([
  { language: 'zh', size: 'desk', withAxe: true },
  { language: 'zh', size: 'phone', withAxe: true },
  { language: 'en', size: 'desk', withAxe: true },
  // The words of this one have been judged at the desk; here they only have to fit.
  { language: 'en', size: 'phone', withAxe: false },
  { language: 'zh', size: 'zoom', withAxe: false },
] as const)('$language, $size: axe finds nothing, nothing is cut off or blocked', ({ language, size, withAxe }) => {
  let desk: JudgedWindow;
  beforeAll(async () => {
    desk = await openWindow(browser, size, language);
  });
  afterAll(() => desk.context.close());

  test.each(PUBLIC)('%s', async (name, path) => {
    await desk.page.goto(portal.origin + path);
    await judge(desk, `${name}-${size}-${language}`, withAxe);
  });

  test('login to a system', async () => {
    const system = portal.context.systems.get('company')!;
    const { location } = await beginTrip(portal.context, { system, returnPath: '/', tripCookie: undefined });
    await desk.page.goto(location);
    await judge(desk, `login-company-${size}-${language}`, withAxe);
  });

  test('start page, its menu, and leaving', async () => {
    const [name = '', value = ''] = (await portal.logIn()).split('=');
    await desk.context.addCookies([{ name, value, url: `${portal.origin}/`, secure: true }]);
    await desk.page.goto(portal.origin);
    await judge(desk, `home-${size}-${language}`, withAxe);
    if (size !== 'desk') {
      await desk.page.getByRole('button', { name: language === 'zh' ? '選單' : 'Menu' }).click();
      await judge(desk, `home-menu-${size}-${language}`, withAxe);
    }
    await desk.page.goto(`${portal.origin}/logout`);
    await judge(desk, `logout-${size}-${language}`, withAxe);
    await desk.page
      .getByRole('button', { name: language === 'zh' ? '登出所有系統' : 'Log out of all systems' })
      .click();
    await desk.page.waitForURL(`${portal.origin}/logged-out`);
  });

  test.each(SYSTEM_PAGES)('on a system: $kind $reason$code$status', async content => {
    await showSystemPage(desk.page, content, language);
    await judge(desk, `system-${nameOf(content)}-${size}-${language}`, withAxe);
  });
});

/** Puts a page of a business system's host before the browser, as the gateway would. */
async function showSystemPage(page: Page, content: SystemPage, acceptLanguage: string): Promise<void> {
  const pages = createSystemPages({ settings: SETTINGS, portalOrigin: portal.origin, assets });
  const system = portal.context.systems.get('company')!;
  const facts = { system, requestId: randomUUID(), at: portal.context.clock.now(), acceptLanguage };
  await page.route(`${system.origin}/**`, async route => {
    const path = new URL(route.request().url()).pathname;
    const asset = pages.asset(path.replace('/.gateway/assets/', ''));
    if (asset === undefined) await route.fulfill({ contentType: 'text/html', body: pages.render(content, facts) });
    else await route.fulfill({ contentType: asset.contentType, body: Buffer.from(asset.body) });
  });
  await page.goto(`${system.origin}/page`);
  await page.unrouteAll();
}

function nameOf(content: SystemPage): string {
  if (content.kind === 'purpose') return `purpose-${content.problems.length}-problems`;
  return Object.values(content)
    .map(value => String(value))
    .join('-');
}
