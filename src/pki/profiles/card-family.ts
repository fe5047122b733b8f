import type { Certificate } from '../certificate.ts';
import { ATTRIBUTE } from '../object-identifiers.ts';

/** CAs of the government PKI by the organisational unit in their name. */
const UNITS: Readonly<Record<string, GuessedCardFamily>> = {
  內政部憑證管理中心: 'MOICA',
  工商憑證管理中心: 'MOEACA',
  政府憑證管理中心: 'GCA',
  組織及團體憑證管理中心: 'XCA',
  政府測試憑證管理中心: 'GTestCA',
};

export type GuessedCardFamily = 'MOICA' | 'MOEACA' | 'GCA' | 'XCA' | 'GTestCA';

/**
 * What card somebody seems to have inserted, from the text of the issuer's name. Anyone can write that text: it chooses
 * the words of a refusal and never a reason to accept.
 */
export function guessCardFamily(certificate: Certificate): GuessedCardFamily | undefined {
  const units = certificate.issuer.attributes(ATTRIBUTE.organizationalUnitName);
  return units.map(unit => UNITS[(unit.text ?? '').normalize('NFC')]).find(family => family !== undefined);
}
