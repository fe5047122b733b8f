import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { replaceFile } from '../../scripts/demo-parts/demo-folder.ts';
import { loadIssued, saveIssued } from '../authority/authority-folder.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { issueServerCertificate } from '../authority/tls-authority.ts';
import { CHECKOUT } from '../support/temporary-demo.ts';
import { catchesHangUp, layOutGateway, type BareGateway } from './bare-gateway.ts';
import { askAt, handshakeFrom, shownAt } from './dial-gateway.ts';

const TAKEN = 'The configuration, the certificates and the trust folder were read anew.';
const REFUSED = 'What was read anew cannot be used as it is; everything stays as it was.';

const place = z.looseObject({ port: z.int() });
const fileSchema = z.looseObject({
  listen: z.looseObject({ public: place, card: place, ops: place }),
  upstreams: z.record(z.string(), z.string()),
});
const systemsSchema = z.object({ systems: z.array(z.looseObject({ id: z.string(), host: z.string() })) });
const readySchema = z.object({
  configuration: z.object({ gatewaySha256: z.string(), systemsSha256: z.string(), since: z.string() }),
});

let gateway: BareGateway;
let program: ChildProcess;
let systemsFile: string;
let ports: z.infer<typeof fileSchema>['listen'];

beforeAll(async () => {
  gateway = await layOutGateway();
  const { folder } = gateway;
  systemsFile = join(folder.root, 'systems.yaml');
  writeFileSync(systemsFile, readFileSync(join(CHECKOUT, 'config/systems.yaml')));
  changeGateway(file => ({ ...file, systems: 'systems.yaml' }));
  ports = gatewayFile().listen;
});
afterAll(() => gateway.close());

function gatewayFile() {
  return fileSchema.parse(parse(readFileSync(gateway.folder.configuration, 'utf8')));
}

function changeGateway(change: (file: ReturnType<typeof gatewayFile>) => object): void {
  replaceFile(gateway.folder.configuration, stringify(change(gatewayFile())));
}

type SystemEntry = z.infer<typeof systemsSchema>['systems'][number];

function changeSystems(change: (systems: SystemEntry[]) => SystemEntry[]): void {
  const { systems } = systemsSchema.parse(parse(readFileSync(systemsFile, 'utf8')));
  writeFileSync(systemsFile, stringify({ systems: change(systems) }));
}

/** What the log says of one SIGHUP. */
async function readAnew(): Promise<string> {
  const before = readFileSync(gateway.folder.log, 'utf8').length;
  const said = () => readFileSync(gateway.folder.log, 'utf8').slice(before);
  program.kill('SIGHUP');
  await vi.waitUntil(() => said().includes(TAKEN) || said().includes(REFUSED), { timeout: 30_000 });
  return said();
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The files in use, by /readyz. */
async function inUse() {
  const answer = await fetch(`http://127.0.0.1:${ports.ops.port}/readyz`);
  return readySchema.parse(await answer.json()).configuration;
}

/** Runs one that ends in the configuration's path. */
async function command(...words: string[]): Promise<{ code: number; text: string }> {
  return new Promise(resolve => {
    const args = ['dist/cli.js', ...words, gateway.folder.configuration];
    execFile(process.execPath, args, { cwd: CHECKOUT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

/** Asks on the one connection of `agent`. */
function askOn(agent: Agent, label: string, path: string): ReturnType<typeof askAt> {
  return askAt({ portal: gateway.portal, port: ports.public.port }, agent, label, path);
}

const lines = (text: string) => text.trim().split('\n');

function agentOf(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(join(gateway.folder.tls, 'ca.pem')) });
}

function helpDesk(phone: string): object {
  return { helpDesk: { phone, hours: { zh: '上班日', en: 'Working days' } } };
}

test('SIGHUP during the start does not end it, and files that were changed after they were read are taken up', async () => {
  const isLive = async () =>
    (await fetch(`http://127.0.0.1:${ports.ops.port}/livez`).catch(() => undefined))?.ok === true;
  program = await gateway.start({}, async child => {
    await vi.waitUntil(() => catchesHangUp(child), { interval: 5, timeout: 30_000 });
    child.kill('SIGHUP');
    expect(await isLive()).toBe(false);
    await vi.waitUntil(isLive, { interval: 5, timeout: 30_000 });
    changeGateway(file => ({ ...file, ...helpDesk('02-9999-0000') }));
    child.kill('SIGHUP');
  });
  await vi.waitUntil(async () => (await inUse()).gatewaySha256 === digest(gateway.folder.configuration), {
    timeout: 30_000,
  });
  expect(program.signalCode).toBeNull();
});

test('SIGHUP takes up systems that come, go or change their host, texts and limits, on connections that stay', async () => {
  const agent = agentOf();
  const { status, local } = await askOn(agent, 'company', '/cases');
  expect(status).toBe(401);
  expect(await askOn(agent, 'factory', '/cases')).toMatchObject({ status: 401, local });

  changeSystems(systems =>
    systems.flatMap(each => {
      if (each.id === 'chattel') return [];
      return each.id === 'factory' ? [{ ...each, id: 'works', host: 'chattel' }] : [each];
    }),
  );
  changeGateway(file => {
    const { chattel: _, factory, ...upstreams } = file.upstreams;
    return {
      ...file,
      upstreams: { ...upstreams, works: factory },
      ...helpDesk('02-1111-2222'),
      connectionsPerAddress: 10,
    };
  });
  expect(await readAnew()).toContain(TAKEN);

  expect(await askOn(agent, 'company', '/cases')).toMatchObject({ status: 401, local });
  expect(await askOn(agent, 'chattel', '/cases')).toMatchObject({ status: 401, local });
  const login = await askOn(agent, 'portal', '/login');
  expect(login).toMatchObject({ status: 200, local });
  expect(login.text).toContain('02-1111-2222');
  expect(await askOn(agent, 'factory', '/cases')).toMatchObject({ status: 421, local });
  agent.destroy();
  const handshakes = await Promise.allSettled(
    Array.from({ length: 15 }, () => handshakeFrom('127.0.0.77', ports.public.port)),
  );
  const opened = handshakes.flatMap(each => (each.status === 'fulfilled' ? each.value : []));
  expect(opened).toHaveLength(10);
  for (const socket of opened) socket.destroy();
  expect(await inUse()).toMatchObject({
    gatewaySha256: digest(gateway.folder.configuration),
    systemsSha256: digest(systemsFile),
  });
  expect((await command('doctor', '--config')).text).toMatch(/ok +configuration in use +since 20/);
});

test('a bad file changes nothing, and every problem is logged, as `config check` says them beforehand', async () => {
  const before = await inUse();
  const good = readFileSync(gateway.folder.configuration);
  const goodSystems = readFileSync(systemsFile);
  changeGateway(file => ({
    ...file,
    ...helpDesk('02-3333-4444'),
    upstreams: { ...file.upstreams, nobody: 'https://a' },
  }));
  changeSystems(([first, ...rest]) => [...rest, { ...first, id: 'new', host: 'new' }]);

  const foretold = await command('config', 'check');
  expect(foretold.code).toBe(2);
  expect(lines(foretold.text)).toHaveLength(3);
  const said = await readAnew();
  expect(said).toContain(REFUSED);
  for (const problem of lines(foretold.text)) expect(said).toContain(JSON.stringify(problem).slice(1, -1));
  expect(await inUse()).toEqual(before);
  const agent = agentOf();
  expect((await askOn(agent, 'portal', '/login')).text).toContain('02-1111-2222');
  agent.destroy();
  writeFileSync(gateway.folder.configuration, good);
  writeFileSync(systemsFile, goodSystems);
});

test('what needs a restart is named, and nothing else of the file is used then', async () => {
  const before = await inUse();
  const good = readFileSync(gateway.folder.configuration);
  changeGateway(file => ({
    ...file,
    ...helpDesk('02-5555-6666'),
    keyFolder: 'elsewhere',
    listen: { ...file.listen, ops: { address: '127.0.0.1', port: 1 } },
    sessions: { lifetimeHours: 3 },
  }));
  const said = await readAnew();
  for (const key of ['keyFolder', 'listen', 'sessions.lifetimeHours'])
    expect(said).toContain(`${key}: changed; this needs a restart`);
  expect(said).not.toContain('baseDomain: changed');
  expect(await inUse()).toEqual(before);
  expect((await command('doctor', '--config')).text).toMatch(
    /FAIL +configuration in use .*gateway\.yaml: not what is in use/,
  );
  writeFileSync(gateway.folder.configuration, good);
});

test('several at once are taken one after another, and the last file is in use at the end', async () => {
  for (const turn of [1, 2, 3, 4, 5]) {
    changeGateway(file => ({ ...file, ...helpDesk(`02-7777-000${turn}`) }));
    program.kill('SIGHUP');
  }
  const last = digest(gateway.folder.configuration);
  await vi.waitUntil(async () => (await inUse()).gatewaySha256 === last, { timeout: 30_000 });
  // One that was asked for after the last file was read may still come.
  await vi.waitUntil(
    async () => {
      const { since } = await inUse();
      await delay(500);
      return (await inUse()).since === since;
    },
    { timeout: 30_000 },
  );
  expect(program.exitCode).toBeNull();
});

test('certificates are taken that a start would take, all or none, and with them the trust folder', async () => {
  const { folder } = gateway;
  const shown = () => Promise.all([shownAt(ports.public.port), shownAt(ports.card.port)]);
  const authority = await loadIssued(folder.tls, 'ca');
  /** A new certificate for the hosts of the one that lies there, and for others. */
  const issueLike = async (name: 'server' | 'card', ...others: string[]) => {
    const { subjectAltName = '' } = new X509Certificate(readFileSync(join(folder.tls, `${name}.pem`)));
    const [first = '', ...rest] = subjectAltName.split(', ').map(entry => entry.replace('DNS:', ''));
    return issueServerCertificate(authority, [first, ...rest, ...others], new Date());
  };
  const put = (name: 'server' | 'card', issued: IssuedCertificate) => saveIssued(folder.tls, name, issued);
  const prints = (...issued: IssuedCertificate[]) =>
    issued.map(({ certificate }) => new X509Certificate(certificate.pem).fingerprint256);
  const first = await shown();

  const [server, card] = await Promise.all([issueLike('server'), issueLike('card')]);
  await put('server', server);
  await put('card', await issueLike('card', new URL(gateway.portal).hostname));
  expect(await readAnew()).toContain('card.tls.certificate: must name the card host alone');
  expect(await shown()).toEqual(first);

  const stray = join(folder.trust, 'stray.pem');
  writeFileSync(stray, 'nothing');
  await put('card', card);
  const refused = await readAnew();
  expect(refused).toContain(REFUSED);
  expect(refused).toContain('stray.pem');
  expect(await shown()).toEqual(first);
  rmSync(stray);
  expect(await readAnew()).toContain(TAKEN);
  expect(await shown()).toEqual(prints(server, card));

  const { keyPair } = await issueLike('server');
  writeFileSync(join(folder.tls, 'server.key'), keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await readAnew()).toContain('tls.key: does not belong to tls.certificate');
  expect(await shown()).toEqual(prints(server, card));
  await put('server', server);
});

test('SIGTERM is announced: 503 of /readyz, and answers that are the last of their connections; a second ends it at once', async () => {
  changeGateway(file => ({ ...file, stop: { announceSeconds: 300 } }));
  expect(await readAnew()).toContain(TAKEN);
  const agent = agentOf();
  const before = await askOn(agent, 'portal', '/login');
  expect(before).toMatchObject({ status: 200, connection: 'keep-alive' });

  const exited = once(program, 'exit');
  program.kill('SIGTERM');
  await vi.waitUntil(async () => (await fetch(`http://127.0.0.1:${ports.ops.port}/readyz`)).status === 503);
  const last = { status: 200, connection: 'close' };
  expect(await askOn(agent, 'portal', '/login')).toMatchObject({ ...last, local: before.local });
  const another = await askOn(agent, 'portal', '/login');
  expect(another).toMatchObject(last);
  expect(another.local).not.toBe(before.local);
  expect(await askOn(agent, 'company', '/cases')).toMatchObject({ status: 401, connection: 'close' });
  agent.destroy();
  program.kill('SIGTERM');
  expect(await exited).toEqual([1, null]);
});

test('what was taken and what was not is recorded, with the files by their digests', async () => {
  const [reloaded, refused] = await gateway.withDatabase(({ events }) =>
    Promise.all([
      events.listEvents({ code: 'configuration.reloaded', limit: 20 }),
      events.listEvents({ code: 'configuration.refused', limit: 20 }),
    ]),
  );
  const files = { gatewaySha256: digest(gateway.folder.configuration), systemsSha256: digest(systemsFile) };
  expect(reloaded.map(({ facts }) => facts)).toContainEqual(files);
  expect(refused.map(({ facts }) => facts['problems']).toSorted()).toEqual([1, 1, 1, 3, 3]);
});
