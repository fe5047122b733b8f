import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTokenVault } from '../../../src/adapters/signing/pkcs11/token-vault.ts';
import type { KeyVault } from '../../../src/flows/ports/assertion-keys.ts';
import { ScriptedModule } from '../../card-agent/scripted-module.ts';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const LABEL = 'gateway';
const PIN = '246810';
const INPUT = Buffer.from('header.payload');

let folder: string;
let pinFile: string;
let vault: KeyVault;
const before = process.env['SOFTHSM2_CONF'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-hsm-'));
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\n`);
  // The module's own way of being told; the process that loads it inherits it.
  process.env['SOFTHSM2_CONF'] = configuration;
  const pins = ['--pin', PIN, '--so-pin', '99999999'];
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', LABEL, ...pins], { stdio: 'pipe' });
  pinFile = join(folder, 'pin');
});
afterAll(async () => {
  if (before === undefined) delete process.env['SOFTHSM2_CONF'];
  else process.env['SOFTHSM2_CONF'] = before;
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  writeFileSync(pinFile, `${PIN}\n`, { mode: 0o600 });
  chmodSync(pinFile, 0o600);
  vault = open();
});
afterEach(() => vault.close());

const open = (changes: { tokenLabel?: string; module?: string } = {}): KeyVault =>
  openTokenVault({ module: MODULE, tokenLabel: LABEL, pinFile, ...changes });

/** The processes that hold the module, by what the kernel knows of this one's children. */
function childIds(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children
    .map(Number)
    .filter(pid => pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('token-child'));
}

async function signs(kid: string): Promise<boolean> {
  const key = await vault.open(kid);
  const publicKey = createPublicKey({ key: { ...key!.jwk }, format: 'jwk' });
  const check = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  return verify('sha256', INPUT, check, await key!.sign(INPUT));
}

/** What stands on the token, as another program shows it. */
function objects(): string {
  const args = ['--module', MODULE, '--token-label', LABEL, '--login', '--pin', PIN, '--list-objects'];
  return execFileSync('pkcs11-tool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('a key in an HSM', () => {
  test('is made there, never to leave it, and named by its thumbprint', async () => {
    const kid = await vault.make();
    expect(await signs(kid)).toBe(true);
    const id = Buffer.from(kid, 'base64url').toString('hex');
    const shown = objects().split(/^(?=\w.* Object)/m);
    const key = shown.find(each => each.startsWith('Private Key Object; EC') && each.includes(id));
    expect(key).toMatch(/Access:\s+sensitive, always sensitive, never extract/);
    const point = execFileSync('pkcs11-tool', [
      ...['--module', MODULE, '--token-label', LABEL, '--login', '--pin', PIN],
      ...['--read-object', '--type', 'pubkey', '--id', id],
    ]);
    const { x, y } = createPublicKey({ key: point, format: 'der', type: 'spki' }).export({ format: 'jwk' });
    expect((await vault.open(kid))!.jwk).toMatchObject({ x, y });
  });

  test('signs many at once, without holding up this process', async () => {
    const kid = await vault.make();
    const key = (await vault.open(kid))!;
    const check = {
      key: createPublicKey({ key: { ...key.jwk }, format: 'jwk' }),
      dsaEncoding: 'ieee-p1363' as const,
    };
    const inputs = Array.from({ length: 200 }, (_, index) => Buffer.from(`header.${index}`));
    const signatures = await Promise.all(inputs.map(input => key.sign(input)));
    expect(inputs.every((input, index) => verify('sha256', input, check, signatures[index]!))).toBe(true);
    expect(verify('sha256', inputs[0]!, check, signatures[1]!)).toBe(false);
  });

  test('of a slow HSM signs for all that come at once, though that takes longer than a hang is waited for', async () => {
    const slow = new ScriptedModule();
    process.env['SCRIPTED_MODULE'] = slow.env.SCRIPTED_MODULE;
    await vault.close();
    vault = open({ module: slow.path });
    const key = (await vault.open(await vault.make()))!;
    slow.misbehave('C_Sign delay 80');
    const [pid] = childIds();
    const signatures = await Promise.all(Array.from({ length: 45 }, () => key.sign(INPUT)));
    expect(signatures.every(({ length }) => length === 64)).toBe(true);
    expect(childIds()).toEqual([pid]);
    delete process.env['SCRIPTED_MODULE'];
  });

  test('that was removed is gone, both halves; one that never was is not there', async () => {
    const kid = await vault.make();
    await vault.remove(kid);
    await vault.remove(kid);
    expect(await vault.open(kid)).toBeUndefined();
    expect(objects()).not.toContain(Buffer.from(kid, 'base64url').toString('hex'));
    expect(await vault.open('A'.repeat(43))).toBeUndefined();
  });

  test('that could be read from outside is not used; others on the token are', async () => {
    const other = (await vault.open(await vault.make()))!;
    const id = Buffer.alloc(32, 7).toString('hex');
    const file = join(folder, 'outside.pem');
    execFileSync('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file]);
    const token = ['--token', LABEL, '--label', 'outside', '--id', id, '--pin', PIN];
    execFileSync('softhsm2-util', ['--import', file, ...token], { stdio: 'pipe' });
    await expect(vault.open(Buffer.alloc(32, 7).toString('base64url'))).rejects.toThrow('from outside');
    expect(await other.sign(INPUT)).toHaveLength(64);
  });
});

describe('an HSM that is not to be had', () => {
  test('signs again when its process is there again, which was killed', async () => {
    const kid = await vault.make();
    const key = (await vault.open(kid))!;
    const [pid] = childIds();
    process.kill(pid!, 'SIGKILL');
    await expect(Promise.all([key.sign(INPUT), key.sign(INPUT)])).rejects.toThrow('has ended');
    await expect(key.sign(INPUT)).rejects.toThrow('has ended');
    await delay(2_000);
    expect(await signs(kid)).toBe(true);
  });

  test('that hangs is given up after three seconds, and its process ended', async () => {
    const kid = await vault.make();
    const key = (await vault.open(kid))!;
    const [pid] = childIds();
    process.kill(pid!, 'SIGSTOP');
    await expect(key.sign(INPUT)).rejects.toThrow('did not answer');
    await expect.poll(childIds).not.toContain(pid);
    await delay(2_000);
    expect(await signs(kid)).toBe(true);
  });

  test('that is away is found when it is back', async () => {
    const kid = await vault.make();
    await vault.close();
    renameSync(join(folder, 'tokens'), join(folder, 'away'));
    mkdirSync(join(folder, 'tokens'));
    vault = open();
    await expect(vault.open(kid)).rejects.toThrow('There is no token "gateway"');
    await expect(vault.make()).rejects.toThrow('There is no token');
    await rm(join(folder, 'tokens'), { recursive: true });
    renameSync(join(folder, 'away'), join(folder, 'tokens'));
    await delay(2_000);
    expect(await signs(kid)).toBe(true);
  });

  test.each([
    ['another module', { module: '/usr/lib/none.so' }, /none\.so/],
    ['another token', { tokenLabel: 'other' }, /There is no token "other"/],
  ])('with %s is a fault', async (_name, changes, problem) => {
    await vault.close();
    vault = open(changes);
    await expect(vault.make()).rejects.toThrow(problem);
  });

  test('is not asked twice with a PIN that it has refused: it would lock itself', async () => {
    const kid = await vault.make();
    await vault.close();
    writeFileSync(pinFile, '000000');
    vault = open();
    await expect(vault.open(kid)).rejects.toThrow('CKR_PIN_INCORRECT');
    await delay(2_000);
    await expect(vault.open(kid)).rejects.toThrow('not tried again');
    writeFileSync(pinFile, PIN);
    await delay(2_000);
    expect(await signs(kid)).toBe(true);
  });

  test('is not opened by a PIN that others can read, or by none', async () => {
    await vault.close();
    chmodSync(pinFile, 0o644);
    vault = open();
    await expect(vault.make()).rejects.toThrow('chmod 600');
    await vault.close();
    await rm(pinFile);
    vault = open();
    await expect(vault.make()).rejects.toThrow('is not there');
  });
});
