import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { SealOpening, sealCrl, type SealedCrl } from '../../../src/pki/revocation/sealed-crl.ts';
import { restoreCrl, type TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { keyUsage } from '../../authority/extensions.ts';
import { certificateIssuer, deltaIndicator, issuingDistributionPoint, trustedCrl } from '../support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, named, type Minted } from '../support/mint.ts';
import { codeOf } from '../support/path-question.ts';

const key = randomBytes(32);
const source = { sha256: 'ab'.repeat(32), part: 0, parts: 1 };

let root: Minted;
let ca: Minted;
let leaf: Minted;
beforeAll(async () => {
  root = await mintRoot();
  ca = await mintCa(root);
  leaf = await mintLeaf(ca);
});

const seal = (crl: TrustedCrl) => sealCrl(crl, source, key);

function restore(sealed: SealedCrl, { signers = [root, ca], with: withKey = key } = {}) {
  const opened = new SealOpening(sealed, withKey).finish();
  if (!opened.ok) return opened;
  return restoreCrl(
    opened.unsealed,
    signers.map(each => each.certificate),
  );
}

describe('a verified CRL survives a seal', () => {
  test('with everything that a decision asks for', () => {
    const crl = trustedCrl(ca, {
      revoked: [
        { who: leaf, reason: 'certificateHold' },
        { who: '05', extensions: [certificateIssuer(named('Other'))] },
      ],
      extensions: [issuingDistributionPoint({ indirect: true, address: 'http://crl.example.tw/1.crl' })],
      number: 7,
    });
    const sealed = structuredClone(seal(crl));
    const verdict = restore(sealed);
    if (!verdict.ok) throw new Error(verdict.failure.code);
    const { header, entries, signer } = verdict.crl;
    expect(header.issuer.equals(crl.header.issuer)).toBe(true);
    expect({ ...header, issuer: undefined }).toEqual({ ...crl.header, issuer: undefined });
    expect(signer).toBe(ca.certificate);
    expect(entries.issuers.map(String)).toEqual(crl.entries.issuers.map(String));
    expect(entries.index.find(leaf.certificate.serialNumber)).toEqual(
      crl.entries.index.find(leaf.certificate.serialNumber),
    );
    expect(entries.index.find(Buffer.from([5]))).toEqual([
      { revokedAt: Date.parse('2026-05-01T00:00:00Z'), reason: 'unspecified', issuer: 1 },
    ]);
  });

  test.each([
    ['a delta', { extensions: [deltaIndicator(3)] }],
    ['one without entries', {}],
  ])('%s too', (_, minting) => {
    const crl = trustedCrl(ca, minting);
    const verdict = restore(seal(crl));
    expect(verdict.ok && verdict.crl.header.baseCrlNumber).toBe(crl.header.baseCrlNumber);
    expect(verdict.ok && verdict.crl.entries.index.size).toBe(crl.entries.index.size);
  });

  test('opened in steps of any size', () => {
    const sealed = seal(trustedCrl(ca, { revoked: [{ who: leaf }, { who: '05' }] }));
    const opening = new SealOpening(sealed, key);
    let steps = 1;
    while (!opening.advance(7)) steps++;
    expect(steps).toBe(Math.ceil(sealed.columns.byteLength / 7));
    expect(opening.finish().ok).toBe(true);
  });
});

describe('a seal that is not right gives nothing', () => {
  const opened = (sealed: SealedCrl) => codeOf(new SealOpening(sealed, key).finish());

  test('any octet changed, in any part', () => {
    const sealed = seal(trustedCrl(ca, { revoked: [{ who: leaf, reason: 'keyCompromise' }] }));
    for (const part of ['description', 'columns', 'seal'] as const) {
      const length = part === 'columns' ? sealed.columns.byteLength : sealed[part].length;
      for (let at = 0; at < length; at++) {
        const mutant = structuredClone(sealed);
        const bytes = part === 'columns' ? new Uint8Array(mutant.columns) : mutant[part];
        bytes[at] = bytes[at]! ^ 1;
        expect(opened(mutant)).toBe('crl-seal-broken');
      }
    }
  });

  test('an octet moved from the columns to the description', () => {
    const sealed = seal(trustedCrl(ca, { revoked: [{ who: leaf }] }));
    const columns = new Uint8Array(sealed.columns);
    const moved: SealedCrl = {
      ...sealed,
      description: Buffer.concat([sealed.description, columns.subarray(0, 1)]),
      columns: columns.slice(1).buffer,
    };
    expect(opened(moved)).toBe('crl-seal-broken');
  });

  test('the seal cut off, or of another CRL', () => {
    const sealed = seal(trustedCrl(ca, { revoked: [{ who: leaf }] }));
    expect(opened({ ...sealed, seal: sealed.seal.subarray(0, 31) })).toBe('crl-seal-broken');
    expect(opened({ ...sealed, columns: seal(trustedCrl(ca)).columns })).toBe('crl-seal-broken');
  });

  test('another key', () => {
    const sealed = seal(trustedCrl(ca));
    expect(codeOf(restore(sealed, { with: randomBytes(32) }))).toBe('crl-seal-broken');
    expect(() => sealCrl(trustedCrl(ca), source, randomBytes(31))).toThrow(RangeError);
  });

  test('its signer is not trusted any more', () => {
    expect(codeOf(restore(seal(trustedCrl(ca)), { signers: [root] }))).toBe('crl-issuer-mismatch');
  });

  test('the same key under another certificate, which may not sign CRLs, is another signer', async () => {
    const without = await mintCa(root, { extensions: [keyUsage(['keyCertSign'])], keyPair: ca.keyPair });
    expect(codeOf(restore(seal(trustedCrl(ca)), { signers: [without] }))).toBe('crl-issuer-mismatch');
  });
});
