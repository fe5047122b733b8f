import { existsSync, renameSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../authority/soft-card.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign, leaveAfterAsking, openPopup, signMessage } from './popup-client.ts';
import { ScriptedModule } from './scripted-module.ts';
import { PIN, WRONG_PIN, makeCard } from './soft-card-folder.ts';
import { SoftHsm } from './softhsm.ts';

/** Time enough to start a new process on a busy machine: that belongs to the deadline. */
const DEADLINE_MS = 4_000;
const HELPER_FAILED = 0x7600000d;

let module: ScriptedModule;
let hsm: SoftHsm;
let agent: AgentProcess;

beforeAll(async () => {
  const card: Required<Card> = await makeCard();
  hsm = new SoftHsm();
  hsm.addToken(PIN);
  hsm.addKeyPair(card.sign, PIN, { key: '5349474e' });
  module = new ScriptedModule();
});

async function start(): Promise<void> {
  const options = ['--allow-origin', PAGE, '--deadline-ms', String(DEADLINE_MS)];
  const env = { ...hsm.env, ...module.env };
  agent = await startAgentProcess(['--pkcs11-module', module.path, ...options], { env });
}

beforeEach(() => module.misbehave());

describe('a module that does not return', () => {
  beforeEach(start);
  afterEach(async () => {
    await agent.stop();
  });

  it.each(['C_Sign', 'C_Login', 'C_GetSlotList'])(
    'that hangs in %s costs one request, and a new process serves the next',
    async call => {
      module.misbehave(`${call} hang`);
      expect(await askToSign(agent)).toMatchObject({ func: 'sign', ret_code: HELPER_FAILED });
      module.misbehave();
      expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
      expect(agent.printed()).toContain('did not answer in 4000 ms');
    },
  );

  it('that crashes costs one request, and a new process serves the next', async () => {
    module.misbehave('C_Sign crash');
    expect(await askToSign(agent)).toMatchObject({ ret_code: HELPER_FAILED });
    module.misbehave();
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
  });

  it('leaves requests that wait behind it their own turn, with their own deadline', async () => {
    module.misbehave('C_Sign hang');
    const blocked = askToSign(agent);
    const waiting = ask(agent, '/pkcs11info', '');
    expect(await blocked).toMatchObject({ ret_code: HELPER_FAILED });
    expect(await waiting).toMatchObject({ ret_code: 0 });
  });

  it('does not cost a PIN try of a page that has left while it waited', async () => {
    module.misbehave('C_Sign delay 1500');
    const first = askToSign(agent);
    await expect.poll(() => module.callers('C_Login').length).toBe(1);
    const leaving = await openPopup(agent);
    await leaveAfterAsking(agent, leaving, signMessage({ pin: WRONG_PIN }));
    const last = askToSign(agent, { tbs: 'the last one' });
    expect([(await first).ret_code, (await last).ret_code]).toEqual([0, 0]);
    expect(module.callers('C_Login')).toHaveLength(2);
  });

  it('does not outlive an agent that was killed while it hung', async () => {
    module.misbehave('C_Login hang');
    const lost = askToSign(agent).catch((error: unknown) => error);
    await expect.poll(() => module.callers('C_Login').length).toBe(1);
    const [pid] = module.callers('C_Login');
    await agent.kill();
    await expect.poll(() => isRunning(pid!)).toBe(false);
    expect(await lost).toBeInstanceOf(Error);
  });

  it('is killed, and its login is not repeated: a PIN is tried once', async () => {
    module.misbehave('C_Login hang');
    await askToSign(agent, { pin: WRONG_PIN });
    expect(await ask(agent, '/pkcs11info', '')).toMatchObject({ ret_code: 0 });
    const [pid, ...others] = module.callers('C_Login');
    expect(others).toEqual([]);
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    expect(agent.printed()).not.toContain(WRONG_PIN);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** CK_RV by number, as the standard has them. */
const rows: readonly (readonly [rule: string, retCode: string, lastError: number, meaning: string])[] = [
  ['C_GetSlotList fail 5', '76100004', 5, 'CKR_GENERAL_ERROR: readers cannot be listed'],
  ['C_GetSlotInfo fail 5', '76100004', 5, 'CKR_GENERAL_ERROR: a reader cannot be described'],
  ['C_GetSlotInfo fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED: the reader went while it was listed'],
  ['C_GetTokenInfo fail 224', '76000006', 0, 'CKR_TOKEN_NOT_PRESENT: no card'],
  ['C_GetTokenInfo fail 225', '7610000b', 0, 'CKR_TOKEN_NOT_RECOGNIZED: card of another kind'],
  ['C_OpenSession fail 177', '76100005', 177, 'CKR_SESSION_COUNT: no session'],
  ['C_OpenSession fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED while opening'],
  ['C_FindObjectsInit fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED while looking for certificates'],
  ['C_FindObjects fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED while finding them'],
  ['C_GetAttributeValue fail 179', '76000006', 179, 'CKR_SESSION_HANDLE_INVALID while reading them'],
  ['C_GetAttributeValue pulled 48', '76000006', 48, 'CKR_DEVICE_ERROR, and then there is no card'],
  ['C_FindObjectsInit fail 48', '7610000b', 48, 'CKR_DEVICE_ERROR: card cannot be read'],
  ['C_Login fail 160', '76100006', 160, 'CKR_PIN_INCORRECT'],
  ['C_Login fail 161', '76100006', 161, 'CKR_PIN_INVALID'],
  ['C_Login fail 162', '76100006', 162, 'CKR_PIN_LEN_RANGE'],
  ['C_Login fail 163', '76100006', 163, 'CKR_PIN_EXPIRED'],
  ['C_Login fail 164', '76100006', 164, 'CKR_PIN_LOCKED'],
  ['C_Login fail 2147483650', '76100006', -2147483646, 'the vendor’s “two tries left”'],
  ['C_Login fail 2147483649', '76100006', -2147483647, 'the vendor’s “one try left”'],
  ['C_Login fail 18446744071562067969', '76100006', 6, 'the same, sign-extended to 64 bits: not told apart'],
  ['C_Login fail 6', '76100006', 6, 'CKR_FUNCTION_FAILED'],
  ['C_Login fail 258', '76100006', 258, 'CKR_USER_PIN_NOT_INITIALIZED'],
  ['C_Login fail 48', '76100006', 48, 'CKR_DEVICE_ERROR, and the card is still there'],
  ['C_Login pulled 48', '76000006', 48, 'CKR_DEVICE_ERROR during login, and then there is no card'],
  ['C_Login pulled 6', '76000006', 6, 'CKR_FUNCTION_FAILED during login, and then there is no card'],
  ['C_Login fail 1', '76000999', 1, 'CKR_CANCEL'],
  ['C_Login fail 80', '76000999', 80, 'CKR_FUNCTION_CANCELED: cancelled on the reader'],
  ['C_Login fail 512', '76000999', 512, 'CKR_FUNCTION_REJECTED: refused by the person'],
  ['C_GetMechanismList fail 224', '76000006', 224, 'CKR_TOKEN_NOT_PRESENT between login and signature'],
  ['C_SignInit fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED at initialisation'],
  ['C_SignInit pulled 5', '76000006', 5, 'CKR_GENERAL_ERROR at initialisation, and then there is no card'],
  ['C_Login fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED during login'],
  ['C_Login fail 179', '76000006', 179, 'CKR_SESSION_HANDLE_INVALID: card pulled, session dead'],
  ['C_SignInit fail 112', '76300002', 112, 'CKR_MECHANISM_INVALID'],
  ['C_SignInit fail 99', '76300002', 99, 'CKR_KEY_TYPE_INCONSISTENT'],
  ['C_SignInit fail 104', '76300002', 104, 'CKR_KEY_FUNCTION_NOT_PERMITTED'],
  ['C_SignInit fail 5', '76300001', 5, 'CKR_GENERAL_ERROR at initialisation'],
  ['C_Sign fail 50', '76000006', 50, 'CKR_DEVICE_REMOVED during signature'],
  ['C_Sign fail 224', '76000006', 224, 'CKR_TOKEN_NOT_PRESENT during signature'],
  ['C_Sign fail 80', '76000999', 80, 'CKR_FUNCTION_CANCELED during signature'],
  ['C_Sign fail 48', '76300004', 48, 'CKR_DEVICE_ERROR, and the card is still there'],
  ['C_Sign pulled 48', '76000006', 48, 'CKR_DEVICE_ERROR during signature, and then there is no card'],
  ['C_Sign pulled 5', '76000006', 5, 'CKR_GENERAL_ERROR during signature, and then there is no card'],
  ['C_CloseAllSessions fail 50', '00000000', 0, 'CKR_DEVICE_REMOVED after the signature: it was made'],
  ['C_Sign fail 336', '76300004', 336, 'CKR_BUFFER_TOO_SMALL'],
  ['C_Sign noise', '76300008', 0, 'a signature that does not verify'],
];

describe('what a module reports, in the component’s codes', () => {
  beforeAll(start);
  afterAll(async () => {
    await agent.stop();
  });

  it.each(rows)('%s → 0x%s, last_error %s (%s)', async (rule, retCode, lastError) => {
    module.misbehave(rule);
    expect(await askToSign(agent)).toMatchObject({ ret_code: parseInt(retCode, 16), last_error: lastError });
    module.misbehave();
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
  });

  it.each([
    ['CKF_USER_PIN_FINAL_TRY', 0x20000, -2147483647],
    ['CKF_USER_PIN_COUNT_LOW, which names no number', 0x10000, 160],
  ])('a wrong PIN with the flag %s', async (_flag, flags, lastError) => {
    module.misbehave(`C_GetTokenInfo flags ${String(flags)}`);
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject({ ret_code: 0x76100006, last_error: lastError });
  });

  it('a token known to be locked (CKF_USER_PIN_LOCKED) is not asked, even for the right PIN', async () => {
    module.misbehave('C_GetTokenInfo flags 262144', 'C_Login crash');
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76100006, last_error: 164 });
  });

  it('a card that only knows CKM_RSA_PKCS signs with a DigestInfo of ours (RFC 8017 9.2)', async () => {
    module.misbehave('C_GetMechanismList only 1');
    for (const hashAlgorithm of ['SHA256', 'SHA384', 'SHA512']) {
      expect(await askToSign(agent, { hashAlgorithm })).toMatchObject({ ret_code: 0 });
    }
  });

  it('a module that is gone when a new process needs it', async () => {
    module.misbehave('C_Sign crash');
    await askToSign(agent);
    module.misbehave();
    renameSync(module.path, `${module.path}.away`);
    expect(existsSync(module.path)).toBe(false);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76100001 });
    renameSync(`${module.path}.away`, module.path);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
  });
});
