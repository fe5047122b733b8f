import { describe, expect, test } from 'vitest';
import type { GeneralName } from '../../src/pki/general-name.ts';
import { isComparableBase, nameRelation, type NameRelation } from '../../src/pki/name-subtrees.ts';

const dns = (text: string): GeneralName => ({ form: 'dNSName', text });
const mail = (text: string): GeneralName => ({ form: 'rfc822Name', text });
const uri = (text: string): GeneralName => ({ form: 'uniformResourceIdentifier', text });
const ip = (hex: string): GeneralName => ({ form: 'iPAddress', octets: Buffer.from(hex, 'hex') });

/** RFC 5280 section 4.2.1.10, form by form. */
describe('a name and a subtree of its form', () => {
  test.each<[GeneralName, GeneralName, NameRelation]>([
    [dns('example.tw'), dns('example.tw'), 'within'],
    [dns('a.b.Example.tw'), dns('EXAMPLE.tw'), 'within'],
    [dns('badexample.tw'), dns('example.tw'), 'outside'],
    [dns('tw'), dns('example.tw'), 'outside'],
    [dns('any.tw'), dns(''), 'within'],
    [dns('*.example.tw'), dns('example.tw'), 'within'],
    [dns('*.example.tw'), dns('a.example.tw'), 'overlaps'],
    [dns('*.example.tw'), dns('a.b.example.tw'), 'outside'],
    [dns('*.tw'), dns('example.tw'), 'overlaps'],
    [dns('a*.example.tw'), dns('example.tw'), 'unclear'],
    [dns('.example.tw'), dns('example.tw'), 'unclear'],
    [dns('example.tw.'), dns('example.tw'), 'unclear'],
    [dns(' '), dns('example.tw'), 'unclear'],
    [dns(''), dns('example.tw'), 'unclear'],
    [dns(`${'a'.repeat(64)}.tw`), dns('tw'), 'unclear'],
    [mail('wang@example.tw'), mail('example.tw'), 'within'],
    [mail('wang@mail.example.tw'), mail('example.tw'), 'outside'],
    [mail('wang@mail.example.tw'), mail('.example.tw'), 'within'],
    [mail('wang@example.tw'), mail('.example.tw'), 'outside'],
    [mail('wang@EXAMPLE.tw'), mail('wang@example.tw'), 'within'],
    [mail('Wang@example.tw'), mail('wang@example.tw'), 'outside'],
    [mail('"a@good.tw"@example.tw'), mail('good.tw'), 'unclear'],
    [mail('wang@good.tw@example.tw'), mail('good.tw'), 'unclear'],
    [mail('example.tw'), mail('example.tw'), 'unclear'],
    [mail(''), mail('example.tw'), 'unclear'],
    [uri('https://example.tw/a?b'), uri('example.tw'), 'within'],
    [uri('https://user:pw@example.tw:8443'), uri('example.tw'), 'within'],
    [uri('https://www.example.tw/'), uri('example.tw'), 'outside'],
    [uri('ldap://www.example.tw'), uri('.example.tw'), 'within'],
    [uri('https://example.tw'), uri('.example.tw'), 'outside'],
    [uri('https://bad.tw/@example.tw'), uri('example.tw'), 'outside'],
    [uri('https://bad.tw\\@example.tw'), uri('example.tw'), 'unclear'],
    [uri('https://192.0.2.1/'), uri('example.tw'), 'unclear'],
    [uri('https://[2001:db8::1]/'), uri('example.tw'), 'unclear'],
    [uri('https://0x7f.1/'), uri('example.tw'), 'unclear'],
    [uri('urn:isbn:0'), uri('example.tw'), 'unclear'],
    [ip('c0000201'), ip('c0000200ffffff00'), 'within'],
    [ip('c0000301'), ip('c0000200ffffff00'), 'outside'],
    [ip('c0000301'), ip('0000000000000000'), 'within'],
    [ip('20010db8000000000000000000000001'), ip('c0000200ffffff00'), 'outside'],
    [ip('c00002'), ip('c0000200ffffff00'), 'unclear'],
    [
      ip('20010db8000000000000000000000001'),
      ip('20010db8000000000000000000000000ffffffff000000000000000000000000'),
      'within',
    ],
    [{ form: 'otherName', octets: new Uint8Array() }, { form: 'otherName', octets: new Uint8Array() }, 'unclear'],
    [dns('example.tw'), mail('example.tw'), 'unclear'],
  ])('%j against %j: %s', (name, base, expected) => {
    expect(nameRelation(name, base)).toBe(expected);
  });
});

test.each<[GeneralName, boolean]>([
  [dns('example.tw'), true],
  [dns(''), true],
  [dns('.example.tw'), false],
  [dns('*.example.tw'), false],
  [mail('example.tw'), true],
  [mail('.example.tw'), true],
  [mail('a@example.tw'), true],
  [mail('a b@example.tw'), false],
  [mail('@example.tw'), false],
  [uri('example.tw'), true],
  [uri('.example.tw'), true],
  [uri('https://example.tw'), false],
])('a constraint that can be compared: %j is %s', (base, expected) => {
  expect(isComparableBase(base)).toBe(expected);
});
