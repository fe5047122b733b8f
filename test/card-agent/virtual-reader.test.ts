import { execFile, spawn } from 'node:child_process';
import { constants, publicEncrypt, randomBytes, verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../authority/soft-card.ts';
import { virtualCardOf, type VirtualCard } from '../support/virtual-card/card-content.ts';
import { OPENSC_MODULE, startVirtualReader, type VirtualReader } from '../support/virtual-card/virtual-reader.ts';
import { makeCard } from './soft-card-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PIN = 'Kq7vWx2p';
const WRONG_PIN = 'zX9wQ4';
/** OpenSC sets only digits on a PIV card. */
const NEW_PIN = '24681012';
const CHANGED_PIN = '10203040';
const PUK = '13572468';

const folder = temporaryFolder('virtual-card');
const input = path.join(folder, 'input');
const output = path.join(folder, 'output');

let reader: VirtualReader;
let issued: Required<Card>;
let card: VirtualCard;

beforeAll(async () => {
  issued = await makeCard();
  reader = await startVirtualReader();
});
afterAll(() => reader.stop());
beforeEach(async () => {
  card = virtualCardOf(issued, { pin: PIN, puk: PUK });
  await reader.insert(card);
});

interface Run {
  readonly exitCode: number;
  /** both streams */
  readonly printed: string;
}

/** Runs one of OpenSC's tools with the reader. */
function run(tool: 'pkcs11-tool' | 'pkcs15-tool', args: readonly string[], from: VirtualReader = reader): Promise<Run> {
  const module = tool === 'pkcs11-tool' ? ['--module', OPENSC_MODULE] : [];
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', ...from.environment };
  return new Promise(resolve => {
    const child = execFile(tool, [...module, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, printed: stdout + stderr }),
    );
  });
}

/** The text signed with the sign key, or the return value of C_Login that stood in the way. */
async function sign(pin: string): Promise<Buffer | string> {
  writeFileSync(input, 'a-text-to-be-signed');
  const { exitCode, printed } = await run('pkcs11-tool', [
    ...['--login', '--pin', pin, '--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', '01'],
    ...['-i', input, '-o', output],
  ]);
  return exitCode === 0 ? readFileSync(output) : (/C_Login failed: rv = (\w+)/.exec(printed)?.[1] ?? printed);
}

function isSigned(signature: Buffer | string): boolean {
  const { publicKey } = new X509Certificate(issued.sign.certificate.der);
  return Buffer.isBuffer(signature) && verify('sha256', Buffer.from('a-text-to-be-signed'), publicKey, signature);
}

/** What the reader's slots hold, as PKCS#11 lists them. */
async function slots(from: VirtualReader = reader): Promise<string[]> {
  const { printed } = await run('pkcs11-tool', ['--list-slots'], from);
  return printed
    .split(/^Slot /m)
    .slice(1)
    .map(slot => /token label +: (.+)/.exec(slot)?.[1] ?? 'empty');
}

describe('the virtual card, as OpenSC reads it', () => {
  it('holds two certificates and, for him who knows the PIN, two keys', async () => {
    const listed = await run('pkcs11-tool', ['--login', '--pin', PIN, '--list-objects']);
    expect(listed.printed.match(/^Certificate Object/gm)).toHaveLength(2);
    expect(listed.printed.match(/^Private Key Object/gm)).toHaveLength(2);
    for (const [id, { certificate }] of [
      ['01', issued.sign],
      ['03', issued.encrypt],
    ] as const) {
      await run('pkcs11-tool', ['--read-object', '--type', 'cert', '--id', id, '-o', output]);
      expect(readFileSync(output).equals(certificate.der)).toBe(true);
    }
    expect(await slots()).toEqual(['示範王小明', 'empty']);
  });

  it('signs with the one pair and deciphers with the other', async () => {
    expect(isSigned(await sign(PIN))).toBe(true);
    const secret = randomBytes(32);
    const { publicKey } = new X509Certificate(issued.encrypt.certificate.der);
    writeFileSync(input, publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, secret));
    const decipher = ['--decrypt', '--mechanism', 'RSA-PKCS', '--id', '03'];
    await run('pkcs11-tool', ['--login', '--pin', PIN, ...decipher, '-i', input, '-o', output]);
    expect(readFileSync(output).equals(secret)).toBe(true);
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: 2 });
  });

  it('locks after three wrong PINs, for the right one too; the right one in between gives all tries back', async () => {
    expect(await sign(WRONG_PIN)).toBe('CKR_PIN_INCORRECT');
    expect(await sign(WRONG_PIN)).toBe('CKR_PIN_INCORRECT');
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 1 });
    expect(isSigned(await sign(PIN))).toBe(true);
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3 });

    expect(await sign(WRONG_PIN)).toBe('CKR_PIN_INCORRECT');
    expect(await sign(WRONG_PIN)).toBe('CKR_PIN_INCORRECT');
    expect(await sign(WRONG_PIN)).toBe('CKR_PIN_LOCKED');
    expect(await sign(PIN)).toBe('CKR_PIN_LOCKED');
    await reader.remove();
    await reader.insert(card);
    expect(await sign(PIN)).toBe('CKR_PIN_LOCKED');
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 0, keyUses: 1 });
  });

  it('is unlocked by its PUK, and takes another PIN', async () => {
    for (const _try of [1, 2, 3]) await sign(WRONG_PIN);
    const unblock = (puk: string) =>
      run('pkcs15-tool', ['--unblock-pin', '--auth-id', '01', '--puk', puk, '--new-pin', NEW_PIN]);
    expect((await unblock('99999999')).printed).toMatch(/incorrect/i);
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 0, pukTriesLeft: 2 });
    await unblock(PUK);
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, pukTriesLeft: 3 });
    expect(isSigned(await sign(NEW_PIN))).toBe(true);

    await run('pkcs11-tool', ['--login', '--pin', NEW_PIN, '--change-pin', '--new-pin', CHANGED_PIN]);
    expect(await sign(NEW_PIN)).toBe('CKR_PIN_INCORRECT');
    expect(isSigned(await sign(CHANGED_PIN))).toBe(true);
  });

  it.each(['123', '123456789'])('a PIN of a length that no card has costs no try: %s', async pin => {
    expect(await sign(pin)).toBe('CKR_PIN_LEN_RANGE');
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3 });
  });

  it('is seen to leave and to come, in either slot', async () => {
    await reader.remove();
    await expect.poll(() => slots()).toEqual(['empty', 'empty']);
    await reader.insert(card, 1);
    await expect.poll(() => slots()).toEqual(['empty', '示範王小明']);
    await reader.remove(1);
    await reader.insert(card);
    await expect.poll(() => slots()).toEqual(['示範王小明', 'empty']);
    expect(isSigned(await sign(PIN))).toBe(true);
  });
});

describe('the virtual reader', () => {
  it('is one of many: each program sees its own', async () => {
    const [other, none] = await Promise.all([startVirtualReader(), startVirtualReader({ readers: 'none' })]);
    try {
      expect(await slots(other)).toEqual(['empty', 'empty']);
      expect(await slots(none)).toEqual([]);
      expect(await slots()).toEqual(['示範王小明', 'empty']);
    } finally {
      await Promise.all([other.stop(), none.stop()]);
    }
  });

  it('goes when its test is killed, and leaves nothing', async () => {
    const module = path.join(import.meta.dirname, '../support/virtual-card/virtual-reader.ts');
    const program = `
      import { startVirtualReader } from ${JSON.stringify(module)};
      const { environment } = await startVirtualReader();
      console.log(environment.PCSCLITE_CSOCK_NAME);
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const readerFolder = path.join(line.toString().trim(), '../../..');
    expect(processesNaming(readerFolder)).not.toEqual([]);
    owner.kill('SIGKILL');
    await expect.poll(() => processesNaming(readerFolder)).toEqual([]);
    expect(existsSync(readerFolder)).toBe(false);
  });
});

/** Processes with this in their command line. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(text);
    } catch {
      return false; // gone while it was looked at
    }
  });
}
