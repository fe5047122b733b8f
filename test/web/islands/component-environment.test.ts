import { describe, expect, it } from 'vitest';
import { readReaders } from '../../../src/web/islands/component-environment.ts';

const certificate = (label: string, usage: string | undefined, certb64: string) => ({
  label,
  ...(usage === undefined ? {} : { usage }),
  certb64,
  subjectDN: 'C=TW,CN=示範王小明,serialNumber=0000000123456789',
});

const card = (labels: readonly [string, string, string, string]) => ({
  serialNumber: 'MT00000000000001',
  certs: [
    certificate(labels[3], undefined, 'ROOT'),
    certificate(labels[2], 'keyCertSign|cRLSign|digitalSignature', 'CA'),
    certificate(labels[1], 'keyEncipherment|dataEncipherment', 'ENCRYPT'),
    certificate(labels[0], 'digitalSignature', 'SIGN'),
  ],
});

const read = (token: unknown) => readReaders([{ slotDescription: 'CASTLES EZ100PU 0', token }])[0]?.card;

describe('readers and cards of a reply', () => {
  it.each([
    ['second generation', ['cert1', 'cert2', 'CA Cert', 'ROOT CA Cert']],
    ['third generation', ['cert1', 'cert2', 'CACert', 'ROOTCACert']],
    ['labels that mislead', ['cert2', 'cert1', 'cert1', 'cert1']],
  ] as const)('the sign certificate goes by usage: %s', (_case, labels) => {
    expect(read(card(labels))).toEqual({ cardNumber: 'MT00000000000001', signCertificates: ['SIGN'] });
  });

  it('a card may hold several that sign', () => {
    const certs = ['A\r\nB', 'C'].map(text => certificate('cert1', 'digitalSignature|nonRepudiation', text));
    expect(read({ serialNumber: 'X', certs })).toEqual({ cardNumber: 'X', signCertificates: ['AB', 'C'] });
  });

  it('without certificates asked for there are none', () => {
    expect(read({ serialNumber: 'X' })).toEqual({ cardNumber: 'X', signCertificates: [] });
  });

  it.each([[undefined], [null], ['']])('token %s is an empty reader', token => {
    expect(read(token)).toBe('absent');
  });

  it.each([['unknown token'], [{}], [[]], [7], [{ serialNumber: 7 }]])('token %s is something unknown', token => {
    expect(read(token)).toBe('unknown');
  });

  it('several readers keep their order', () => {
    const slots = [
      { slotDescription: 'A' },
      { slotDescription: 'B', token: card(['cert1', 'cert2', 'CACert', 'ROOTCACert']) },
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
    const certs = [null, 'x', { usage: 'digitalSignature' }, { certb64: 'A' }, { usage: 5, certb64: 'A' }];
    expect(read({ serialNumber: 'X', certs })).toEqual({ cardNumber: 'X', signCertificates: [] });
  });
});
