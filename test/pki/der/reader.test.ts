import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDer } from '../../../src/pki/der/decode.ts';
import type { DerReader } from '../../../src/pki/der/reader.ts';
import { contextPrimitive, TAG } from '../../../src/pki/der/tags.ts';

const decode = <Value>(hex: string, read: (reader: DerReader) => Value) =>
  decodeDer(Buffer.from(hex, 'hex'), 1024, read);
const outcome = (hex: string, read: (reader: DerReader) => unknown) => {
  const result = decode(hex, read);
  return result.ok ? 'ok' : result.reason;
};

const readers = {
  any: (reader: DerReader) => reader.element(),
  integer: (reader: DerReader) => reader.integer(),
  small: (reader: DerReader) => reader.smallInteger(),
  boolean: (reader: DerReader) => reader.boolean(),
  flag: (reader: DerReader) => reader.sequence().booleanDefaultFalse(),
  null: (reader: DerReader) => {
    reader.null();
  },
  bits: (reader: DerReader) => reader.bitString(),
  oid: (reader: DerReader) => reader.objectIdentifier(),
  time: (reader: DerReader) => reader.time(),
};

describe('lengths and tags (X.690 8.1, 10.1)', () => {
  test.each([
    ['04020102', 'ok', 'short form'],
    [`04820100${'00'.repeat(256)}`, 'ok', 'two length octets'],
    ['0481020102', 'length-not-minimal', 'long form for a short length'],
    [`048200ff${'00'.repeat(255)}`, 'length-not-minimal', 'leading zero octet in the length'],
    ['04800000', 'indefinite-length', 'indefinite form'],
    ['2480040100000000', 'indefinite-length', 'constructed string of indefinite form'],
    ['04850000000001', 'length-too-large', 'five length octets'],
    ['04ff01', 'length-too-large', 'reserved length octet'],
    ['040302', 'truncated', 'content shorter than its length'],
    ['0482', 'truncated', 'length octets missing'],
    ['04', 'truncated', 'no length'],
    ['', 'truncated', 'nothing'],
    ['0401000500', 'trailing-bytes', 'a second element after the first'],
    ['040100ff', 'trailing-bytes', 'one octet too many'],
    ['9f1f0100', 'ok', 'tag number 31 in the long form'],
    ['9f1e0100', 'tag-not-minimal', 'tag number 30 in the long form'],
    ['9f80010100', 'tag-not-minimal', 'leading zero in the tag number'],
    ['9fffffffff7f0100', 'tag-too-large', 'tag number beyond any use'],
    ['9f', 'truncated', 'long tag without number'],
  ])('%s is %s: %s', (hex, expected) => {
    expect(outcome(hex, readers.any)).toBe(expected);
  });

  test('input above the size limit is not read', () => {
    expect(decodeDer(new Uint8Array(1025), 1024, readers.any)).toMatchObject({ ok: false, reason: 'input-too-large' });
  });

  test('nesting ends at the stated depth', () => {
    const nest = (depth: number): string => {
      let inner = '';
      for (let i = 0; i < depth; i++) inner = `30${(inner.length / 2).toString(16).padStart(2, '0')}${inner}`;
      return inner;
    };
    expect(outcome(nest(32), readers.any)).toBe('ok');
    expect(outcome(nest(33), readers.any)).toBe('nested-too-deep');
  });

  test('an inner element may not reach past the outer one', () => {
    expect(outcome('3003040201020304', readers.any)).not.toBe('ok');
    expect(outcome('30030402010203', reader => reader.sequence().octetString())).toBe('truncated');
  });
});

describe('primitive values', () => {
  test.each([
    ['020100', 'ok', 'zero'],
    ['0201ff', 'ok', 'minus one'],
    ['02020080', 'ok', '128 needs its sign octet'],
    ['0200', 'integer-empty', 'no content'],
    ['0202007f', 'integer-not-minimal', 'leading zero (8.3.2)'],
    ['0202ff80', 'integer-not-minimal', 'leading ones (8.3.2)'],
    ['040100', 'unexpected-tag', 'another type'],
  ])('INTEGER %s is %s: %s', (hex, expected) => {
    expect(outcome(hex, readers.integer)).toBe(expected);
  });

  test.each([
    ['02047fffffff', 'ok'],
    ['02050080000000', 'integer-too-large'],
    ['0201ff', 'integer-too-large'],
  ])('small INTEGER %s is %s', (hex, expected) => {
    expect(outcome(hex, readers.small)).toBe(expected);
  });

  test.each([
    ['0101ff', 'ok'],
    ['010100', 'ok'],
    ['010101', 'boolean-not-00-or-ff'],
    ['0100', 'boolean-not-00-or-ff'],
    ['0102ffff', 'boolean-not-00-or-ff'],
  ])('BOOLEAN %s is %s (11.1)', (hex, expected) => {
    expect(outcome(hex, readers.boolean)).toBe(expected);
  });

  test('an encoded default is refused (11.5)', () => {
    expect(outcome('30030101ff', readers.flag)).toBe('ok');
    expect(outcome('3000', readers.flag)).toBe('ok');
    expect(outcome('3003010100', readers.flag)).toBe('default-encoded');
  });

  test('NULL has no content', () => {
    expect(outcome('0500', readers.null)).toBe('ok');
    expect(outcome('050100', readers.null)).toBe('null-not-empty');
  });

  test.each([
    ['030100', 'ok', 'empty'],
    ['03020780', 'ok', 'one bit'],
    ['03020880', 'bit-string-invalid', 'eight unused bits'],
    ['03020781', 'bit-string-invalid', 'an unused bit is set (11.2.1)'],
    ['030101', 'bit-string-invalid', 'unused bits of nothing'],
    ['0300', 'bit-string-invalid', 'no count of unused bits'],
    ['2304030200ff', 'unexpected-tag', 'constructed form'],
  ])('BIT STRING %s is %s: %s', (hex, expected) => {
    expect(outcome(hex, readers.bits)).toBe(expected);
  });

  test.each([
    ['06092a864886f70d01010b', '1.2.840.113549.1.1.11'],
    ['0603551d0f', '2.5.29.15'],
    ['0603883703', '2.999.3'],
    ['060100', '0.0'],
  ])('OBJECT IDENTIFIER %s is %s (8.19)', (hex, expected) => {
    expect(decode(hex, readers.oid)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ['0600', 'empty'],
    ['06022a80', 'last arc not ended'],
    ['06032a8001', 'arc with a leading zero'],
    [`0614${'ff'.repeat(19)}7f`, 'arc of 133 bits'],
    [`0641${'01'.repeat(65)}`, 'more octets than any profile uses'],
  ])('OBJECT IDENTIFIER %s is refused: %s', hex => {
    expect(outcome(hex, readers.oid)).toBe('object-identifier-invalid');
  });

  test('an arc beyond 2^53 keeps its last digit', () => {
    const last = (hex: string) => {
      const oid = decode(hex, readers.oid);
      return oid.ok ? oid.value : '';
    };
    // 2.25.<2^63+1> and 2.25.<2^63+2>: doubles could not tell them apart.
    expect(last('060b6981808080808080808001')).toBe('2.25.9223372036854775809');
    expect(last('060b6981808080808080808002')).toBe('2.25.9223372036854775810');
  });
});

describe('times (RFC 5280 4.1.2.5)', () => {
  const utc = (text: string) => `170d${Buffer.from(text).toString('hex')}`;
  const generalized = (text: string) => `180f${Buffer.from(text).toString('hex')}`;

  test.each([
    [utc('491231235959Z'), '2049-12-31T23:59:59.000Z'],
    [utc('500101000000Z'), '1950-01-01T00:00:00.000Z'],
    [utc('000229120000Z'), '2000-02-29T12:00:00.000Z'],
    [generalized('20500101000000Z'), '2050-01-01T00:00:00.000Z'],
    [generalized('20240229000000Z'), '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (hex, expected) => {
    const result = decode(hex, readers.time);
    expect(result.ok && new Date(result.value).toISOString()).toBe(expected);
  });

  test.each([
    [utc('230229000000Z'), 'no 29 February in 2023'],
    [generalized('21000229000000Z'), 'no 29 February in 2100'],
    [utc('231301000000Z'), 'month 13'],
    [utc('230001000000Z'), 'month 0'],
    [utc('230100000000Z'), 'day 0'],
    [utc('230431000000Z'), '31 April'],
    [utc('230101240000Z'), 'hour 24'],
    [utc('230101006000Z'), 'minute 60'],
    [utc('230101000060Z'), 'second 60'],
    [utc('2301010000 0Z'), 'a space for a digit'],
    [utc('230101000000z'), 'no Z'],
    [`170b${Buffer.from('2301010000Z').toString('hex')}`, 'no seconds'],
    [`1711${Buffer.from('230101000000+0800').toString('hex')}`, 'offset from UTC'],
    [`1811${Buffer.from('20230101000000.5Z').toString('hex')}`, 'fraction of a second'],
    [`180d${Buffer.from('230101000000Z').toString('hex')}`, 'two-digit year in GeneralizedTime'],
  ])('%s is refused: %s', hex => {
    expect(outcome(hex, readers.time)).toBe('time-invalid');
  });

  test('every second of the calendar agrees with the platform', () => {
    const instant = fc.date({
      min: new Date('1950-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, date => {
        const text = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
        const result = decode(generalized(text), readers.time);
        expect(result.ok && result.value).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });
});

test('any octets at all are read or refused, and nothing else is thrown', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom<(reader: DerReader) => unknown>(...Object.values(readers)),
      (bytes, read) => {
        expect(() => decodeDer(bytes, 1024, read)).not.toThrow();
      },
    ),
    { numRuns: 2000 },
  );
});

test('what is thrown by the caller inside is no DER failure and passes through', () => {
  const fault = new Error('ours');
  const decoding = () =>
    decodeDer(Buffer.from('0500', 'hex'), 16, () => {
      throw fault;
    });
  expect(decoding).toThrow(fault);
});

test('an implicit tag replaces the universal one', () => {
  expect(decode('830109', reader => reader.smallInteger(contextPrimitive(3)))).toEqual({ ok: true, value: 9 });
  expect(outcome('830109', reader => reader.smallInteger(TAG.integer))).toBe('unexpected-tag');
});
