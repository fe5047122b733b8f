import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RevokedIndexBuilder } from '../../../src/pki/revocation/revoked-index.ts';
import { sortedOrder } from '../../../src/pki/revocation/sorted-order.ts';
import { SerialFingerprint } from '../../../src/pki/revocation/serial-fingerprint.ts';

interface Row {
  readonly serial: string;
  readonly seconds: number;
  readonly reason: number;
}

function indexOf(rows: readonly Row[]) {
  const builder = new RevokedIndexBuilder(1);
  const fingerprint = new SerialFingerprint();
  for (const { serial, seconds, reason } of rows) {
    const octets = Buffer.from(serial, 'hex');
    fingerprint.of(octets, 0, octets.length);
    builder.add(fingerprint, seconds * 1000, reason, 0);
  }
  return builder.build();
}

const serials = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc.uint8Array({ minLength: 7, maxLength: 9 }),
  fc.uint8Array({ minLength: 16, maxLength: 20 }),
);

describe('the index', () => {
  test('finds exactly what was put in, in its order, duplicates included', () => {
    const row = fc.record({
      serial: serials.map(octets => Buffer.from(octets).toString('hex')),
      seconds: fc.integer({ min: 0, max: 0xffffffff }),
      reason: fc.constantFrom(0, 1, 6, 8, 10),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), serials, (rows, absent) => {
        const index = indexOf(rows);
        expect(index.size).toBe(rows.length);
        for (const wanted of [...rows.map(each => each.serial), Buffer.from(absent).toString('hex')]) {
          // Two spellings of one number (a leading zero) cannot both be DER, but here they can: compare as numbers.
          const canonical = (hex: string) => BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`));
          const expected = rows.filter(each => {
            const isShort = each.serial.length <= 16 && wanted.length <= 16;
            return isShort ? canonical(each.serial) === canonical(wanted) : each.serial === wanted;
          });
          const found = index.find(Buffer.from(wanted, 'hex'));
          expect(found.map(entry => entry.revokedAt / 1000)).toEqual(expected.map(each => each.seconds));
        }
      }),
    );
  });

  test('minus one and 255 are two numbers', () => {
    const index = indexOf([{ serial: 'ff', seconds: 1, reason: 0 }]);
    expect(index.find(Buffer.from('ff', 'hex'))).toHaveLength(1);
    expect(index.find(Buffer.from('00ff', 'hex'))).toHaveLength(0);
  });

  test('an empty index finds nothing', () => {
    expect(indexOf([]).find(Buffer.from('01', 'hex'))).toEqual([]);
  });

  test('keeps 13 octets an entry', () => {
    expect(indexOf([{ serial: '01', seconds: 1, reason: 1 }]).bytesKept).toBe(13);
  });

  test('dates beyond 2106 are kept as the last second that fits', () => {
    const index = indexOf([{ serial: '01', seconds: 0xffffffff + 10, reason: 1 }]);
    expect(index.find(Buffer.from([1]))[0]?.revokedAt).toBe(0xffffffff * 1000);
  });
});

describe('the order of keys', () => {
  const words = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }));
  const value = (high: number, low: number) => (BigInt(high) << 32n) | BigInt(low);

  test.each([
    ['any', fc.array(fc.tuple(words, words), { maxLength: 300 })],
    ['many with one high word', fc.array(fc.tuple(fc.constantFrom(7, 8), words), { minLength: 40, maxLength: 300 })],
  ])('%s: ascending, and stable where keys are equal', (_, keys) => {
    fc.assert(
      fc.property(keys, pairs => {
        const high = Uint32Array.from(pairs, ([word]) => word);
        const low = Uint32Array.from(pairs, ([, word]) => word);
        const expected = pairs
          .map(([a, b], at) => ({ key: value(a, b), at }))
          .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at));
        expect([...sortedOrder(high, low)]).toEqual(expected.map(({ at }) => at));
      }),
    );
  });
});

test('400,000 random serial numbers have 400,000 fingerprints', () => {
  const seen = new Set<number>();
  const fingerprint = new SerialFingerprint();
  const octets = Buffer.alloc(16);
  for (let i = 0; i < 400_000; i++) {
    // Consecutive numbers, the worst case for a weak mixture.
    octets.writeUInt32BE(i, 12);
    fingerprint.of(octets, 0, 16);
    seen.add(fingerprint.high * 0x200000 + (fingerprint.low >>> 11));
  }
  expect(seen.size).toBe(400_000);
});
