import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualCardOf } from '../support/virtual-card/card-content.ts';
import type { VirtualCard } from '../support/virtual-card/card-content.ts';
import { OPENSC_MODULE, startVirtualReader } from '../support/virtual-card/virtual-reader.ts';
import type { VirtualReader } from '../support/virtual-card/virtual-reader.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { pullOnce, seededRandom } from './card-pulls.ts';
import { ask, askToSign } from './popup-client.ts';
import { listen, states } from './self-test-client.ts';
import { PIN, WRONG_PIN, makeCard } from './soft-card-folder.ts';

const DEADLINE_MS = 3_000;
const NO_CARD = 0x76000006;
const LOGIN_FAILED = 0x76100006;
const HELPER_FAILED = 0x7600000d;

let reader: VirtualReader;
let agent: AgentProcess;

const freshCard = async (): Promise<VirtualCard> => virtualCardOf(await makeCard(), { pin: PIN });

/** pcscd says that a card is there before OpenSC has read it. */
async function insert(card: VirtualCard): Promise<void> {
  await reader.insert(card);
  await expect.poll(async () => typeof (await ask(agent, '/pkcs11info', '')).slots?.[0]?.token).toBe('object');
}

beforeAll(async () => {
  reader = await startVirtualReader();
  const options = ['--allow-origin', PAGE, '--deadline-ms', String(DEADLINE_MS)];
  agent = await startAgentProcess(['--pkcs11-module', OPENSC_MODULE, ...options], { env: reader.environment });
});
afterAll(async () => {
  await agent.stop();
  await reader.stop();
});

describe('a card that can be pulled and locked, behind pcscd and OpenSC', () => {
  it('signs; refuses two wrong PINs, telling the last try; forgets them at the right one', async () => {
    const card = await freshCard();
    await insert(card);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0, last_error: 0 });
    const wrong = () => askToSign(agent, { pin: WRONG_PIN });
    expect(await wrong()).toMatchObject({ ret_code: LOGIN_FAILED, last_error: 160 });
    expect(await wrong()).toMatchObject({ ret_code: LOGIN_FAILED, last_error: -2147483647 });
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 1 });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3 });
  });

  it('locks at the third wrong PIN, is told as locked, and the right PIN then changes nothing', async () => {
    const card = await freshCard();
    await insert(card);
    const tries = [];
    for (let count = 0; count < 3; count++) tries.push(await askToSign(agent, { pin: WRONG_PIN }));
    expect(tries.map(({ last_error }) => last_error)).toEqual([160, -2147483647, 164]);
    expect(await askToSign(agent)).toMatchObject({ ret_code: LOGIN_FAILED, last_error: 164, message2: '已鎖卡' });
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 0, keyUses: 0 });
  });

  it('a PIN of the wrong length costs no try', async () => {
    const card = await freshCard();
    await insert(card);
    for (const pin of ['123', '123456789']) {
      expect(await askToSign(agent, { pin })).toMatchObject({ ret_code: LOGIN_FAILED, last_error: 162 });
    }
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3 });
  });

  it('taken out: no card; another one put in: its certificate', async () => {
    const [first, second] = [await freshCard(), await makeCard()];
    await insert(first);
    await reader.remove();
    await expect.poll(async () => (await askToSign(agent)).ret_code).toBe(NO_CARD);
    expect((await ask(agent, '/pkcs11info', '')).slots![0]!.token).toBeUndefined();
    await insert(virtualCardOf(second, { pin: PIN }));
    const { certb64 } = await askToSign(agent);
    expect(certb64).toBe(second.sign.certificate.der.toString('base64'));
  });

  it('is followed by the self-test page while it comes and goes', async () => {
    await reader.remove();
    const changes = await listen(agent);
    await expect.poll(() => states(changes.told.at(-1) ?? '')).toEqual(['ok', 'ok', 'ok', 'stop', 'skipped']);
    await reader.insert(await freshCard());
    await expect.poll(() => states(changes.told.at(-1)!)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    await reader.remove();
    await expect.poll(() => states(changes.told.at(-1)!)).toEqual(['ok', 'ok', 'ok', 'stop', 'skipped']);
    changes.end();
  });

  it('pulled during a signature, ten times: an answer each time, and with the card back in it signs', async () => {
    const card = await freshCard();
    await insert(card);
    const random = seededRandom(5);
    for (let count = 0; count < 10; count++) {
      const pull = await pullOnce({ agent, reader, card, pin: PIN }, random);
      // a signature that was faster than the hand is one; nothing else is "failed" without a reason
      expect([0, NO_CARD, HELPER_FAILED], JSON.stringify(pull)).toContain(pull.retCode);
      expect(pull.retCodeAfterwards, JSON.stringify(pull)).toBe(0);
    }
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3 });
  });
});

describe('a card service without a reader', () => {
  it('says that there is none', async () => {
    const empty = await startVirtualReader({ readers: 'none' });
    const alone = await startAgentProcess(['--pkcs11-module', OPENSC_MODULE, '--allow-origin', PAGE], {
      env: empty.environment,
    });
    expect(await askToSign(alone)).toMatchObject({ ret_code: 0x76100003 });
    await alone.stop();
    await empty.stop();
  });
});
