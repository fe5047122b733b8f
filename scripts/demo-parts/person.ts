import type { AccountState, GatewayRole } from '../../src/accounts/account.ts';
import type { AuthorityId } from '../../test/authority/authority.ts';

/** What is wrong with a card, if anything. `encrypt-only`: the sign pair is missing. */
export type CardCondition = 'valid' | 'revoked' | 'expired' | 'encrypt-only';

export interface DemoCard {
  /** The CA that issued it; `moeaca-g2` is the wrong card family. */
  readonly issuer: Extract<AuthorityId, 'moica-g2' | 'moica-g3' | 'moeaca-g2'>;
  readonly condition: CardCondition;
  /** Whether the account is bound to the card's sign certificate. */
  readonly isBound: boolean;
  /** Subject serialNumber: 16 digits. */
  readonly serialNumber: string;
  readonly idLastFour: string;
  /** Two letters and 14 digits, as on real cards. */
  readonly cardNumber: string;
  /** 6 digits. */
  readonly pin: string;
  readonly p12Password: string;
}

export interface DemoGrant {
  /** Id in `systems.yaml`. */
  readonly systemId: string;
  /** Role code of that system in `systems.yaml`. */
  readonly role: string;
  readonly reason: string;
  readonly basis: 'demo';
}

export interface DemoPerson {
  /** Login name. */
  readonly account: string;
  readonly name: string;
  readonly roles: readonly GatewayRole[];
  /** Code of a demo organisation. */
  readonly organisation: string;
  /** Code of a unit of that organisation. */
  readonly unit: string;
  /** `no-account`: holds a card and may apply. */
  readonly state: AccountState | 'no-account';
  readonly card: DemoCard;
  readonly grants: readonly DemoGrant[];
  /** What happens when this person logs in to the company system. */
  readonly shows: { readonly zh: string; readonly en: string };
}

export const EVERY_SYSTEM = [
  'company',
  'business',
  'factory',
  'chattel',
  'special-purpose',
  'image',
  'limited-partnership',
  'e-delivery',
  'labelling',
  'game-machine',
] as const;

type SystemId = (typeof EVERY_SYSTEM)[number];

export function grants(
  role: 'enquiry' | 'officer',
  reason: string,
  ...systemIds: readonly SystemId[]
): readonly DemoGrant[] {
  return systemIds.map(systemId => ({ systemId, role, reason, basis: 'demo' as const }));
}

/** Numbers that only a demonstration has: counted up, so that no two people share one. */
export function card(
  number: number,
  issuer: DemoCard['issuer'],
  condition: CardCondition = 'valid',
  isBound = true,
): DemoCard {
  const digits = String(number).padStart(2, '0');
  return {
    issuer,
    condition,
    isBound,
    serialNumber: `00000009999900${digits}`,
    idLastFour: `99${digits}`,
    cardNumber: `DM000000000000${digits}`,
    pin: `2580${digits}`,
    p12Password: `demo-soft-card-${digits}`,
  };
}

export const COMES_IN = { zh: '登入成功，進入公司登記系統', en: 'logs in and enters the company system' };

export const NO_GRANT = {
  zh: '登入成功，但未獲授權使用公司登記系統',
  en: 'logs in, but has no grant for the company system',
};
