import { beforeAll, describe, expect, test } from 'vitest';
import { inspectCrls } from '../../src/cli/inspect-crl.ts';
import { deltaIndicator, mintCrl } from '../pki/support/crl-mint.ts';
import { mintCa, mintRoot, type Minted } from '../pki/support/mint.ts';

let root: Minted;
let ca: Minted;
let complete: Buffer;
let delta: Buffer;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  const revoked = ['0a', '0b', '0a', '7f00000000000000000000000000000001'].map(who => ({ who }));
  complete = mintCrl(ca, { revoked, number: 258 });
  delta = mintCrl(root, { number: 9, nextUpdate: null, extensions: [deltaIndicator(7)] });
});

const pem = (der: Buffer, label = 'X509 CRL') =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

const facts = () => ({
  ok: true,
  issuer: 'CN=CA',
  keyIdentifier: ca.keyPair.keyIdentifier.toString('hex'),
  number: '258',
  baseNumber: null,
  thisUpdate: '2026-05-31T00:00:00.000Z',
  nextUpdate: '2026-06-02T00:00:00.000Z',
  entries: 4,
  distinctSerials: 3,
  bytesKept: 52,
});

test('one CRL as DER', () => {
  const result = inspectCrls(complete);
  expect(result).toMatchObject({ exitCode: 0, data: [facts()] });
  expect(result.text).toContain('distinct serials 3');
});

test('several as PEM, with text between, are listed each; a delta names its base', () => {
  const file = `Revoked\n${pem(complete)}\n# and\r\n${pem(root.der, 'CERTIFICATE')}${pem(delta)}`;
  expect(inspectCrls(Buffer.from(file))).toMatchObject({
    exitCode: 0,
    data: [facts(), { ok: true, issuer: 'CN=Root', number: '9', baseNumber: '7', nextUpdate: null }],
  });
});

describe('what is no CRL is said, with exit code 1', () => {
  test.each<[string, () => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('CRL')],
    ['a certificate', () => root.der],
    ['PEM of a certificate', () => Buffer.from(pem(root.der, 'CERTIFICATE'))],
    ['a CRL with octets after its end', () => Buffer.concat([complete, Buffer.of(0)])],
    ['PEM in which one of two is cut', () => Buffer.from(`${pem(complete)}${pem(delta).slice(0, 90)}`)],
    ['PEM in which one of two is not base64', () => Buffer.from(`${pem(complete)}${pem(delta).replace('A', '*')}`)],
  ])('%s', (_name, file) => {
    const result = inspectCrls(file());
    expect(result.exitCode).toBe(1);
    expect(result.data).toContainEqual(expect.objectContaining({ ok: false, code: 'crl-malformed' }));
  });
});
