import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCard } from '../../scripts/demo-parts/cards.ts';
import { startChild, waitUntilReady, type DemoChild } from '../../scripts/demo-parts/child-process.ts';
import { demoFolderAt, makeDemoFolder, replaceFile } from '../../scripts/demo-parts/demo-folder.ts';
import {
  composeConfiguration,
  DEMO_RULES_VERSION,
  demoOrigin,
  demoSystems,
} from '../../scripts/demo-parts/gateway-configuration.ts';
import { logInWithCard } from '../../scripts/demo-parts/log-in.ts';
import { openDemoAuthority } from '../../scripts/demo-parts/open-authority.ts';
import { PINNED } from '../authority/trust-files.ts';
import { startPkiServices, type PkiServices } from '../../scripts/demo-parts/pki-services.ts';
import { choosePorts, type DemoPorts } from '../../scripts/demo-parts/ports.ts';
import { createWebClient } from '../../scripts/demo-parts/web-client.ts';
import { runGatewayCommand } from '../support/program.ts';
import { CHECKOUT, requireBuild } from '../support/temporary-demo.ts';

const folder = demoFolderAt(mkdtempSync(join(tmpdir(), 'moica-')));
let ports: DemoPorts;
let pki: PkiServices;
let portal: string;
const children: DemoChild[] = [];

beforeAll(async () => {
  requireBuild();
  makeDemoFolder(folder);
  ports = await choosePorts(folder, true);
  portal = demoOrigin('portal', ports.public);
  const systems = demoSystems(CHECKOUT, ports.public);
  const opened = await openDemoAuthority(folder, {
    pkiOrigin: `http://127.0.0.1:${ports.pki}`,
    hosts: [portal, ...systems.map(system => system.origin)].map(origin => new URL(origin).hostname),
    now: new Date(),
  });
  pki = await startPkiServices({ authority: opened.authority, host: '127.0.0.1', port: ports.pki });
  const upstreams = Object.fromEntries(systems.map(({ id }) => [id, 'http://127.0.0.1:9']));
  const crls = PINNED.map(({ id }) => pki.crlUrls[id]);
  replaceFile(folder.configuration, composeConfiguration(CHECKOUT, folder, ports, { upstreams, crls }, {}));
});
afterAll(async () => {
  for (const child of children) await child.stop();
  await pki.close();
  rmSync(folder.root, { recursive: true, force: true });
});

function setup(caseOfficer: string, administrator: string) {
  return runGatewayCommand(
    ...['setup', '--config', folder.configuration, '--ministry', '示範商業發展署'],
    ...['--case-officer', 'first-officer', '--case-officer-certificate', join(folder.cards, `${caseOfficer}.pem`)],
    ...['--administrator', 'first-admin', '--administrator-certificate', join(folder.cards, `${administrator}.pem`)],
  );
}

test.each([
  ['one person in both roles', 'ministry-officer', 'ministry-officer', 'two people'],
  ['a revoked card', 'city-revoked', 'ministry-admin', 'certificate-revoked'],
  ['an expired card', 'ministry-officer', 'city-expired', 'certificate-expired'],
  ['a card of another family', 'county-company-card', 'ministry-admin', 'moeaca-certificate'],
])('set-up refuses %s, and nothing is made', async (_name, officer, administrator, sentence) => {
  const run = await setup(officer, administrator);
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(sentence);
  const listed = await runGatewayCommand('account', 'list', '--json', '--config', folder.configuration);
  expect(JSON.parse(listed.stdout)).toEqual([]);
});

test('first start without demo data: set-up once, then both officers log in with their cards', async () => {
  const done = await setup('ministry-officer', 'ministry-admin');
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  const again = await setup('ministry-officer', 'ministry-admin');
  expect(again.exitCode).toBe(1);
  expect(again.stdout).toContain('only while no account exists');

  const gateway = startChild(join(CHECKOUT, 'dist/cli.js'), ['serve', '--config', folder.configuration], folder.log);
  const agentArguments = ['--port', String(ports.cardAgent), '--soft-card-dir', folder.cards, '--allow-origin', portal];
  await insertCard(folder.cards, 'ministry-officer');
  const agent = startChild(join(CHECKOUT, 'dist/card-agent/main.js'), agentArguments, folder.log);
  children.push(gateway, agent);
  const agentOrigin = `http://localhost:${ports.cardAgent}`;
  await waitUntilReady(gateway, 'The gateway', async () => (await fetch(`http://127.0.0.1:${ports.ops}/readyz`)).ok);
  await waitUntilReady(agent, 'The agent', async () => (await fetch(agentOrigin)).ok);

  for (const [account, pin] of [
    ['ministry-officer', '258014'],
    ['ministry-admin', '258015'],
  ] as const) {
    await insertCard(folder.cards, account);
    const client = createWebClient(readFileSync(join(folder.tls, 'ca.pem')));
    const { next } = await logInWithCard(client, { portal, agent: agentOrigin, pin });
    // Nobody has acknowledged the rules yet: they come before everything else (D1-095).
    expect(next).toBe(`${portal}/rules/acknowledge`);
    const acknowledged = await client.postJson(`${portal}/rules/acknowledge`, { version: DEMO_RULES_VERSION });
    expect(acknowledged).toMatchObject({ status: 200 });
    expect((await client.navigate(`${portal}/`)).status).toBe(200);
  }

  const throughSocket = await runGatewayCommand('account', 'list', '--json', '--config', folder.configuration);
  expect(JSON.parse(throughSocket.stdout)).toMatchObject([
    { loginName: 'first-admin', roles: ['ministry-administrator'], state: 'active' },
    { loginName: 'first-officer', roles: ['case-officer'], state: 'active' },
  ]);
  expect(statSync(join(folder.data, 'control.sock')).mode & 0o777).toBe(0o600);
  const doctor = await runGatewayCommand('doctor', '--config', folder.configuration);
  expect(doctor).toMatchObject({ exitCode: 0 });
});

test('a second gateway on the same data folder is refused with the holder named', async () => {
  const second = await runGatewayCommand('serve', '--config', folder.configuration);
  expect(second.exitCode).toBe(2);
  expect(second.stderr).toContain(`process ${children[0]?.process.pid ?? ''}`);
});

test('an unknown key in the configuration is an error with its path, and exit 2', async () => {
  const bad = join(folder.root, 'bad.yaml');
  replaceFile(bad, readFileSync(folder.configuration, 'utf8').replace('baseDomain:', 'baseDomian: x\nbaseDomain:'));
  const run = await runGatewayCommand('serve', '--config', bad);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('bad.yaml: baseDomian: unknown key');
});
