import { sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { claimedSigner, signedDataFailure } from '../../../src/pki/signed-data/verify-signed-data.ts';
import { keepSignedData } from '../../../src/pki/signed-data/keep-signed-data.ts';
import { parseSignedData } from '../../../src/pki/signed-data/signed-data.ts';
import { issueCitizenCertificate } from '../../authority/end-entity.ts';
import { mintSignedData } from '../support/cms-mint.ts';
import { foundGovernment, type Government } from '../support/government.ts';

const CONTENT = Buffer.from('moica-gw.v1.sign.text');

let government: Government;
beforeAll(async () => {
  government = await foundGovernment();
});

function judge(kept: Uint8Array, content: Uint8Array): string {
  const parsed = parseSignedData(kept);
  if (!parsed.ok) return parsed.failure.code;
  const signer = claimedSigner(parsed.signedData);
  if (!signer.ok) return signer.failure.code;
  return signedDataFailure(parsed.signedData, signer.certificate, content)?.code ?? 'good';
}

describe('a proof kept as SignedData', () => {
  const aCard = async () => {
    const holder = { name: '示範持卡人', serialNumber: '0000000000000001', idLastFour: '6789' };
    return issueCitizenCertificate(government.authority.cas['moica-g2'], holder, 'sign');
  };

  test('a plain signature is wrapped, content attached, and verifies', async () => {
    const { certificate, keyPair } = await aCard();
    const signature = sign('sha256', CONTENT, keyPair.privateKey);
    const kept = keepSignedData({ kind: 'pkcs1', signature, certificate: certificate.der }, CONTENT);
    expect(judge(kept, CONTENT)).toBe('good');
    expect(judge(kept, Buffer.from('moica-gw.v1.sign.other'))).toBe('signed-data-content-mismatch');
  });

  test.each([true, false])('a SignedData is kept with its content, attached before or not (%s)', async attached => {
    const { certificate, keyPair } = await aCard();
    const signedData = mintSignedData({ content: CONTENT, certificate: certificate.der, keyPair, attached });
    const kept = keepSignedData({ kind: 'cms', signedData }, CONTENT);
    expect(judge(kept, CONTENT)).toBe('good');
    const parsed = parseSignedData(kept);
    expect(parsed.ok && Buffer.from(parsed.signedData.content ?? [])).toEqual(CONTENT);
  });
});
