import { readFileSync, readdirSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { readCardCertificate, type CardCertificate } from '../../../src/web/islands/card-certificate.ts';
import { judgeCard, maskName } from '../../../src/web/islands/card-line.ts';
import { chainOf } from '../../authority/authority.ts';
import { issueBusinessCertificate, issueCitizenCertificate, type Issuance } from '../../authority/end-entity.ts';
import { EXTENSION_OIDS, basicConstraints, type KeyUsage } from '../../authority/extensions.ts';
import { withExtension, withoutExtension } from '../../authority/certificate.ts';
import { testAuthority } from '../../card-agent/soft-card-folder.ts';

const HOLDER = { name: '示範陳大文', serialNumber: '0000000123456789', idLastFour: '6789' };
const CERTS = new URL('../../../certs/', import.meta.url);

const issue = async (issuance: Issuance) => {
  const [issuer] = chainOf(await testAuthority(), 'moica-g3');
  return (await issueCitizenCertificate(issuer, HOLDER, 'sign', issuance)).certificate.der;
};
const read = (der: Uint8Array) => readCardCertificate(Buffer.from(der).toString('base64'));

let sound: Buffer;
beforeAll(async () => {
  sound = await issue({});
});

describe('which certificate may sign, by what is in it', () => {
  it.each<[readonly KeyUsage[], boolean]>([
    [['digitalSignature'], true],
    [['digitalSignature', 'nonRepudiation'], false],
    [['nonRepudiation'], false],
    [['keyEncipherment', 'dataEncipherment'], false],
    [['digitalSignature', 'keyEncipherment'], false],
    [['digitalSignature', 'keyCertSign', 'cRLSign'], false],
  ])('%j: %s', async (keyUsage, maySign) => {
    expect(read(await issue({ keyUsage }))?.maySign).toBe(maySign);
  });

  it('not without a key usage, not as a CA', async () => {
    const bare = await issue({ change: template => withoutExtension(template, EXTENSION_OIDS.keyUsage) });
    expect(read(bare)?.maySign).toBe(false);
    const ca = await issue({ change: template => withExtension(template, basicConstraints({ ca: true })) });
    expect(read(ca)?.maySign).toBe(false);
    const leaf = await issue({ change: template => withExtension(template, basicConstraints({ ca: false })) });
    expect(read(leaf)?.maySign).toBe(true);
  });

  it('not the real CAs', () => {
    const files = readdirSync(CERTS).filter(name => name.endsWith('.pem'));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const { raw, validFromDate, validToDate } = new X509Certificate(readFileSync(new URL(name, CERTS)));
      expect(read(raw)).toMatchObject({ maySign: false, notBefore: validFromDate, notAfter: validToDate });
    }
  });
});

describe('what is told of a card', () => {
  const day = (text: string) => new Date(`${text}T12:00:00Z`);
  const judge = (der: Buffer, now = day('2026-11-22')) =>
    judgeCard({ cardNumber: 'X', signCertificates: [read(der)!] }, now).kind;

  test('a citizen’s, by the clock', async () => {
    expect(judge(sound)).toBe('citizen');
    expect(judge(sound, day('2024-12-01'))).toBe('not-yet-valid');
    expect(judge(sound, day('2039-01-01'))).toBe('expired');
    const late = await issue({ notBefore: day('2026-01-01'), notAfter: day('2055-06-01') });
    expect(read(late)?.notAfter).toEqual(day('2055-06-01'));
  });

  test('another family’s', async () => {
    const [issuer] = chainOf(await testAuthority(), 'moeaca-g2');
    const company = { name: '示範股份有限公司', identifier: '12345678' };
    const { certificate } = await issueBusinessCertificate(issuer, company, 'sign');
    expect(read(certificate.der)).toMatchObject({ maySign: true, family: 'MOEACA', holder: undefined });
    expect(judge(certificate.der)).toBe('other-family');
  });

  test('of several certificates the most useful one counts; without any there is none', () => {
    const [citizen, expired] = [read(sound)!, { ...read(sound)!, notAfter: day('2025-06-01') }];
    const other = { ...citizen, family: undefined };
    const kind = (...signCertificates: CardCertificate[]) =>
      judgeCard({ cardNumber: 'X', signCertificates }, day('2026-11-22')).kind;
    expect(kind(other, expired, citizen)).toBe('citizen');
    expect(kind(other, expired)).toBe('expired');
    expect(kind(other)).toBe('other-family');
    expect(kind()).toBe('no-sign');
  });

  test.each([
    ['王小明', '王○明'],
    ['林明', '林○'],
    ['示範黃淑芬', '示○○○芬'],
    ['𠮷田', '𠮷○'],
    ['王', '王'],
    ['', ''],
  ])('the name %s is shown as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});

describe('what is no certificate', () => {
  it('is none, wherever it is cut off', () => {
    for (let length = 0; length < sound.length; length += 1) expect(read(sound.subarray(0, length))).toBeUndefined();
  });

  it('does not throw, whichever octets are changed', () => {
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }), (at, octets) => {
        const changed = Uint8Array.from(sound);
        changed.set(octets.subarray(0, sound.length - at), at);
        read(changed);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(fc.string(), text => void readCardCertificate(text)));
  });

  it.each(['', 'AAAA', 'MIAAAA==', 'not base64 %', '示範', '\0'])('%j', text => {
    expect(readCardCertificate(text)).toBeUndefined();
  });
});
