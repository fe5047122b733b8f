import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGE, startAgentProcess } from './agent-process.ts';
import { askToSign, send } from './popup-client.ts';
import { PIN, makeCard } from './soft-card-folder.ts';
import { SOFTHSM_MODULE, SoftHsm } from './softhsm.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const folder = temporaryFolder('installed-agent');
/** What a fresh person's shell has: Node on the path and an empty home. */
const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: path.join(folder, 'home') };
const prefix = path.join(folder, 'prefix');
const program = path.join(prefix, 'bin/moica-card-agent');
const deploy = path.join(prefix, 'lib/node_modules/moica-card-agent/deploy');

const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  mkdirSync(env.HOME);
  const packed = run(process.execPath, [path.join(ROOT, 'scripts/build/pack-card-agent.ts'), folder]).trim();
  expect(path.basename(packed)).toMatch(/^moica-card-agent-\d+\.\d+\.\d+-linux-(?:x64|arm64)\.tgz$/);
  // the README's command; without a network, and nothing may be built
  const options = [
    '--global',
    '--ignore-scripts',
    '--offline',
    '--no-update-notifier',
    '--no-fund',
    '--prefix',
    prefix,
  ];
  run('npm', ['install', ...options, packed]);
});

describe('the installed agent', () => {
  it('runs by its name and says its version', () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(run(program, ['--version']).trim()).toBe(version);
  });

  it('signs with a PKCS#11 module, as its configuration file says, and shows the self-test', async () => {
    const hsm = new SoftHsm();
    hsm.addToken(PIN);
    hsm.addKeyPair((await makeCard()).sign, PIN, { key: '5349474e' });
    const config = path.join(folder, 'agent.conf');
    const template = readFileSync(path.join(deploy, 'agent.conf'), 'utf8');
    const edited = template
      .replace('# allow-origin https://portal.gateway.example', `allow-origin ${PAGE}`)
      .replace(/^# pkcs11-module .*$/m, `pkcs11-module ${SOFTHSM_MODULE}`);
    writeFileSync(config, edited);
    const agent = await startAgentProcess(['--config', config], { env: hsm.env, main: realpathSync(program) });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect((await send(agent.port, { path: '/selfTest.htm' })).text).toContain('自然人憑證 MOICA');
    expect(await agent.stop()).toBe(0);
  });

  it('brings a systemd unit without a fault', () => {
    const unit = path.join(folder, 'moica-card-agent.service');
    const text = readFileSync(path.join(deploy, 'moica-card-agent.service'), 'utf8');
    const inPlace = text.replaceAll('/usr/local/bin/moica-card-agent', program);
    expect(inPlace).toContain(`ExecStart=${program} --config /etc/moica-card-agent/agent.conf`);
    writeFileSync(unit, inPlace);
    const verify = () =>
      spawnSync('systemd-analyze', ['--user', 'verify', unit], {
        env: { ...env, XDG_RUNTIME_DIR: folder },
        encoding: 'utf8',
      });
    expect(verify()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    writeFileSync(unit, inPlace.replace('LimitCORE=0', 'LimitCore=0')); // what is misspelt would be ignored
    expect(verify().stderr).toContain("Unknown key 'LimitCore'");
  });

  it('brings a well-formed launchd list that starts the same program', () => {
    const read = 'import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))';
    const list: unknown = JSON.parse(run('python3', ['-c', read, path.join(deploy, 'moica-card-agent.plist')]));
    expect(list).toMatchObject({
      ProgramArguments: expect.arrayContaining(['moica-card-agent', '--config']) as unknown,
      RunAtLoad: true,
      HardResourceLimits: { Core: 0 },
    });
  });

  it('is refused where it was not made for', () => {
    const manifest = JSON.parse(readFileSync(path.join(deploy, '../package.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ os: [process.platform], cpu: [process.arch], engines: { node: '>=24' } });
  });
});
