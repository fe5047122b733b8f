import { describe, expect, test } from 'vitest';
import { decodeDer } from '../../src/pki/der/decode.ts';
import { readName, type DistinguishedName } from '../../src/pki/distinguished-name.ts';
import { prepareForComparison } from '../../src/pki/string-preparation.ts';
import {
  bmpString,
  element,
  objectIdentifier,
  printableString,
  sequence,
  setOf,
  utf8String,
} from '../authority/der.ts';

const CN = '2.5.4.3';
const attribute = (value: Buffer, type = CN) => sequence(objectIdentifier(type), value);
const rdn = (...attributes: readonly Buffer[]) => setOf(...attributes);
const name = (...rdns: readonly Buffer[]) => read(sequence(...rdns));

function read(der: Buffer): DistinguishedName {
  const result = decodeDer(der, 4096, reader => readName(reader));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const reasonOf = (der: Buffer) => {
  const result = decodeDer(der, 4096, reader => readName(reader));
  return result.ok ? 'ok' : result.reason;
};

describe('names match (RFC 5280 7.1, RFC 4518)', () => {
  test.each([
    ['the same octets', printableString('Root'), printableString('Root'), true],
    ['case', printableString('ROOT ca'), printableString('root CA'), true],
    ['PrintableString and UTF8String', printableString('Root'), utf8String('Root'), true],
    ['UTF8String and BMPString', utf8String('內政部'), bmpString('內政部'), true],
    ['spaces at the ends and between words', utf8String('  Root   CA '), utf8String('Root CA'), true],
    ['composed and decomposed', utf8String('caf\u00e9'), utf8String('cafe\u0301'), true],
    ['full width', utf8String('ＲＯＯＴ'), utf8String('root'), true],
    ['ß and SS', utf8String('Straße'), utf8String('STRASSE'), true],
    ['soft hyphen', utf8String('Ro\u00adot'), utf8String('Root'), true],
    ['no-break space', utf8String('Root\u00a0CA'), utf8String('Root CA'), true],
    ['CJK compatibility ideograph', utf8String('\uf92a'), utf8String('\u6d6a'), true],
    ['other letters', utf8String('Root'), utf8String('Boot'), false],
    ['dotless i', utf8String('\u0131d'), utf8String('id'), false],
    ['a word more', utf8String('Root'), utf8String('Root CA'), false],
    ['no space', utf8String('Root CA'), utf8String('RootCA'), false],
    ['private use against itself in another type', utf8String('\ue000'), bmpString('\ue000'), false],
    ['private use, the same octets', utf8String('\ue000'), utf8String('\ue000'), true],
  ])('%s', (_, a, b, expected) => {
    expect(name(rdn(attribute(a))).equals(name(rdn(attribute(b))))).toBe(expected);
    expect(name(rdn(attribute(b))).equals(name(rdn(attribute(a))))).toBe(expected);
  });

  test('attribute types and their number decide', () => {
    const a = attribute(utf8String('x'));
    const b = attribute(utf8String('x'), '2.5.4.10');
    expect(name(rdn(a)).equals(name(rdn(b)))).toBe(false);
    expect(name(rdn(a)).equals(name(rdn(a), rdn(b)))).toBe(false);
    expect(name(rdn(a, b)).equals(name(rdn(a), rdn(b)))).toBe(false);
    expect(name(rdn(a), rdn(b)).equals(name(rdn(b), rdn(a)))).toBe(false);
  });

  test('attributes of one RDN are a set', () => {
    const upper = rdn(attribute(utf8String('X')), attribute(utf8String('y'), '2.5.4.10'));
    const lower = rdn(attribute(utf8String('x')), attribute(utf8String('Y'), '2.5.4.10'));
    expect(name(upper).equals(name(lower))).toBe(true);
  });

  test('values cannot run into each other', () => {
    const one = name(rdn(attribute(utf8String('a","2.5.4.3=b'))));
    const two = name(rdn(attribute(utf8String('a')), attribute(utf8String('b'))));
    expect(one.comparableRdns).not.toEqual(two.comparableRdns);
  });

  test('a name lies within itself and its ancestors only', () => {
    const base = name(rdn(attribute(utf8String('TW'))));
    const below = name(rdn(attribute(utf8String('tw'))), rdn(attribute(utf8String('x'))));
    expect(below.isWithin(base)).toBe(true);
    expect(base.isWithin(base)).toBe(true);
    expect(base.isWithin(below)).toBe(false);
    expect(below.isWithin(name())).toBe(true);
  });
});

describe('names are read strictly', () => {
  test.each([
    ['empty RDN', sequence(element(0x31)), 'truncated'],
    [
      'set not in DER order',
      sequence(element(0x31, attribute(utf8String('b')), attribute(utf8String('a')))),
      'set-not-sorted',
    ],
    ['PrintableString with *', sequence(rdn(attribute(printableString('a*')))), 'text-invalid'],
    [
      'UTF8String that is not UTF-8',
      sequence(rdn(attribute(element(0x0c, Buffer.from([0xc0, 0x80]))))),
      'text-invalid',
    ],
    [
      'BMPString with half a surrogate',
      sequence(rdn(attribute(element(0x1e, Buffer.from('d800', 'hex'))))),
      'text-invalid',
    ],
    [
      'third element in an attribute',
      sequence(rdn(sequence(objectIdentifier(CN), utf8String('a'), utf8String('b')))),
      'trailing-bytes',
    ],
    [
      'more RDNs than any directory has',
      sequence(...Array.from({ length: 65 }, () => rdn(attribute(utf8String('a'))))),
      'structure-invalid',
    ],
  ])('%s', (_, der, reason) => {
    expect(reasonOf(der)).toBe(reason);
  });

  test('a value that is no text is kept as its bytes', () => {
    const [first] = name(rdn(attribute(element(0x03, Buffer.from([0, 1]))))).rdns.flat();
    expect(first?.text).toBeUndefined();
    expect(first?.value).toHaveLength(4);
  });
});

test('prohibited characters have no form for comparison (RFC 4518 2.4)', () => {
  expect(prepareForComparison('\ufffd')).toBeUndefined();
  expect(prepareForComparison('\u{10ffff}')).toBeUndefined();
  expect(prepareForComparison('plain')).toBe('plain');
});
