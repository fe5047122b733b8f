import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPONENT_STATE_STORIES, type ComponentStateCode } from '../../src/web/texts/stories/stories.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import type { ComponentDouble } from '../card-agent/component-double.ts';
import { mintSignedData } from '../pki/support/cms-mint.ts';
import type { TestPortal } from '../web/support/portal.ts';
import { openDoublePortal, type DoublePortal } from './double-portal.ts';
import { lastErrorRows, retCodeRows } from '../web/islands/code-rows.ts';

/**
 * Both code tables of the component, row by row, through the real page: each has its words and its code in small print,
 * and is told to the portal without anything of person, card or reader (D1-130).
 */

const PIN = '24681012';
const LOGIN_FAILED = 0x76100006;
const WORDS = {
  'zh-TW': { pin: 'PIN 碼', submit: '使用自然人憑證登入', language: 'zh' },
  en: { pin: 'PIN', submit: 'Log in with the citizen certificate', language: 'en' },
} as const;
/** States whose story is a page of its own. */
const PAGES: readonly string[] = ['pin-locked', 'certificate-expired', 'certificate-not-yet-valid'];

interface Row {
  readonly retCode: number;
  readonly lastError: number | string;
  readonly meaning: object;
}
const ROWS: readonly Row[] = [
  ...retCodeRows.flatMap(([codes, meaning]) => codes.map(retCode => ({ retCode, lastError: 0, meaning }))),
  ...lastErrorRows.map(([, lastError, meaning]) => ({ retCode: LOGIN_FAILED, lastError, meaning })),
];

let opened: DoublePortal;
let portal: TestPortal;
let component: ComponentDouble;
let card: IssuedCertificate;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  opened = await openDoublePortal({ limits: { challenge: 1_000, 'trouble-report': 1_000 } });
  ({ component, card, portal, browser } = opened);
});
afterAll(() => opened.close());

/** The story that a row must be told by: that of its trouble, where the trouble has one. */
function storyOf(meaning: object) {
  const { state, trouble } = { trouble: '', ...meaning } as { state: ComponentStateCode; trouble: string };
  const own = `component-error.${trouble}`;
  const name = own in COMPONENT_STATE_STORIES ? (own as ComponentStateCode) : state;
  return { state, trouble, story: COMPONENT_STATE_STORIES[name] };
}

const hex = (code: number | string) => {
  const low = BigInt.asUintN(32, BigInt(code));
  return `0x${low.toString(16).toUpperCase().padStart(8, '0')}`;
};

test.each(['zh-TW', 'en'] as const)('every row has its words and its code (%s)', async locale => {
  const words = WORDS[locale];
  // In the second language one code of each row is enough: the words differ, the numbers do not.
  const firsts = new Set(retCodeRows.map(([codes]) => codes[0]));
  const rows = locale === 'en' ? ROWS.filter(({ retCode }) => firsts.has(retCode)) : ROWS;
  context = await browser.newContext({ locale, ignoreHTTPSErrors: true });
  page = await context.newPage();
  const reports: string[] = [];
  const toPortal: string[] = [];
  page.on('request', (request: Request) => {
    const line = `${request.url()} ${request.postData() ?? ''}`;
    toPortal.push(line);
    if (request.url().endsWith('/login/card/trouble')) reports.push(request.postData() ?? '');
  });
  await page.goto(`${portal.origin}/login`);
  for (const { retCode, lastError, meaning } of rows) {
    const { state, trouble, story } = storyOf(meaning);
    // As the component sends it: negative, with a text that is no word of ours, beside a card's number.
    const signed = retCode >= 2 ** 31 ? retCode - 2 ** 32 : retCode;
    component.reply({
      func: 'sign',
      ret_code: signed,
      last_error: lastError,
      message: 'IC卡',
      cardSN: 'MT99',
      serverVersion: '1.3.4.3',
    });
    await page.getByLabel(words.pin, { exact: true }).fill(PIN);
    await page.getByRole('button', { name: words.submit }).click();
    const title = story.title[words.language];
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
    if (PAGES.includes(state)) {
      expect(new URL(page.url()).searchParams.get('code')).toBe(state);
      await page.goto(`${portal.origin}/login`);
    } else {
      const small = await page.locator('#state .code').innerText();
      const codes = `${hex(retCode)} / ${hex(lastError)}`;
      expect(small).toBe(state === 'component-error' ? `${state} ${trouble} ${codes}` : `${state} ${codes}`);
      const shown = await page.locator('#state').innerText();
      for (const step of story.steps) expect(shown).toContain(step.text[words.language]);
    }
    // What was reported is exactly this.
    await expect.poll(() => reports.length).toBe(1);
    expect(JSON.parse(reports.pop() ?? '')).toEqual({
      purpose: 'login',
      state,
      ...(trouble === '' ? {} : { trouble }),
      retCode,
      lastError: Number(BigInt.asUintN(32, BigInt(lastError))),
      componentVersion: '1.3.4.3',
    });
  }
  expect(toPortal.filter(line => line.includes(PIN) || line.includes('MT99'))).toEqual([]);
  await context.close();
});

test('the component asked for a bare signature and gives none: the next click asks for a SignedData, which logs in', async () => {
  context = await browser.newContext({ locale: 'zh-TW', ignoreHTTPSErrors: true });
  page = await context.newPage();
  await page.goto(`${portal.origin}/login`);
  const submit = async () => {
    await page.getByLabel('PIN 碼', { exact: true }).fill(PIN);
    await page.getByRole('button', { name: '使用自然人憑證登入' }).click();
  };
  const asked = () => component.received().map(({ data }) => JSON.parse(String(data)) as { signatureType: string });

  // Signed, but the certificate is missing: nothing is sent to the portal, and nothing is wrong with card or PIN.
  component.reply({ func: 'sign', ret_code: 0, last_error: 0, signature: 'AAAA' });
  await submit();
  await page.getByRole('heading', { name: '請再按一次' }).waitFor();
  expect(asked()).toMatchObject([{ signatureType: 'PKCS1' }]);

  // The change of language comes back with a new page, which still knows.
  await page.reload();
  component.answerWith(({ tbs = '', signatureType }) => ({
    func: 'sign',
    ret_code: signatureType === 'PKCS7' ? 0 : 0x76300002,
    last_error: 0,
    signature: mintSignedData({
      content: Buffer.from(tbs),
      certificate: card.certificate.der,
      keyPair: card.keyPair,
    })
      .toString('base64')
      .replaceAll(/.{76}/g, '$&\r\n'),
  }));
  const posted = page.waitForRequest(request => request.url().endsWith('/login/card'));
  await submit();
  const body = JSON.parse((await posted).postData() ?? '') as object;
  expect(Object.keys(body).sort()).toEqual(['challengeId', 'signedData']);
  expect(asked()).toMatchObject([{ signatureType: 'PKCS7' }]);
  await page.waitForURL(`${portal.origin}/`);
  await context.close();
});
