import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDemoCard } from '../browser/demo-card.ts';
import { openLoginPage, submitPin } from '../browser/login-page.ts';
import { recordRequests, type SentRequest } from '../browser/sent-requests.ts';
import { expectPage, launchChromium } from '../support/chromium.ts';
import { startDemoOnVirtualCard, type DemoOnVirtualCard } from '../support/demo-on-virtual-card.ts';
import { disguisesOf } from '../support/pin-search/disguises.ts';
import { searchBytes, searchFolder, searchMemory } from '../support/pin-search/search.ts';
import { startRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { systemOf } from '../support/temporary-demo.ts';
import { virtualCardOf } from '../support/virtual-card/card-content.ts';

/** Letters and digits that nothing else can contain by chance. */
const PIN = 'Kq7vWx2p';
const WRONG_PIN = 'zX9wQ4mB';
/** Sent to the gateway, so that there is something to be found in it. */
const CANARY = 'Hn3cRt8y';

const PINS = [...disguisesOf(PIN), ...disguisesOf(WRONG_PIN)];

/** Everything that any program of the run writes: their temporary folders are in this one. */
const run = mkdtempSync(join(tmpdir(), 'pin-'));
const usualTmpdir = process.env['TMPDIR'];

/** What was started, first to last. */
const closers: (() => Promise<void> | void)[] = [];

let demo: DemoOnVirtualCard;
let proxy: RecordingProxy;
let sent: readonly SentRequest[];

beforeAll(async () => {
  process.env['TMPDIR'] = run;
  closers.push(() => {
    if (usualTmpdir === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usualTmpdir;
    rmSync(run, { recursive: true, force: true });
  });
  demo = await startDemoOnVirtualCard();
  closers.push(() => demo.close());
  const { portal, ca } = demo.demo;
  proxy = await startRecordingProxy({
    target: Number(new URL(portal).port),
    certificate: readFileSync(join(demo.folder.tls, 'server.pem')),
    key: readFileSync(join(demo.folder.tls, 'server.key')),
    ca: readFileSync(ca),
  });
  closers.push(() => proxy.close());
  const chromium = await launchChromium({
    ca,
    publicAddress: `127.0.0.1:${proxy.port}`,
    switches: [`--host-resolver-rules=MAP *.gateway.localhost 127.0.0.1:${proxy.port}`],
  });
  closers.push(() => chromium.close());
  const context = await chromium.browser.newContext({ locale: 'zh-TW' });
  sent = recordRequests(context);

  // a day at the desk: a check of the reader, a wrong PIN, the right one
  await demo.reader.insert(virtualCardOf(await readDemoCard(demo.folder, 'county-user'), { pin: PIN }));
  const page = await context.newPage();
  await page.goto(`${portal}/help/reader`);
  await page.locator('#check-start').click();
  await expectPage(page.locator('#check-readers')).toContainText('Virtual PCD');
  const company = systemOf(demo.demo, 'company');
  await openLoginPage(page, `${company}/`);
  await submitPin(page, WRONG_PIN);
  await expectPage(page.getByRole('article').getByRole('heading')).toHaveText('PIN 碼錯誤');
  await submitPin(page, PIN);
  await page.waitForURL(`${company}/`);
  await expectPage(page.getByRole('row', { name: '姓名' })).toContainText('示範陳雅文');
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('the PIN stays between page and component (D1-131)', () => {
  test('the page sent both to the component', () => {
    for (const pin of [PIN, WRONG_PIN]) {
      const withPin = sent.filter(({ text }) => text.includes(pin)).map(({ url }) => url);
      expect(withPin).toEqual([`${demo.demo.cardAgent}/sign`]);
    }
  });

  test('it is in no request that the gateway received, in none of the forms that texts take', () => {
    const received = proxy.received();
    // the whole login went by here, in the clear
    expect(searchBytes('', received, disguisesOf('challengeId'))).toMatchObject([{ disguise: 'UTF-8' }]);
    expect(received.toString('latin1').match(/POST \/login\/card HTTP/g)).toHaveLength(1);
    expect(searchBytes('requests', received, PINS)).toEqual([]);
  });

  test('it is in no file of the run: stores, logs, traces, cores, profiles', () => {
    expect(searchFolder(run, PINS)).toEqual([]);
    expect(searchFolder(run, disguisesOf('county-user'))).not.toEqual([]);
  });

  test('it is not in the memory of the gateway, where what it was sent is', async () => {
    const { portal } = demo.demo;
    const { port, hostname } = new URL(portal);
    // a request that does not end: what it brought stays in the memory
    const open = connect({
      host: '127.0.0.1',
      port: Number(port),
      ca: readFileSync(demo.demo.ca),
      servername: hostname,
    });
    open.write(
      `POST /login/card HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Canary: ${CANARY}\r\nContent-Length: 9\r\n\r\n`,
    );
    const { pid } = demo.running.gateway.process;
    const canary = disguisesOf(CANARY).slice(0, 1);
    await expect.poll(() => searchMemory(pid!, canary)).not.toEqual([]);
    expect(searchMemory(pid!, PINS)).toEqual([]);
    open.destroy();
  });
});

describe('the search finds what there is', () => {
  const before = Buffer.from('{"a":"');
  const spell = {
    'UTF-8': (bytes: Buffer) => bytes,
    'UTF-16': (bytes: Buffer) => Buffer.from(bytes.toString('latin1'), 'utf16le'),
    hexadecimal: (bytes: Buffer) => Buffer.from(bytes.toString('hex')),
    PERCENT: (bytes: Buffer) => Buffer.from(bytes.toString('hex').replaceAll(/../g, '%$&').toUpperCase()),
    base64: (bytes: Buffer) => Buffer.from(bytes.toString('base64')),
    base64url: (bytes: Buffer) => Buffer.from(bytes.toString('base64url')),
  };

  test.each(Object.keys(spell) as (keyof typeof spell)[])('%s, wherever in the text it stands', name => {
    const folder = mkdtempSync(join(tmpdir(), 'planted-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    for (const offset of [0, 1, 2, 3, 4, 5]) {
      const text = Buffer.concat([before.subarray(offset), Buffer.from(PIN), Buffer.from('"}')]);
      writeFileSync(join(folder, 'file'), Buffer.concat([Buffer.alloc(4096), spell[name](text), Buffer.alloc(5)]));
      const found = searchFolder(folder, PINS).map(({ disguise }) => disguise);
      expect(found.some(disguise => disguise.startsWith(name.replace('url', '')))).toBe(true);
      const twin = Buffer.concat([before.subarray(offset), Buffer.from('Kq7vXx2p'), Buffer.from('"}')]);
      writeFileSync(join(folder, 'file'), spell[name](twin));
      expect(searchFolder(folder, PINS)).toEqual([]);
    }
  });
});
