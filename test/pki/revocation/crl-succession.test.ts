import { beforeAll, describe, expect, test } from 'vitest';
import { successionFailure } from '../../../src/pki/revocation/crl-succession.ts';
import type { TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { deltaIndicator, issuingDistributionPoint, trustedCrl, type CrlMinting } from '../support/crl-mint.ts';
import { mintCa, mintRoot, TIME, type Minted } from '../support/mint.ts';

let ca: Minted;
let rolledOver: Minted;
beforeAll(async () => {
  const root = await mintRoot();
  ca = await mintCa(root);
  rolledOver = await mintCa(root);
});

const EARLIER = new Date('2026-05-30T00:00:00Z');
const partition = (number: number, name: string): CrlMinting => ({
  number,
  extensions: [issuingDistributionPoint({ address: `http://crl.example.tw/${name}.crl` })],
});
const delta = (number: number): CrlMinting => ({ number, extensions: [deltaIndicator(1)] });
const crls = (...mintings: readonly CrlMinting[]): readonly TrustedCrl[] =>
  mintings.map(minting => trustedCrl(ca, minting));

describe('what may follow on a CRL (RFC 5280 5.2.3)', () => {
  test.each<[string, CrlMinting[], CrlMinting[], string | undefined]>([
    ['the first one', [{ number: 1 }], [], undefined],
    ['the same again', [{ number: 5 }], [{ number: 5 }], undefined],
    ['a higher number', [{ number: 6 }], [{ number: 5 }], undefined],
    ['a lower number', [{ number: 4 }], [{ number: 5 }], 'older-than-the-one-in-use'],
    [
      'a higher number of an earlier date',
      [{ number: 6, thisUpdate: EARLIER }],
      [{ number: 5 }],
      'older-than-the-one-in-use',
    ],
    [
      'each partition by its own number',
      [partition(9, 'a'), partition(2, 'b')],
      [partition(8, 'a'), partition(2, 'b')],
      undefined,
    ],
    [
      'one partition of an older number',
      [partition(9, 'a'), partition(1, 'b')],
      [partition(8, 'a'), partition(2, 'b')],
      'older-than-the-one-in-use',
    ],
    ['one partition missing', [partition(9, 'a')], [partition(8, 'a'), partition(2, 'b')], 'lacks-one-in-use'],
    ['the delta missing', [{ number: 9 }], [{ number: 5 }, delta(8)], 'lacks-one-in-use'],
    ['a delta in place of the complete one', [delta(9)], [{ number: 5 }], 'lacks-one-in-use'],
    ['one more than before', [{ number: 5 }, delta(6)], [{ number: 5 }], undefined],
  ])('%s: %4$s', (_, next, held, expected) => {
    expect(successionFailure(crls(...next), crls(...held), TIME)).toBe(expected);
  });

  test('a new key follows when the old CRL has expired, not before', () => {
    const next = [trustedCrl(rolledOver, { number: 1 })];
    expect(successionFailure(next, crls({ number: 5 }), new Date('2026-06-02T00:00:00.999Z'))).toBe('lacks-one-in-use');
    expect(successionFailure(next, crls({ number: 5 }), new Date('2026-06-02T00:00:01Z'))).toBeUndefined();
  });
});
