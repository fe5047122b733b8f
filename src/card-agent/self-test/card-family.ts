/** What the issuer's name says about a card, for people to read: names prove nothing, the gateway goes by keys. */
const families = [
  ['內政部憑證管理中心', '自然人憑證 MOICA'],
  ['工商憑證管理中心', '工商憑證 MOEACA'],
  ['政府憑證管理中心', '政府機關憑證 GCA'],
  ['組織及團體憑證管理中心', '組織及團體憑證 XCA'],
  ['醫事憑證管理中心', '醫事人員憑證 HCA'],
  ['政府測試憑證管理中心', '測試憑證 GTestCA'],
] as const;

export const CITIZEN_CARD = families[0][1];

/** @param issuerText distinguished name in one line, as `CardCertificate.issuerText` */
export function cardFamilyOf(issuerText: string): string | undefined {
  const units = issuerText.split(',').flatMap(part => (part.startsWith('OU=') ? [part.slice(3)] : []));
  return families.find(([unit]) => units.includes(unit))?.[1];
}
