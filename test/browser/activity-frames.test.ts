import type { Frame, Page } from '@playwright/test';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, test, type ExpectStatic } from 'vitest';
import { judge } from './judged-window.ts';
import { IDLE_MS, openSystemDesk, ORIGIN, overIn, PORTAL, wait, warningIn, type SystemDesk } from './system-desk.ts';

const HEAD = '<!doctype html><html lang="zh-Hant"><meta charset="utf-8"><title>案件</title>';
const WITH = '<script src="/.gateway/activity.js" defer></script>';
const PAPER = '<h1>案件</h1><label>案由 <textarea rows="8"></textarea></label>';
const MODAL = `${PAPER}<dialog><label>理由 <input></label><button>關閉</button></dialog>`;

const frameset = (script: string, sizes: string, ...sources: string[]): string =>
  `${HEAD}${script}<frameset ${sizes}>${sources.map((src, at) => `<frame src="${src}" name="f${at}">`).join('')}</frameset>`;

/** Pages as systems have had them for twenty years. */
const PAGES: Readonly<Record<string, string>> = {
  '/frameset': frameset(WITH, 'cols="25%,*"', '/menu', '/paper'),
  '/no-room': frameset(WITH, 'rows="*,80"', `${PORTAL}/paper`, '/paper'),
  '/each-frame': frameset('', 'cols="0,40%,*"', '/with', '/with', '/with'),
  '/menu': `${HEAD}<a href="/paper?next" target="f1">下一件</a>`,
  '/paper': `${HEAD}${PAPER}`,
  '/with': `${HEAD}${WITH}${PAPER}`,
  '/inner': `${HEAD}<p>附件</p><iframe src="/paper" name="innermost"></iframe>`,
  '/outer': `${HEAD}${WITH}<main><iframe sandbox src="/paper"></iframe></main>`,
  '/foreign': `${HEAD}${WITH}<iframe src="${PORTAL}/paper" name="foreign" width="600" height="300"></iframe>`,
  '/double': `${HEAD}${WITH}${WITH}<iframe src="/with" width="800" height="500"></iframe>`,
  '/versions': `${HEAD}<script src="/earlier.js" defer></script>${PAPER}`,
  '/modal-en': `${HEAD.replace('zh-Hant', 'en')}<meta name="viewport" content="width=device-width">${WITH}${MODAL}`,
  '/modal': `${HEAD}${WITH}${MODAL}`,
};

let desk: SystemDesk;
const answer: RequestListener = (request, response) => {
  const path = new URL(request.url ?? '/', ORIGIN).pathname;
  if (path === '/earlier.js') {
    // As a node of another version would have served it.
    const script = Buffer.from(desk.pages.activityScript.body)
      .toString()
      .replace(desk.assets.digest, '0123456789abcdef');
    response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
  } else response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(PAGES[path]);
};
beforeAll(async () => {
  desk = await openSystemDesk(answer);
});
afterAll(() => desk.close());

function frameOf(page: Page, name: string): Frame {
  const frame = page.frame({ name });
  if (frame === null) throw new Error(`The page has no frame ${name}.`);
  return frame;
}

/** How many of our dialogues are before the person. */
async function countWarnings(page: Page): Promise<number> {
  let count = 0;
  for (const frame of page.frames()) count += await warningIn(frame).count();
  return count;
}

/** Types a letter twice a second, for half as long again as a session stands idle; into whatever is given at the time. */
async function typeOn(
  expect: ExpectStatic,
  page: Page,
  paperNow: () => Frame,
  atHalf: () => Promise<void> = () => Promise.resolve(),
) {
  const begun = Date.now();
  let isLate = false;
  while (Date.now() < begun + 1.5 * IDLE_MS) {
    if (!isLate && Date.now() > begun + 0.5 * IDLE_MS) {
      isLate = true;
      await atHalf();
    }
    await paperNow().locator('textarea').press('a');
    expect(await countWarnings(page)).toBe(0);
    await wait(500);
  }
}

describe.concurrent('a frameset that includes the script', () => {
  test('warns in its largest frame, where it can be answered; and tells the end there, again when the frame loads', async ({
    expect,
  }) => {
    const at = await desk.sitDown('/frameset');
    const paper = frameOf(at.page, 'f1');
    const warning = warningIn(paper);
    await warning.waitFor();
    expect(await countWarnings(at.page)).toBe(1);
    await judge(at, 'system-frameset-warning', false);
    await warning.getByRole('button', { name: '保持登入' }).click();
    await warning.waitFor({ state: 'hidden' });
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);

    await overIn(paper).waitFor();
    await judge(at, 'system-frameset-over', false);
    expect(await overIn(frameOf(at.page, 'f0')).count()).toBe(0);
    await frameOf(at.page, 'f0').getByRole('link').click();
    await paper.getByText('session-over').waitFor();
    await overIn(paper).waitFor();
    expect(await overIn(paper).textContent()).toContain('閒置時間過長');
  });

  test('hears what is typed in its frames, and in what is loaded into them (D1-099)', async ({ expect }) => {
    const at = await desk.sitDown('/frameset');
    await typeOn(
      expect,
      at.page,
      () => frameOf(at.page, 'f1'),
      async () => {
        await frameOf(at.page, 'f0').getByRole('link').click();
        await frameOf(at.page, 'f1').waitForURL(/\?next$/);
      },
    );
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
    expect(at.complaints).toEqual([]);
  });

  test('without room for a dialogue holds nothing up, and goes on hearing (D1-099)', async ({ expect }) => {
    const at = await desk.sitDown('/no-room');
    const strip = frameOf(at.page, 'f1');
    await expect.poll(() => at.leftMs()).toBeLessThan(IDLE_MS / 2 - 2_000);
    expect(await countWarnings(at.page)).toBe(0);
    // Fails where the frame is inert.
    await strip.locator('textarea').click();
    await expect.poll(() => at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
    await expect.poll(() => at.leftMs()).toBe(0);
    await wait(1_000);
    await strip.locator('textarea').click();
    expect(at.complaints).toEqual([]);
  });
});

describe.concurrent('a page with frames that includes the script', () => {
  test('hears what is typed in a frame that came later, in another (D1-099)', async ({ expect }) => {
    const at = await desk.sitDown('/outer');
    await wait(1_000);
    await at.page.evaluate(`{
      const frame = document.createElement('iframe');
      frame.src = '/inner';
      document.querySelector('main').append(frame);
    }`);
    await expect.poll(() => at.page.frame({ name: 'innermost' })).not.toBe(null);
    await typeOn(expect, at.page, () => frameOf(at.page, 'innermost'));
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
    expect(at.complaints).toEqual([]);
  });

  test('its twin: what is typed in a frame of another origin it cannot hear', async ({ expect }) => {
    const at = await desk.sitDown('/foreign');
    const paper = frameOf(at.page, 'foreign').locator('textarea');
    const until = Date.now() + IDLE_MS / 2 - 1_000;
    while (Date.now() < until) {
      await paper.press('a');
      await wait(500);
    }
    await at.warning.waitFor();
    await at.over.waitFor();
    expect(await at.leftMs()).toBe(0);
    expect(at.complaints).toEqual([]);
  });

  test.for([
    ['the outermost page', '/double', (page: Page) => page.mainFrame()],
    [
      'the first frame that has room, where the page itself has no script',
      '/each-frame',
      (page: Page) => frameOf(page, 'f1'),
    ],
  ] as const)('shows one dialogue where several include it: in %s', async ([, path, frame], { expect }) => {
    const at = await desk.sitDown(path);
    const warning = warningIn(frame(at.page));
    await warning.waitFor();
    await wait(1_500);
    expect(await countWarnings(at.page)).toBe(1);
    await warning.getByRole('button', { name: '保持登入' }).click();
    await expect.poll(() => countWarnings(at.page)).toBe(0);
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
    expect(at.complaints).toEqual([]);
  });

  test('is served to a page that names it by another version’s digest, and is one with this version’s', async ({
    expect,
  }) => {
    const at = await desk.sitDown('/versions');
    await at.warning.waitFor();
    await at.page.addScriptTag({ url: '/.gateway/activity.js' });
    await wait(1_500);
    expect(await at.warning.count()).toBe(1);
    expect(at.complaints).toEqual([]);
  });
});

describe.concurrent('a page that changes under the warning', () => {
  test('written anew, has it again, and can be answered', async ({ expect }) => {
    const at = await desk.sitDown('/with');
    await at.warning.waitFor();
    for (const writing of [
      'document.body.replaceChildren(document.createElement("textarea"))',
      '{ document.open(); document.write("<!doctype html><textarea></textarea>"); document.close(); }',
    ]) {
      await at.page.evaluate(writing);
      await at.warning.waitFor();
    }
    await at.warning.getByRole('button', { name: '保持登入' }).click();
    await at.warning.waitFor({ state: 'hidden' });
    await at.paper.click();
    expect(await at.leftMs()).toBeGreaterThan(IDLE_MS / 2);
  });

  test.for([
    { path: '/modal', size: 'desk', read: '知道了' },
    { path: '/modal-en', size: 'phone', read: 'Understood' },
  ] as const)(
    'under a modal dialogue of its own, is told the end above it, where it can be answered ($path, $size)',
    async ({ path, size, read }, { expect }) => {
      const at = await desk.sitDown(path, size);
      const { page, context } = at;
      await page.evaluate('document.querySelector("dialog").showModal()');
      const reason = page.getByLabel('理由');
      await reason.fill('未送出');
      await desk.gateway.test.context.sessions.end(at.reference, 'administrator');
      await page.evaluate('window.dispatchEvent(new Event("focus"))');
      await at.over.waitFor();
      await judge(at, `system-modal-over-${size}`, false);
      const [opened] = await Promise.all([context.waitForEvent('page'), at.over.getByRole('link').click()]);
      await opened.close();
      await page.getByRole('button', { name: read }).click();

      // The page's own dialogue is at hand again, and the notice in sight.
      await reason.click();
      expect(await reason.inputValue()).toBe('未送出');
      await judge(at, `system-modal-over-read-${size}`, false);
      expect(await at.over.isVisible()).toBe(true);
      await wait(600);
      await page.evaluate('window.dispatchEvent(new Event("focus"))');
      await wait(600);
      await reason.click();
      await page.getByRole('button', { name: '關閉' }).click({ trial: true });
      await page.evaluate('document.querySelector("dialog").close()');
      await at.over.getByRole('link').click({ trial: true });
      expect(at.complaints).toEqual([]);
    },
  );
});
