import { X509Certificate, verify } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileByOpenssl, openssl } from '../authority/openssl.ts';
import type { Card } from '../authority/soft-card.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign } from './popup-client.ts';
import { PIN, SoftCardFolder, WRONG_PIN, makeCard } from './soft-card-folder.ts';

let card: Required<Card>;
let folder: SoftCardFolder;
let agent: AgentProcess;

const start = () => startAgentProcess(['--soft-card-dir', folder.path, '--allow-origin', PAGE]);

beforeAll(async () => {
  card = await makeCard();
});

beforeEach(async () => {
  folder = new SoftCardFolder();
  folder.issue('wang', card);
  folder.insert({ 'Test Reader 0': 'wang' });
  agent = await start();
});

afterEach(async () => {
  await agent.stop();
});

describe('signature of a soft card', () => {
  it.each(['SHA256', 'SHA384', 'SHA512'])('PKCS1 with %s verifies by openssl (RFC 8017 8.2)', async hashAlgorithm => {
    const reply = await askToSign(agent, { hashAlgorithm });
    expect(reply).toMatchObject({ func: 'sign', ret_code: 0, last_error: 0, cardSN: 'MT00000000000001' });
    expect(Buffer.from(reply.certb64!, 'base64').equals(card.sign.certificate.der)).toBe(true);
    const files = {
      'key.pem': new X509Certificate(card.sign.certificate.der).publicKey.export({ type: 'spki', format: 'pem' }),
      'sig.bin': Buffer.from(reply.signature!, 'base64'),
      'tbs.txt': 'a-text-to-be-signed',
    };
    const dgst = ['dgst', `-${hashAlgorithm.toLowerCase()}`, '-verify', '{key.pem}', '-signature', '{sig.bin}'];
    expect((await openssl([...dgst, '{tbs.txt}'], files)).output).toContain('Verified OK');
    expect((await openssl([...dgst, '{tbs.txt}'], { ...files, 'tbs.txt': 'another text' })).exitCode).not.toBe(0);
  });

  it.each(['SHA256', 'SHA384', 'SHA512'])('PKCS7 with %s is a SignedData that openssl accepts', async hashAlgorithm => {
    const fields = { signatureType: 'PKCS7', hashAlgorithm, withSigningTime: 'true' };
    const reply = await askToSign(agent, fields);
    const files = {
      'signed.der': Buffer.from(reply.signature!, 'base64'),
      'chain.pem': card.chain.map(({ pem }) => pem).join(''),
    };
    const options = ['-inform', 'DER', '-in', '{signed.der}', '-CAfile', '{chain.pem}', '-purpose', 'any'];
    const verdict = await openssl(['cms', '-verify', ...options], files);
    expect(verdict.output).toContain('a-text-to-be-signed');
    expect(verdict.output).toContain('CMS Verification successful');
    const printed = await openssl(['cms', '-cmsout', '-print', '-inform', 'DER', '-in', '{signed.der}'], files);
    for (const attribute of ['contentType', 'messageDigest', 'signingTime'])
      expect(printed.output).toContain(attribute);
    const forged = Buffer.from(reply.signature!, 'base64');
    forged[forged.indexOf('a-text')] = 0x62;
    const refused = await openssl(['cms', '-verify', ...options], { ...files, 'signed.der': forged });
    expect(refused.exitCode).not.toBe(0);
  });

  it('base64 text is decoded before signing, and mended where a form post changed its plus signs', async () => {
    const bytes = Buffer.from([0xfb, 0xef, 0xbe, 0xff]); // "++++/w==" has what a form changes
    const base64 = bytes.toString('base64');
    const key = new X509Certificate(card.sign.certificate.der).publicKey;
    for (const tbs of [base64, base64.replaceAll('+', '%2B'), base64.replaceAll('+', ' ')]) {
      const reply = await askToSign(agent, { tbs, tbsEncoding: 'base64' });
      expect(verify('sha256', bytes, key, Buffer.from(reply.signature!, 'base64'))).toBe(true);
    }
  });

  it('text is signed exactly as it arrived, Chinese and plus signs included', async () => {
    const tbs = '示範 a+b%2Bc&d=e';
    const reply = await askToSign(agent, { tbs });
    const key = new X509Certificate(card.sign.certificate.der).publicKey;
    expect(verify('sha256', Buffer.from(tbs, 'utf8'), key, Buffer.from(reply.signature!, 'base64'))).toBe(true);
  });
});

describe('PIN of a soft card', () => {
  it('counts down in words, locks at the third wrong try, and stays locked for the right PIN', async () => {
    const wrong = () => askToSign(agent, { pin: WRONG_PIN });
    expect(await wrong()).toMatchObject({ ret_code: 0x76100006, last_error: -2147483646 });
    expect(await wrong()).toMatchObject({ ret_code: 0x76100006, last_error: -2147483647 });
    expect(await wrong()).toMatchObject({ ret_code: 0x76100006, last_error: 0xa4 });
    const locked = await askToSign(agent);
    expect(locked).toMatchObject({ ret_code: 0x76100006, last_error: 0xa4, message2: '已鎖卡' });
    expect(locked.signature).toBeUndefined();
  });

  it('remembers tries over a restart, and the right PIN gives them back', async () => {
    await askToSign(agent, { pin: WRONG_PIN });
    await agent.stop();
    agent = await start();
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject({ last_error: -2147483647 });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject({ last_error: -2147483646 });
  });

  it.each(['12345', '123456789'])('refuses %s by its length without taking a try', async pin => {
    expect(await askToSign(agent, { pin })).toMatchObject({ ret_code: 0x76100006, last_error: 0xa2 });
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject({ last_error: -2147483646 });
  });

  it('is kept as a verifier in a file only the owner reads, and never printed', async () => {
    await askToSign(agent, { pin: WRONG_PIN });
    await askToSign(agent);
    const kept = folder.read('wang.json');
    expect(kept).not.toContain(PIN);
    expect(JSON.parse(kept)).toMatchObject({ triesLeft: 3, pinVerifier: expect.stringMatching(/^scrypt\$/) as string });
    expect(statSync(path.join(folder.path, 'wang.json')).mode & 0o777).toBe(0o600);
    expect(agent.printed()).not.toContain(PIN);
    expect(agent.printed()).not.toContain(WRONG_PIN);
  });
});

describe('readers and cards', () => {
  const info = (withCertificates = true) =>
    ask(agent, withCertificates ? '/pkcs11info?withcert=true' : '/pkcs11info', '{"func":"GetUserCert"}');

  it('lists the card with the labels and usage texts of a citizen card', async () => {
    const reply = await info();
    expect(reply).toMatchObject({ func: 'pkcs11info', ret_code: 0, last_error: 0 });
    const { token, slotDescription } = reply.slots![0]!;
    expect(slotDescription).toBe('Test Reader 0');
    if (typeof token !== 'object') throw new Error('no card');
    expect(token.serialNumber).toBe('MT00000000000001');
    expect(token.certs!.map(({ label, usage }) => [label, usage])).toEqual([
      ['cert1', 'digitalSignature'],
      ['cert2', 'keyEncipherment|dataEncipherment'],
      ['CA Cert', 'keyCertSign|cRLSign'],
      ['ROOT CA Cert', 'keyCertSign|cRLSign'],
    ]);
    const [sign] = token.certs!;
    expect(sign!.subjectDN).toBe('C=TW,CN=示範王小明,serialNumber=0000000123456789');
    expect(sign!.notAfterT).toBe(new X509Certificate(card.sign.certificate.der).validToDate.getTime() / 1000);
  });

  it('lists certificates only when asked for', async () => {
    expect((await info(false)).slots![0]!.token).toEqual({ serialNumber: 'MT00000000000001', label: 'soft card' });
  });

  it('sees a card go and come while running', async () => {
    folder.insert({ 'Test Reader 0': null });
    expect((await info()).slots).toEqual([{ slotDescription: 'Test Reader 0' }]);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76000006 });
    folder.insert({ 'Test Reader 0': 'wang' });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
  });

  it('says "no reader" when there is none', async () => {
    folder.insert({});
    expect(await info()).toMatchObject({ ret_code: 0x76100003, slots: [] });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76100003 });
  });

  it('takes the named reader, else the first with a card', async () => {
    folder.issue('lin', await makeCard(), 'MT00000000000002');
    folder.insert({ 'Test Reader 0': null, 'Test Reader 1': 'wang', 'Test Reader 2': 'lin' });
    expect(await askToSign(agent)).toMatchObject({ cardSN: 'MT00000000000001' });
    expect(await askToSign(agent, { slotDescription: 'Test Reader 2' })).toMatchObject({ cardSN: 'MT00000000000002' });
    expect(await askToSign(agent, { readername: 'Test Reader 2' })).toMatchObject({ cardSN: 'MT00000000000002' });
    expect(await askToSign(agent, { slotDescription: 'Test Reader 0' })).toMatchObject({ ret_code: 0x76000006 });
    expect(await askToSign(agent, { slotDescription: 'No Such Reader' })).toMatchObject({ ret_code: 0x76100003 });
  });

  it('takes the sign key by its CKA_ID, and no other', async () => {
    const keyidb64 = (id: string) => Buffer.from(id).toString('base64');
    expect(await askToSign(agent, { keyidb64: keyidb64('SIGN') })).toMatchObject({ ret_code: 0 });
    expect(await askToSign(agent, { keyidb64: keyidb64('KEYX') })).toMatchObject({ ret_code: 0x7610000d });
  });

  it.each([
    ['a card file that is no JSON', 'wang.json', '{'],
    ['a card file with an unknown field', 'wang.json', '{"cardNumber":"X","p12":"wang.p12","p12Password":"","pim":1}'],
    ['a PKCS#12 file outside the folder', 'wang.json', '{"cardNumber":"X","p12":"../wang.p12","p12Password":""}'],
    ['a PKCS#12 file that is none', 'wang.p12', 'nothing'],
  ])('treats %s as an unknown token', async (_case, name, content) => {
    folder.write(name, content);
    expect((await info()).slots).toEqual([{ slotDescription: 'Test Reader 0', token: 'unknown token' }]);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x7610000b });
  });

  it('says so when reader.json cannot be read', async () => {
    folder.write('reader.json', '{"readers":[{"name":"R","card":"../../etc/passwd"}]}');
    expect(await info()).toMatchObject({ ret_code: 0x76100004 });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76100004 });
  });

  it('finds no sign certificate on a card that has only the encryption pair (keyUsage, RFC 5280 4.2.1.3)', async () => {
    folder.issue('wang', { encrypt: card.encrypt, chain: card.chain });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0x7610000c });
  });

  it('refuses a certificate outside its validity when asked to check, before the PIN counts', async () => {
    const past = { notBefore: new Date('2019-03-01T00:00:00Z'), notAfter: new Date('2024-03-01T15:59:59Z') };
    folder.issue('wang', await makeCard(past));
    const wrongPin = { pin: WRONG_PIN, checkValidity: 'true' };
    expect(await askToSign(agent, wrongPin)).toMatchObject({ ret_code: 0x76500002 });
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    const future = { notBefore: new Date('2044-01-01T00:00:00Z'), notAfter: new Date('2049-01-01T15:59:59Z') };
    folder.issue('wang', await makeCard(future));
    expect(await askToSign(agent, wrongPin)).toMatchObject({ ret_code: 0x76500001 });
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject({ last_error: -2147483646 });
  });

  it('reads a card of files that openssl pkcs12 made, one for each key pair', async () => {
    for (const pair of ['sign', 'encrypt'] as const) {
      const files = {
        'key.pem': card[pair].keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
        'cert.pem': card[pair].certificate.pem,
      };
      const args = [
        'pkcs12',
        '-export',
        '-inkey',
        '{key.pem}',
        '-in',
        '{cert.pem}',
        '-passout',
        'pass:x',
        '-out',
        '{o}',
      ];
      folder.write(`${pair}.p12`, await fileByOpenssl('o', args, files));
    }
    const p12 = ['encrypt.p12', 'sign.p12'];
    folder.write('both.json', JSON.stringify({ cardNumber: 'MT3', p12, p12Password: 'x', pin: PIN }));
    folder.insert({ 'Test Reader 0': 'both' });
    const reply = await askToSign(agent);
    expect(reply).toMatchObject({ ret_code: 0, cardSN: 'MT3' });
    expect(Buffer.from(reply.certb64!, 'base64').equals(card.sign.certificate.der)).toBe(true);
  });
});
