import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bridgePopup } from '../../src/card-agent/pages/popup-bridge.ts';
import type { BridgeWindow } from '../../src/card-agent/pages/popup-bridge.ts';
import { PAGE } from './agent-process.ts';

/** The bridge in a window whose agent answers with `text`; what the page is told last. */
async function toldToPage(text: string, request = '{"func":"MakeSignature"}'): Promise<unknown> {
  const told: string[] = [];
  const opener = { postMessage: (message: string) => void told.push(message) };
  const listeners: Parameters<BridgeWindow['addEventListener']>[1][] = [];
  bridgePopup({
    opener,
    document: { getElementById: () => ({ hidden: true, dataset: { token: 't', allowedOrigins: PAGE } }) },
    addEventListener: (_type, listener) => void listeners.push(listener),
    removeEventListener: () => undefined,
    fetch: () => Promise.resolve({ text: () => Promise.resolve(text) }),
    setTimeout: () => undefined,
    close: () => undefined,
  });
  for (const listener of listeners) listener({ data: request, origin: PAGE, source: opener });
  await nextTurn();
  return JSON.parse(told.at(-1)!);
}

describe('what the popup passes on', () => {
  it.each(['{"func":"sign","ret_code":0,"signature":"AA=="}', '{"func":"sign","ret_code":1979711503,"last_error":0}'])(
    'a reply as it is: %s',
    async reply => {
      expect(await toldToPage(reply)).toEqual(JSON.parse(reply));
    },
  );

  it.each([
    ['nothing', ''],
    ['a page', '<html><body>busy</body></html>'],
    ['half a reply', '{"func":"sign","ret'],
    ['no code', '{"func":"sign"}'],
    ['a code in words', '{"func":"sign","ret_code":"0"}'],
    ['no function', '{"ret_code":0}'],
    ['a list', '[{"func":"sign","ret_code":0}]'],
    ['null', 'null'],
  ])('in place of %s, that the component failed', async (_case, text) => {
    expect(await toldToPage(text)).toEqual({ func: 'sign', ret_code: 0x7600000d, last_error: 0 });
    const environment = await toldToPage(text, '{"func":"CheckEnvir"}');
    expect(environment).toEqual({ func: 'pkcs11info', ret_code: 0x7600000d, last_error: 0 });
  });
});
