import { beforeAll, describe, expect, test } from 'vitest';
import { withExtension, withoutExtension, type CertificateTemplate } from '../../authority/certificate.ts';
import { issueBusinessCertificate } from '../../authority/end-entity.ts';
import { basicConstraints, keyUsage, subjectDirectoryAttributes } from '../../authority/extensions.ts';
import { generateEcKeyPair, generateRsaKeyPair } from '../../authority/key-pair.ts';
import { citizenName, distinguishedName } from '../../authority/names.ts';
import type { Card } from '../../authority/soft-card.ts';
import { pkcs1, prepareLogin, type CardLogin } from '../support/card-login.ts';
import type { Government } from '../support/government.ts';
import { codeOf } from '../support/path-question.ts';

let login: CardLogin;
let government: Government;
let card: Required<Card>;
beforeAll(async () => {
  login = await prepareLogin();
  ({ government, card } = login);
});

const judge: CardLogin['judge'] = (...question) => login.judge(...question);
const issue: CardLogin['issue'] = (...issuance) => login.issue(...issuance);

describe('the wrong card, each with its own code', () => {
  test('the encryption certificate of the same card', () => {
    expect(codeOf(judge(pkcs1(card.encrypt)))).toBe('encryption-certificate');
  });

  test.each([
    ['工商憑證管理中心', 'moeaca-certificate'],
    ['政府憑證管理中心', 'gca-certificate'],
    ['組織及團體憑證管理中心', 'xca-certificate'],
    ['政府測試憑證管理中心', 'test-certificate'],
  ])('a certificate that says it is by %s: %s, whether or not it has a path', async (unit, code) => {
    const issuer = distinguishedName(
      { type: 'countryName', value: 'TW' },
      { type: 'organizationName', value: '行政院' },
      { type: 'organizationalUnitName', value: unit },
    );
    expect(codeOf(judge(pkcs1(await issue({ change: template => ({ ...template, issuer }) }))))).toBe(code);
  });

  test.each(['moeaca-g2', 'gca-g2'] as const)(
    '%s: a card of another family, though its CA stands under the same root',
    async id => {
      const organization = { name: '示範公司', identifier: '12345678' };
      const issued = await issueBusinessCertificate(government.authority.cas[id], organization, 'sign');
      const code = id === 'gca-g2' ? 'gca-certificate' : 'moeaca-certificate';
      expect(judge(pkcs1(issued))).toEqual({ ok: false, failure: { code } });
    },
  );

  test('assurance level 0: a test card (GPKI certificate policy)', async () => {
    expect(codeOf(judge(pkcs1(await issue({ policies: ['2.16.886.101.0.3.0'] }))))).toBe('test-certificate');
    expect(codeOf(judge(pkcs1(await issue({ policies: ['2.16.886.101.0.3.0', '2.16.886.101.0.3.3'] }))))).toBe(
      'test-certificate',
    );
  });

  test.each(['2.16.886.101.0.3.2', '2.16.886.101.0.3.4'])('policy %s is not assurance level 3', async policy => {
    expect(codeOf(judge(pkcs1(await issue({ policies: [policy] }))))).toBe('policy-not-allowed');
  });

  const name = distinguishedName;
  const TW = { type: 'countryName', value: 'TW' } as const;
  const CN = { type: 'commonName', value: '示範王小明' } as const;
  const SN = { type: 'serialNumber', value: '0000000123456789' } as const;
  const sda = (holderType: string, lastFour?: string) =>
    subjectDirectoryAttributes(
      holderType,
      lastFour === undefined ? [] : [{ type: '2.16.886.1.100.2.51', text: lastFour }],
    );
  const CITIZEN = '2.16.886.1.100.3.1.1';

  test.each<[string, string, (template: CertificateTemplate) => CertificateTemplate]>([
    [
      'basic-constraints',
      'a CA',
      t => withExtension(withExtension(t, basicConstraints({ ca: true })), keyUsage(['digitalSignature'])),
    ],
    ['key-usage', 'no key usage', t => withoutExtension(t, '2.5.29.15')],
    ['key-usage', 'sign and encrypt in one', t => withExtension(t, keyUsage(['digitalSignature', 'keyEncipherment']))],
    ['key-usage', 'nonRepudiation too', t => withExtension(t, keyUsage(['digitalSignature', 'nonRepudiation']))],
    ['subject', 'no serial number', t => ({ ...t, subject: name(TW, CN) })],
    ['subject', '15 digits', t => ({ ...t, subject: citizenName('示範', '000000012345678') })],
    ['subject', 'a letter among the digits', t => ({ ...t, subject: citizenName('示範', '000000012345678A') })],
    [
      'subject',
      'an organisation',
      t => ({ ...t, subject: name(TW, { type: 'organizationName', value: '示範' }, CN, SN) }),
    ],
    ['subject', 'another country', t => ({ ...t, subject: name({ type: 'countryName', value: 'JP' }, CN, SN) })],
    ['subject', 'another order', t => ({ ...t, subject: name(CN, TW, SN) })],
    ['subject', 'two serial numbers', t => ({ ...t, subject: name(TW, CN, SN, SN) })],
    ['subject', 'a blank name', t => ({ ...t, subject: citizenName('　', SN.value) })],
    ['subject', 'a control character in the name', t => ({ ...t, subject: citizenName('示範\u0007', SN.value) })],
    ['subject', 'text direction turned in the name', t => ({ ...t, subject: citizenName('示範\u202e', SN.value) })],
    ['holder-attributes', 'not a citizen', t => withExtension(t, sda('2.16.886.1.100.3.2.2.1'))],
    ['holder-attributes', 'five characters for the last four', t => withExtension(t, sda(CITIZEN, '56789'))],
    ['holder-attributes', 'markup for the last four', t => withExtension(t, sda(CITIZEN, '<b>1'))],
  ])('not a citizen certificate by its %s: %s', async (part, _, change) => {
    expect(judge(pkcs1(await issue({ change })))).toEqual({
      ok: false,
      failure: { code: 'not-a-citizen-certificate', part },
    });
  });

  test('an elliptic-curve key is not on citizen cards', async () => {
    const proof = pkcs1(await issue({ keyPair: await generateEcKeyPair() }));
    expect(codeOf(judge(proof))).toBe('signature-invalid');
  });

  test('RSA-1024', async () => {
    expect(codeOf(judge(pkcs1(await issue({ keyPair: await generateRsaKeyPair(1024) }))))).toBe('weak-key');
  });
});
