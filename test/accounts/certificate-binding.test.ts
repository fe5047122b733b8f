import { expect, test } from 'vitest';
import { isRenewal, type CertificateBinding } from '../../src/accounts/certificate-binding.ts';

const binding: CertificateBinding = {
  id: 'binding',
  accountId: 'account',
  issuerKeyIdentifier: '01',
  subjectSerialNumber: '02',
  spkiSha256: '03',
  certificateSha256: 'aa'.repeat(32),
  certificateDer: new Uint8Array(),
  notAfter: new Date(0),
  boundAt: new Date(0),
};

test('another certificate over the bound key is a renewal', () => {
  expect(isRenewal(binding, 'bb'.repeat(32))).toBe(true);
});

test('the certificate that is bound is none', () => {
  expect(isRenewal(binding, 'aa'.repeat(32))).toBe(false);
});
