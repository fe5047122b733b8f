import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readReaders } from '../../../src/web/islands/component-environment.ts';
import type { Card } from '../../authority/soft-card.ts';
import { makeCard } from '../../card-agent/soft-card-folder.ts';

let issued: Required<Card>;
let other: Required<Card>;
beforeAll(async () => {
  issued = await makeCard();
  other = await makeCard();
});

const entry = (label: string, usage: string | undefined, der: Buffer) => ({
  label,
  ...(usage === undefined ? {} : { usage }),
  certb64: der.toString('base64'),
  subjectDN: 'C=TW,CN=示範王小明,serialNumber=0000000123456789',
});

/** The token of a citizen card as components list it, with these labels and texts of usage. */
function token(labels: readonly [string, string, string, string], usages: readonly (string | undefined)[]) {
  const [ca, root] = issued.chain;
  return {
    serialNumber: 'MT00000000000001',
    certs: [
      entry(labels[3], usages[3], root!.der),
      entry(labels[2], usages[2], ca!.der),
      entry(labels[1], usages[1], issued.encrypt.certificate.der),
      entry(labels[0], usages[0], issued.sign.certificate.der),
    ],
  };
}

const USAGES = ['digitalSignature', 'keyEncipherment|dataEncipherment', 'keyCertSign|cRLSign', undefined];
const read = (found: unknown) => readReaders([{ slotDescription: 'CASTLES EZ100PU 0', token: found }])[0]?.card;
const holderOf = (found: unknown) => {
  const card = read(found);
  return typeof card === 'object' ? card.signCertificates.map(({ holder }) => holder) : card;
};

describe('readers and cards of a reply', () => {
  it.each([
    ['second generation', ['cert1', 'cert2', 'CA Cert', 'ROOT CA Cert'], USAGES],
    ['third generation', ['cert1', 'cert2', 'CACert', 'ROOTCACert'], USAGES],
    ['labels that mislead', ['cert2', 'cert1', 'cert1', 'cert1'], USAGES],
    [
      'usages that mislead',
      ['cert1', 'cert2', 'CACert', 'ROOTCACert'],
      ['keyCertSign', ...Array<string>(3).fill('digitalSignature')],
    ],
    ['no usage at all', ['cert1', 'cert2', 'CACert', 'ROOTCACert'], []],
  ] as const)('the sign certificate goes by what stands in it: %s', (_case, labels, usages) => {
    const { validFromDate, validToDate } = new X509Certificate(issued.sign.certificate.der);
    const card = read(token(labels, usages));
    expect(card).toMatchObject({ cardNumber: 'MT00000000000001' });
    expect(typeof card === 'object' && card.signCertificates).toEqual([
      {
        maySign: true,
        holder: '示範王小明',
        family: 'MOICA',
        notBefore: validFromDate,
        notAfter: validToDate,
      },
    ]);
  });

  it('a card may hold several that sign; base64 may come in lines', () => {
    const certs = [issued, other].map(({ sign }) => ({
      label: 'cert1',
      certb64: sign.certificate.der.toString('base64').replaceAll(/.{64}/g, '$&\r\n'),
    }));
    expect(holderOf({ serialNumber: 'X', certs })).toEqual(['示範王小明', '示範王小明']);
  });

  it('a card with the encryption certificate alone has none that signs', () => {
    const certs = [entry('cert1', 'digitalSignature', issued.encrypt.certificate.der)];
    expect(holderOf({ serialNumber: 'X', certs })).toEqual([]);
  });

  it('without certificates asked for there are none', () => {
    expect(read({ serialNumber: 'X' })).toEqual({ cardNumber: 'X', signCertificates: [] });
  });

  it.each([[undefined], [null], ['']])('token %s is an empty reader', found => {
    expect(read(found)).toBe('absent');
  });

  it.each([['unknown token'], [{}], [[]], [7], [{ serialNumber: 7 }]])('token %s is something unknown', found => {
    expect(read(found)).toBe('unknown');
  });

  it('several readers keep their order', () => {
    const slots = [
      { slotDescription: 'A' },
      { slotDescription: 'B', token: { serialNumber: 'X' } },
      { slotDescription: 'C', token: 'unknown token' },
    ];
    expect(readReaders(slots).map(({ name, card: found }) => [name, typeof found])).toEqual([
      ['A', 'string'],
      ['B', 'object'],
      ['C', 'string'],
    ]);
  });

  it.each([[undefined], [null], ['x'], [{}], [[null, 1, 'x', {}, { slotDescription: 5 }]]])(
    'slots %j are none',
    slots => {
      expect(readReaders(slots)).toEqual([]);
    },
  );

  it('entries that are no certificates are left out', () => {
    const certs = [null, 'x', { usage: 'digitalSignature' }, { certb64: 'A' }, { certb64: 'MAA=' }, { certb64: 5 }];
    expect(holderOf({ serialNumber: 'X', certs })).toEqual([]);
  });
});
