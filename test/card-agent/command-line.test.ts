import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGE, runAgent, startAgentProcess } from './agent-process.ts';
import { send } from './popup-client.ts';
import { SoftCardFolder } from './soft-card-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { path: cards } = new SoftCardFolder();
const soft = ['--soft-card-dir', cards];
const MODULE = ['--pkcs11-module', '/usr/lib/softhsm/libsofthsm2.so'];

const configurations = temporaryFolder('agent-configuration');

function configurationFile(...lines: readonly string[]): string {
  const file = path.join(configurations, `${randomUUID()} of a person.conf`);
  writeFileSync(file, lines.join('\r\n'));
  return file;
}

describe('command line', () => {
  it('says in one line where it listens and whom it serves, and ends with 0 on SIGTERM', async () => {
    const agent = await startAgentProcess([...soft, '--allow-origin', PAGE, 'https://b.example:8443']);
    expect(agent.printed().trim().split('\n')).toHaveLength(1);
    expect(agent.printed()).toContain(`http://localhost:${String(agent.port)} for ${PAGE}, https://b.example:8443; `);
    expect(await agent.stop()).toBe(0);
  });

  it('listens on both loopback addresses and on no other', async () => {
    const agent = await startAgentProcess(soft);
    for (const host of ['127.0.0.1', '::1']) {
      expect((await send(agent.port, { host, path: '/' })).status).toBe(200);
    }
    await expect(send(agent.port, { host: '127.0.0.2', path: '/' })).rejects.toThrow('ECONNREFUSED');
    await agent.stop();
  });

  it('serves nobody unless told, and says so', async () => {
    const agent = await startAgentProcess(soft);
    expect(agent.printed()).toContain('nobody');
    await agent.stop();
  });

  it('takes its options from a file; the command line’s own win, and pages add up', async () => {
    const config = configurationFile(
      '\uFEFF# for the whole office',
      '',
      `soft-card-dir   ${cards}`,
      'port 70',
      'allow-origin https://a.example',
      'allow-origin https://b.example',
    );
    const agent = await startAgentProcess(['--config', config, '--allow-origin', PAGE]);
    expect(agent.port).not.toBe(70);
    expect(agent.printed()).toContain(`for https://a.example, https://b.example, ${PAGE};`);
    await agent.stop();
  });

  it.each([
    ['that is not there', '/nowhere.conf', 'no readable configuration file at /nowhere.conf'],
    ['with a line that is no option', configurationFile('# x', 'allow-origin'), 'Line 2 of'],
    ['with dashes before a name', configurationFile('--port 1'), 'Line 1 of'],
    ['that names another file', configurationFile('config /etc/other.conf'), 'Line 1 of'],
    ['with an unknown option', configurationFile('# x', 'trust-everyone yes'), /Line 2 of .+\.conf: unknown option/],
    [
      'with a value that is none',
      configurationFile(`allow-origin ${PAGE}`, '', 'allow-origin http://a.example'),
      /Line 3 of .+\.conf: .+ must be an https origin/,
    ],
    ['that conflicts with itself', configurationFile('slot 0', 'token X'), /\.conf: .+ cannot be used with/],
  ])('a configuration file %s is wrong use', async (_case, file, sentence) => {
    const ended = await runAgent([...MODULE, '--config', file]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a file in which nothing was filled in is named together with the line that it lacks', async () => {
    const file = configurationFile('# pkcs11-module /usr/lib/x.so');
    const ended = await runAgent(['--config', file]);
    expect(ended.stderr).toContain(`a line "pkcs11-module PATH" of ${file}`);
    expect(ended.exitCode).toBe(2);
  });

  it('a port that is taken is a sentence, exit 2', async () => {
    const agent = await startAgentProcess(soft);
    const second = await runAgent(['--port', String(agent.port), ...soft]);
    expect(second).toMatchObject({ exitCode: 2, stdout: '' });
    expect(second.stderr).toMatch(/^moica-card-agent: Port \d+ on localhost is in use.*\n$/);
    await agent.stop();
  });

  it.each([
    ['no card', [], 'Say where the card is'],
    ['two kinds of card', [...soft, '--pkcs11-module', '/usr/lib/softhsm/libsofthsm2.so'], 'cannot be used with'],
    ['a slot of no module', [...soft, '--slot', '0'], 'cannot be used with'],
    ['a slot that is none', [...MODULE, '--slot', '-1'], 'a number from 0 to 255'],
    ['a slot and a token', [...MODULE, '--slot', '0', '--token', 'X'], 'cannot be used with'],
    ['a token of no module', [...soft, '--token', 'X'], 'cannot be used with'],
    ['a token without a name', [...MODULE, '--token', ' '], 'a token label or serial number'],
    ['a token with too long a name', [...MODULE, '--token', 'X'.repeat(33)], 'a token label or serial number'],
    ['a folder without reader.json', ['--soft-card-dir', '/nowhere'], 'no readable reader.json'],
    ['a module that is not there', ['--pkcs11-module', '/nowhere.so'], 'There is no PKCS#11 module'],
    ['a module that is none', ['--pkcs11-module', import.meta.filename], 'cannot be loaded'],
    ['a port that is none', [...soft, '--port', '70000'], 'a number from 0 to 65535'],
    ['an origin with a path', [...soft, '--allow-origin', 'https://a.example/'], 'must be an https origin'],
    ['an origin over plain http', [...soft, '--allow-origin', 'http://a.example'], 'must be an https origin'],
    ['an origin that is any', [...soft, '--allow-origin', '*'], 'must be an https origin'],
    ['a deadline of nothing', [...soft, '--deadline-ms', '0'], 'a number from 100'],
    ['an unknown option', [...soft, '--trust-everyone'], 'unknown option'],
    ['a stray word', [...soft, 'start'], 'too many arguments'],
  ])('%s is wrong use: a sentence and exit 2', async (_case, args, sentence) => {
    const ended = await runAgent(args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('an older Node is refused with one line', async () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"22.11.0"})';
    const ended = await runAgent(soft, { nodeArgs: ['--import', pretend] });
    expect(ended).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'moica-card-agent needs Node.js 24 or newer; this is 22.11.0.\n',
    });
  });

  it('a machine without pkcs11js is told how to get it', async () => {
    const hook = `import{registerHooks}from'node:module';registerHooks({resolve(name,context,next){
      if(name==='pkcs11js')throw new Error('not found');return next(name,context)}})`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
    const ended = await runAgent(['--pkcs11-module', '/usr/lib/softhsm/libsofthsm2.so'], { env });
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain('npm install pkcs11js');
  });

  it('--help and --version are no errors', async () => {
    expect(await runAgent(['--version'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await runAgent(['--help'])).stdout).toContain('--allow-origin');
  });
});
