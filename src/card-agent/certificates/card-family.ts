/**
 * What the issuer's name says about a card. Names prove nothing, the gateway goes by keys: this chooses words, and keeps
 * a PIN from a card that it is surely not for.
 */
const families = [
  { unit: '內政部憑證管理中心', family: 'MOICA' },
  { unit: '工商憑證管理中心', family: 'MOEACA' },
  { unit: '政府憑證管理中心', family: 'GCA' },
  { unit: '組織及團體憑證管理中心', family: 'XCA' },
  { unit: '醫事憑證管理中心', family: 'HCA' },
  { unit: '政府測試憑證管理中心', family: 'GTestCA' },
] as const;

export type CardFamily = (typeof families)[number]['family'];

/** @param issuerText distinguished name in one line, as `CardCertificate.issuerText` */
export function cardFamilyOf(issuerText: string): CardFamily | undefined {
  const units = issuerText
    .normalize('NFC')
    .split(',')
    .flatMap(part => (part.startsWith('OU=') ? [part.slice(3)] : []));
  return families.find(({ unit }) => units.includes(unit))?.family;
}
