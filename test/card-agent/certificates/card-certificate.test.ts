import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { chainOf } from '../../authority/authority.ts';
import { withoutExtension } from '../../authority/certificate.ts';
import { issueCitizenCertificate } from '../../authority/end-entity.ts';
import { isSignCertificate, parseCardCertificate } from '../../../src/card-agent/certificates/card-certificate.ts';
import { chooseSignCertificate } from '../../../src/card-agent/certificates/choice.ts';
import { makeCard, testAuthority } from '../soft-card-folder.ts';
import type { Card } from '../../authority/soft-card.ts';

const KEY_USAGE = '2.5.29.15';
const NOW = new Date('2026-06-01T00:00:00Z');

let card: Required<Card>;
beforeAll(async () => {
  card = await makeCard();
});

async function issue(change: Parameters<typeof issueCitizenCertificate>[3]) {
  const [issuer] = chainOf(await testAuthority(), 'moica-g2');
  const holder = { name: '示範林小華', serialNumber: '0000000999999999', idLastFour: '0000' };
  return (await issueCitizenCertificate(issuer, holder, 'sign', change)).certificate.der;
}

describe('facts of a certificate on a card', () => {
  it('agrees with node:crypto and with what was issued', () => {
    const { der } = card.sign.certificate;
    const parsed = parseCardCertificate(der)!;
    const reference = new X509Certificate(der);
    expect(parsed.keyUsage).toEqual(['digitalSignature']);
    expect(parsed.serialNumberHex).toBe(reference.serialNumber);
    expect(parsed.subjectText).toBe('C=TW,CN=示範王小明,serialNumber=0000000123456789');
    expect(parsed.issuerText).toBe('C=TW,O=行政院,OU=內政部憑證管理中心');
    expect([parsed.notBefore, parsed.notAfter]).toEqual([reference.validFromDate, reference.validToDate]);
    expect(parsed.isCertificateAuthority).toBe(false);
  });

  it.each([
    [['digitalSignature'], true],
    [['digitalSignature', 'nonRepudiation'], false],
    [['keyEncipherment', 'dataEncipherment'], false],
    [['nonRepudiation'], false],
    [['keyAgreement'], false],
  ] as const)('keyUsage %s: may sign %s (RFC 5280 4.2.1.3)', async (keyUsage, maySign) => {
    const parsed = parseCardCertificate(await issue({ keyUsage }))!;
    expect(parsed.keyUsage).toEqual(keyUsage);
    expect(isSignCertificate(parsed)).toBe(maySign);
  });

  it('without keyUsage it may not sign: nothing says that it may', async () => {
    const parsed = parseCardCertificate(await issue({ change: template => withoutExtension(template, KEY_USAGE) }))!;
    expect(parsed.keyUsage).toBeUndefined();
    expect(isSignCertificate(parsed)).toBe(false);
  });

  it('a CA that may also sign is not the card holder’s certificate', () => {
    // the real MOICA G3 certificate has digitalSignature beside keyCertSign
    const pem = readFileSync(new URL('../../../certs/moica-g3.pem', import.meta.url));
    const parsed = parseCardCertificate(new X509Certificate(pem).raw)!;
    expect(parsed.keyUsage).toEqual(['digitalSignature', 'keyCertSign', 'cRLSign']);
    expect(parsed.isCertificateAuthority).toBe(true);
    expect(isSignCertificate(parsed)).toBe(false);
  });

  it('never throws for changed bytes (property)', () => {
    const { der } = card.sign.certificate;
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length), (position, value, length) => {
        const changed = Buffer.from(der);
        changed[position] = value;
        parseCardCertificate(changed);
        parseCardCertificate(changed.subarray(0, length));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('choice of the sign certificate', () => {
  const candidates = (...ders: Buffer[]) => ders.map(der => ({ der }));
  const EXPIRED = { notBefore: new Date('2019-03-01T00:00:00Z'), notAfter: new Date('2024-03-01T15:59:59Z') };
  const FUTURE = { notBefore: new Date('2040-03-01T00:00:00Z'), notAfter: new Date('2045-03-01T15:59:59Z') };
  const choose = (ders: Buffer[], checkValidity = false, at = NOW) =>
    chooseSignCertificate(candidates(...ders), { at, checkValidity, citizenCardOnly: false });

  it('passes over the encryption certificate, CAs and rubbish', () => {
    const others = [Buffer.from('rubbish'), card.encrypt.certificate.der, ...card.chain.map(({ der }) => der)];
    expect(choose([...others, card.sign.certificate.der])).toMatchObject({ value: { der: card.sign.certificate.der } });
    expect(choose(others)).toMatchObject({ ok: false, failure: { code: 'certificate-not-found' } });
  });

  it('prefers the one that is valid (a certificate extended on the same card)', async () => {
    const old = await issue(EXPIRED);
    expect(choose([old, card.sign.certificate.der])).toMatchObject({ value: { der: card.sign.certificate.der } });
    expect(choose([old])).toMatchObject({ ok: true, value: { der: old } });
  });

  it('judges validity only when asked to, both ends included (RFC 5280 4.1.2.5)', async () => {
    const old = await issue(EXPIRED);
    expect(choose([old], true)).toMatchObject({ failure: { code: 'certificate-expired' } });
    expect(choose([old], true, EXPIRED.notAfter)).toMatchObject({ ok: true });
    expect(choose([old], true, EXPIRED.notBefore)).toMatchObject({ ok: true });
    expect(choose([await issue(FUTURE)], true)).toMatchObject({ failure: { code: 'certificate-not-yet-valid' } });
  });
});
