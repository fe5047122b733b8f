import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFolderAt, readJson } from '../../scripts/demo-parts/demo-folder.ts';
import { descriptionSchema, type DemoDescription } from '../../scripts/demo-parts/description.ts';
import { runGatewayCommand } from '../support/program.ts';
import { CHECKOUT, requireBuild } from '../support/temporary-demo.ts';

const root = mkdtempSync(join(tmpdir(), 'moica-'));
const folder = demoFolderAt(root);
const program = join(CHECKOUT, 'scripts/demo-parts/main.ts');

beforeAll(() => requireBuild());
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function startDemoProcess(): Promise<{ child: ChildProcess; demo: DemoDescription }> {
  rmSync(folder.description, { force: true });
  const child = spawn(process.execPath, [program, '--folder', root], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString('utf8').includes('demo.json')) resolve();
    });
    child.once('exit', code => reject(new Error(`The demo ended with ${code ?? 'a signal'}.`)));
  });
  return { child, demo: descriptionSchema.parse(readJson(folder.description)) };
}

async function runDemo(...args: string[]): Promise<{ exitCode: number | null; stdout: string }> {
  const child = spawn(process.execPath, [program, '--folder', root, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  const exitCode = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { exitCode, stdout };
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('killed in the middle and started again, the demo works and keeps every acknowledged change', async () => {
  const first = await startDemoProcess();
  const suspended = await runGatewayCommand(
    ...['account', 'suspend', 'city-user', '--reason', 'test', '--config', first.demo.configuration],
  );
  expect(suspended).toMatchObject({ exitCode: 0, stdout: 'city-user is suspended; 0 session(s) ended.\n' });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const ports = [first.demo.portal, first.demo.cardAgent, first.demo.ops, first.demo.forwardAuth].map(origin =>
    Number(new URL(origin).port),
  );
  while ((await Promise.all(ports.map(isListening))).includes(true))
    await new Promise(resolve => setTimeout(resolve, 50));

  const second = await startDemoProcess();
  expect(second.demo.portal).toBe(first.demo.portal);
  const shown = await runGatewayCommand(
    'account',
    'show',
    'city-user',
    '--json',
    '--config',
    second.demo.configuration,
  );
  expect(JSON.parse(shown.stdout)).toMatchObject({ loginName: 'city-user', state: 'suspended' });

  const checked = await runDemo('--check');
  expect(checked.exitCode).toBe(0);
  expect(checked.stdout).toContain('X-Gateway-User: county-user');

  const question = {
    'X-Forwarded-Host': new URL(second.demo.systems['company'] ?? '').host,
    'X-Forwarded-Uri': '/cases',
  };
  const stated = {
    ...question,
    'X-Forwarded-Method': 'GET',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-For': '192.0.2.1',
  };
  const asked = await fetch(`${second.demo.forwardAuth}/forward-auth/traefik`, { headers: stated });
  expect([asked.status, await asked.json()]).toMatchObject([401, { code: 'not-logged-in' }]);

  expect((await runDemo('card', 'remove')).exitCode).toBe(0);
  expect(await runDemo('card', 'insert', 'nobody')).toMatchObject({ exitCode: 2 });
  second.child.kill('SIGTERM');
  const [code] = (await once(second.child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(await Promise.all(ports.map(isListening))).toEqual([false, false, false, false]);
});
