import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issueBusinessCertificate } from '../authority/end-entity.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { askToSign, popupHeaders, send, signMessage } from './popup-client.ts';
import { ScriptedModule } from './scripted-module.ts';
import { PIN, SoftCardFolder, makeCard, testAuthority } from './soft-card-folder.ts';
import { OWN_PAGE, listen, openSelfTest, states } from './self-test-client.ts';
import { SoftHsm } from './softhsm.ts';

async function companyCertificate() {
  const { cas } = await testAuthority();
  return await issueBusinessCertificate(cas['moeaca-g2'], { name: '示範公司', identifier: '12345675' }, 'sign');
}

describe('what the self-test says, step by step (soft cards)', () => {
  const cards = new SoftCardFolder();
  let agent: AgentProcess;

  beforeAll(async () => {
    cards.issue('wang', await makeCard());
    cards.issue('old', await makeCard({ notBefore: new Date('2015-01-01'), notAfter: new Date('2020-01-01') }));
    cards.issue('soon', await makeCard({ notAfter: new Date(Date.now() + 20 * 86_400_000) }));
    cards.issue('early', await makeCard({ notBefore: new Date(Date.now() + 86_400_000) }));
    const { encrypt, chain } = await makeCard();
    cards.issue('mute', { encrypt, chain });
    agent = await startAgentProcess(['--soft-card-dir', cards.path, '--allow-origin', PAGE]);
  });
  afterAll(async () => {
    await agent.stop();
  });

  it.each([
    ['a citizen card', { A: 'wang' }, ['ok', 'ok', 'ok', 'ok', 'ok'], '自然人憑證 MOICA'],
    ['no reader', {}, ['ok', 'ok', 'stop', 'skipped', 'skipped'], '0x76100003'],
    ['no card', { A: null }, ['ok', 'ok', 'ok', 'stop', 'skipped'], '0x76000006'],
    ['something unreadable', { A: 'nothing' }, ['ok', 'ok', 'ok', 'stop', 'skipped'], '0x7610000B'],
    ['two cards', { A: 'wang', B: 'old' }, ['ok', 'ok', 'ok', 'attention', 'ok'], '多張卡片'],
    ['an expired certificate', { A: 'old' }, ['ok', 'ok', 'ok', 'ok', 'stop'], '0x76500002'],
    ['a certificate of tomorrow', { A: 'early' }, ['ok', 'ok', 'ok', 'ok', 'stop'], '0x76500001'],
    ['a certificate that ends soon', { A: 'soon' }, ['ok', 'ok', 'ok', 'ok', 'attention'], '60 天內到期'],
    ['an encryption certificate alone', { A: 'mute' }, ['ok', 'ok', 'ok', 'ok', 'stop'], '0x7610000C'],
  ])('%s', async (_case, readers, expected, word) => {
    cards.insert(readers);
    const { text } = await openSelfTest(agent);
    expect(states(text)).toEqual(expected);
    expect(text).toContain(word);
    expect(text).not.toContain('示範王小明'); // a screen shown to the help desk names nobody
  });

  it('tells which card lies in which reader, by the end of its number, and checks the one a login would take', async () => {
    cards.issue('other', { sign: await companyCertificate(), chain: [] }, 'MT00000000009999');
    cards.insert({ A: 'other', B: null, C: 'wang' });
    const { text } = await openSelfTest(agent);
    expect(states(text)).toEqual(['ok', 'ok', 'ok', 'attention', 'ok']);
    const card = text.slice(text.indexOf('>卡片 <'), text.indexOf('簽章憑證'));
    const values = [...card.matchAll(/<dd>([^<]+)<\/dd>/g)].map(found => found[1]);
    expect(values).toEqual(['A', '…9999', '工商憑證 MOEACA', 'C', '…0001', '自然人憑證 MOICA']);
    expect(text).not.toContain('MT0000');
  });

  it('tells a page that listens of each change, and of none twice', async () => {
    cards.insert({ A: null });
    const changes = await listen(agent);
    await expect.poll(() => changes.told.length).toBe(1);
    cards.insert({ A: 'wang' });
    await expect.poll(() => changes.told.length).toBe(2);
    cards.insert({ A: 'wang' });
    cards.insert({});
    await expect.poll(() => changes.told.length).toBe(3);
    changes.end();
    expect(changes.told.map(html => states(html).indexOf('stop'))).toEqual([3, -1, 2]);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of localhost', { 'sec-fetch-site': 'same-site' }],
    ['a page that names its own origin', { ...OWN_PAGE, origin: PAGE }],
    ['a sandboxed page', { origin: 'null' }],
    ['neither Origin nor fetch metadata', {}],
  ])('does not tell %s', async (_who, headers) => {
    const { token } = await openSelfTest(agent);
    expect((await send(agent.port, { path: `/selfTest/changes?token=${token}`, headers })).status).toBe(403);
  });

  it('does not tell without a fresh token, and its token opens no card endpoint', async () => {
    const { token } = await openSelfTest(agent);
    const changes = (text: string) => send(agent.port, { path: `/selfTest/changes${text}`, headers: OWN_PAGE });
    expect((await changes('')).status).toBe(403);
    expect((await changes('?token=x')).status).toBe(403);
    const body = new URLSearchParams({ tbsPackage: JSON.stringify(signMessage()) }).toString();
    const headers = popupHeaders(agent, token);
    expect((await send(agent.port, { method: 'POST', path: '/sign', headers, body })).status).toBe(403);
  });

  it('a foreign page that leads here shows nothing of the card and gets no token', async () => {
    cards.insert({ A: 'wang' });
    const { text } = await send(agent.port, { path: '/selfTest.htm', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(text).not.toContain('data-watch');
    expect(states(text)).toEqual([]);
  });

  it('tells eight pages at most', async () => {
    const listening = await Promise.all(Array.from({ length: 8 }, () => listen(agent)));
    const { token } = await openSelfTest(agent);
    const path = `/selfTest/changes?token=${token}`;
    expect((await send(agent.port, { path, headers: OWN_PAGE })).status).toBe(503);
    for (const changes of listening) changes.end();
  });
});

describe('watching a PKCS#11 module', () => {
  let module: ScriptedModule;
  let agent: AgentProcess;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const hsm = new SoftHsm();
    hsm.addToken(PIN);
    hsm.addKeyPair((await makeCard()).sign, PIN, { key: '5349474e' });
    module = new ScriptedModule();
    env = { ...hsm.env, ...module.env };
  });
  beforeEach(async () => {
    module.misbehave();
    const options = ['--allow-origin', PAGE, '--deadline-ms', '4000'];
    agent = await startAgentProcess(['--pkcs11-module', module.path, ...options], { env });
  });
  afterEach(async () => {
    await agent.stop();
  });

  it('asks for events only while somebody listens', async () => {
    expect(module.callers('C_WaitForSlotEvent')).toEqual([]);
    const changes = await listen(agent);
    await expect.poll(() => module.callers('C_WaitForSlotEvent').length).toBeGreaterThan(2);
    changes.end();
    await expect
      .poll(async () => {
        const before = module.callers('C_WaitForSlotEvent').length;
        await new Promise(resolve => setTimeout(resolve, 1_000));
        return module.callers('C_WaitForSlotEvent').length - before;
      })
      .toBe(0);
  });

  it('looks by itself where the module knows no events, and does not ask for them again', async () => {
    module.misbehave('C_WaitForSlotEvent fail 84'); // CKR_FUNCTION_NOT_SUPPORTED
    const changes = await listen(agent);
    await expect.poll(() => changes.told.length).toBe(1);
    await expect.poll(() => module.callers('C_WaitForSlotEvent').length).toBe(1);
    module.misbehave('C_WaitForSlotEvent fail 84', 'C_GetTokenInfo fail 224');
    await expect.poll(() => changes.told.length).toBe(2);
    expect(states(changes.told[1]!)).toEqual(['ok', 'ok', 'ok', 'stop', 'skipped']);
    expect(module.callers('C_WaitForSlotEvent')).toEqual([]);
    changes.end();
  });

  it('an event is a hint: what it is about is read from the list of slots', async () => {
    module.misbehave('C_WaitForSlotEvent event');
    const changes = await listen(agent);
    await expect.poll(() => module.callers('C_GetSlotList').length).toBeGreaterThan(12);
    expect(changes.told).toHaveLength(1);
    changes.end();
  });

  it('notices a module that hangs over its events, and says so', async () => {
    module.misbehave('C_WaitForSlotEvent hang');
    const changes = await listen(agent);
    await expect.poll(() => changes.told.length).toBe(1);
    await expect.poll(() => agent.printed()).toContain('did not answer in 4000 ms');
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    changes.end();
  });

  it('makes way for a signature: a look that hangs costs it a second, not the deadline', async () => {
    const changes = await listen(agent);
    await expect.poll(() => changes.told.length).toBe(1);
    module.misbehave('C_WaitForSlotEvent hang');
    await expect.poll(() => module.callers('C_WaitForSlotEvent').length).toBe(1);
    const [pid] = module.callers('C_WaitForSlotEvent');
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect(() => process.kill(pid!, 0)).toThrow('ESRCH');
    expect(agent.printed()).not.toContain('did not answer'); // the deadline was not what ended it
    changes.end();
  });
});
