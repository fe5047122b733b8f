import type { AccountState, GatewayRole } from '../../src/accounts/account.ts';
import type { OrganisationKind } from '../../src/accounts/organisation.ts';
import type { AuthorityId } from '../../test/authority/authority.ts';

export interface DemoOrganisation {
  readonly code: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly units: readonly { readonly code: string; readonly name: string }[];
}

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
  readonly state: AccountState;
  readonly card: DemoCard;
  readonly grants: readonly DemoGrant[];
  /** What happens when this person logs in to the company system. */
  readonly shows: { readonly zh: string; readonly en: string };
}

export const DEMO_ORGANISATIONS: readonly DemoOrganisation[] = [
  {
    code: 'demo-ministry',
    name: '示範商業發展署',
    kind: 'ministry',
    units: [{ code: 'registration', name: '示範登記組' }],
  },
  {
    code: 'demo-county',
    name: '示範縣政府',
    kind: 'agency',
    units: [
      { code: 'commerce', name: '示範工商科' },
      { code: 'industry', name: '示範產業科' },
    ],
  },
  {
    code: 'demo-city',
    name: '示範市政府',
    kind: 'agency',
    units: [{ code: 'commerce', name: '示範商業科' }],
  },
];

const everySystem = [
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

type SystemId = (typeof everySystem)[number];

function grants(role: 'enquiry' | 'officer', reason: string, ...systemIds: readonly SystemId[]): readonly DemoGrant[] {
  return systemIds.map(systemId => ({ systemId, role, reason, basis: 'demo' as const }));
}

/** Numbers that only a demonstration has: counted up, so that no two people share one. */
function card(
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

const comesIn = { zh: '登入成功，進入公司登記系統', en: 'logs in and enters the company system' };

/** All people of the demonstration; each name says that it is one (示範). The first who enters a system is `county-user`. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    account: 'county-user',
    name: '示範陳雅文',
    roles: ['general-user'],
    organisation: 'demo-county',
    unit: 'commerce',
    state: 'active',
    card: card(1, 'moica-g2'),
    grants: [
      ...grants('officer', '承辦公司及商業登記', 'company', 'business'),
      ...grants('enquiry', '登記案件之跨系統查證', 'factory', 'chattel', 'image', 'limited-partnership'),
    ],
    shows: comesIn,
  },
  {
    account: 'county-user-2',
    name: '示範林志明',
    roles: ['general-user'],
    organisation: 'demo-county',
    unit: 'industry',
    state: 'active',
    card: card(2, 'moica-g3'),
    grants: grants('officer', '承辦工廠登記', 'factory'),
    shows: { zh: '登入成功，但未獲授權使用公司登記系統', en: 'logs in, but has no grant for the company system' },
  },
  {
    account: 'county-head',
    name: '示範黃淑芬',
    roles: ['unit-head'],
    organisation: 'demo-county',
    unit: 'commerce',
    state: 'active',
    card: card(3, 'moica-g2'),
    grants: grants('enquiry', '督導登記業務', 'company', 'business'),
    shows: comesIn,
  },
  {
    account: 'county-registrar',
    name: '示範張家豪',
    roles: ['registrar'],
    organisation: 'demo-county',
    unit: 'commerce',
    state: 'active',
    card: card(4, 'moica-g3'),
    grants: grants('enquiry', '帳號異動之查證', 'company'),
    shows: comesIn,
  },
  {
    account: 'city-user',
    name: '示範李美玲',
    roles: ['general-user'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(5, 'moica-g3'),
    grants: grants('officer', '承辦公司登記及各系統業務', ...everySystem),
    shows: comesIn,
  },
  {
    account: 'city-user-2',
    name: '示範王俊傑',
    roles: ['general-user'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'suspended',
    card: card(6, 'moica-g2'),
    grants: grants('officer', '承辦公司登記', 'company'),
    shows: { zh: '帳號停用', en: 'the account is suspended' },
  },
  {
    account: 'city-head',
    name: '示範吳宗翰',
    roles: ['unit-head'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(7, 'moica-g3'),
    grants: grants('enquiry', '督導登記業務', 'company', 'business'),
    shows: comesIn,
  },
  {
    account: 'city-registrar',
    name: '示範劉怡君',
    roles: ['registrar'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(8, 'moica-g2'),
    grants: grants('enquiry', '帳號異動之查證', 'company'),
    shows: comesIn,
  },
  {
    account: 'city-revoked',
    name: '示範蔡佩珊',
    roles: ['general-user'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(9, 'moica-g2', 'revoked'),
    grants: grants('officer', '承辦公司登記', 'company'),
    shows: { zh: '憑證已廢止', en: 'the certificate is revoked' },
  },
  {
    account: 'city-expired',
    name: '示範楊文彬',
    roles: ['general-user'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(10, 'moica-g2', 'expired'),
    grants: grants('officer', '承辦公司登記', 'company'),
    shows: { zh: '憑證已逾期', en: 'the certificate has expired' },
  },
  {
    account: 'county-unbound',
    name: '示範許婉婷',
    roles: ['general-user'],
    organisation: 'demo-county',
    unit: 'commerce',
    state: 'pending-activation',
    card: card(11, 'moica-g3', 'valid', false),
    grants: [],
    shows: { zh: '卡片未登錄於任何帳號', en: 'the card is not bound to any account' },
  },
  {
    account: 'county-company-card',
    name: '示範鄭凱文',
    roles: ['general-user'],
    organisation: 'demo-county',
    unit: 'industry',
    state: 'pending-activation',
    card: card(12, 'moeaca-g2', 'valid', false),
    grants: [],
    shows: {
      zh: '插入的是工商憑證，不是自然人憑證',
      en: 'the card is a business certificate, not a citizen certificate',
    },
  },
  {
    account: 'city-encrypt-only',
    name: '示範謝孟儒',
    roles: ['general-user'],
    organisation: 'demo-city',
    unit: 'commerce',
    state: 'active',
    card: card(13, 'moica-g3', 'encrypt-only'),
    grants: grants('officer', '承辦公司登記', 'company'),
    shows: { zh: '卡片上沒有簽章憑證', en: 'the card holds no certificate for signing' },
  },
  {
    account: 'ministry-officer',
    name: '示範郭承辦',
    roles: ['case-officer'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(14, 'moica-g3'),
    grants: grants('enquiry', '計畫承辦', 'company'),
    shows: comesIn,
  },
  {
    account: 'ministry-admin',
    name: '示範賴管理',
    roles: ['ministry-administrator'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(15, 'moica-g2'),
    grants: [],
    shows: { zh: '登入成功，但未獲授權使用公司登記系統', en: 'logs in, but has no grant for the company system' },
  },
];
