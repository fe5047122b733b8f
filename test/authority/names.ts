import { objectIdentifier, printableString, sequence, setOf, utf8String } from './der.ts';

/** One attribute of a distinguished name; every RDN of the GPKI holds exactly one. */
export interface NameAttribute {
  readonly type: 'countryName' | 'organizationName' | 'organizationalUnitName' | 'commonName' | 'serialNumber';
  readonly value: string;
}

const ATTRIBUTE_TYPES = {
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
} as const satisfies Record<NameAttribute['type'], string>;

/** DER Name with the GPKI's string types: country and serial number PrintableString, all else UTF8String. */
export function distinguishedName(...attributes: readonly NameAttribute[]): Buffer {
  return sequence(
    ...attributes.map(({ type, value }) => {
      const isPrintable = type === 'countryName' || type === 'serialNumber';
      const text = isPrintable ? printableString(value) : utf8String(value);
      return setOf(sequence(objectIdentifier(ATTRIBUTE_TYPES[type]), text));
    }),
  );
}

const taiwan = { type: 'countryName', value: 'TW' } as const;
const executiveYuan = { type: 'organizationName', value: '行政院' } as const;

/** The names of the real hierarchy. Generations share a name and differ by key only. */
export const CA_NAMES = {
  /** GRCA of the first and the second generation. */
  grca: distinguishedName(taiwan, { type: 'organizationName', value: 'Government Root Certification Authority' }),
  grcaG3: distinguishedName(taiwan, executiveYuan, {
    type: 'commonName',
    value: 'Government Root Certification Authority - G3',
  }),
  /** Citizen certificates (自然人憑證), all generations. */
  moica: unitOfExecutiveYuan('內政部憑證管理中心'),
  /** Business certificates (工商憑證). */
  moeaca: unitOfExecutiveYuan('工商憑證管理中心'),
  /** Government agencies. */
  gca: unitOfExecutiveYuan('政府憑證管理中心'),
} as const;

function unitOfExecutiveYuan(unit: string): Buffer {
  return distinguishedName(taiwan, executiveYuan, { type: 'organizationalUnitName', value: unit });
}

/** Subject of a citizen certificate: exactly country, name, and the CA's 16-digit number of the person. */
export function citizenName(name: string, serialNumber: string): Buffer {
  return distinguishedName(taiwan, { type: 'commonName', value: name }, { type: 'serialNumber', value: serialNumber });
}

/** Subject of a business or agency certificate: country and organisation, no common name. */
export function organizationName(organization: string): Buffer {
  return distinguishedName(taiwan, { type: 'organizationName', value: organization });
}
