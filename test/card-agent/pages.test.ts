import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { send } from './popup-client.ts';
import { SoftCardFolder, makeCard } from './soft-card-folder.ts';

let agent: AgentProcess;
let folder: SoftCardFolder;

beforeAll(async () => {
  folder = new SoftCardFolder();
  folder.issue('wang', await makeCard());
  folder.insert({ 'Test Reader 0': 'wang' });
  agent = await startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', PAGE]);
});

afterAll(async () => {
  await agent.stop();
});

describe('pages', () => {
  it('the home page names version and sites', async () => {
    const { text, headers } = await send(agent.port, { path: '/' });
    expect(text).toMatch(/version:\d+\.\d+\.\d+/);
    expect(text).toContain(PAGE);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('says to whoever asks for the page of trusted sites whose list that is', async () => {
    const { status, text } = await send(agent.port, { path: '/addDomain?domain=portal.example' });
    expect(status).toBe(200);
    expect(text).toContain(PAGE);
    expect(text).toContain('allow-origin');
    expect(text).not.toContain('portal.example');
  });

  it.each(['/popupForm', '/ChtPopupForm'])('%s carries a token and no inline script', async path => {
    const { text, headers } = await send(agent.port, { path, headers: { 'sec-fetch-dest': 'document' } });
    expect(text).toContain('<script src="/popup-bridge.js"></script>');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toMatch(/ on\w+=/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['cross-origin-opener-policy']).toBeUndefined(); // it would cut the popup off from its page
  });

  it.each(['iframe', 'empty', 'script', 'object', 'embed'])('the popup is not given to a %s', async destination => {
    const headers = { 'sec-fetch-dest': destination };
    const answer = await send(agent.port, { path: '/popupForm', headers });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('token');
  });

  it('the self-test asks the card for the person at the machine, not for a page that links to it', async () => {
    const self = (site: string) => send(agent.port, { path: '/selfTest.htm', headers: { 'sec-fetch-site': site } });
    expect((await self('none')).text).toContain('…0001');
    expect((await self('same-origin')).text).toContain('…0001');
    expect((await self('cross-site')).text).not.toContain('0001');
  });

  it('the self-test names what is wrong', async () => {
    const text = async () => (await send(agent.port, { path: '/selfTest.htm' })).text;
    folder.insert({ '<b>Reader</b>': null });
    expect(await text()).toContain('讀卡機中沒有卡片');
    expect(await text()).toContain('&#60;b&#62;Reader');
    folder.insert({});
    expect(await text()).toContain('0x76100003');
    folder.write('reader.json', '');
    expect(await text()).toContain('0x76100004');
  });
});
