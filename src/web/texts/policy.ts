import type { AllowReason, DenyReason } from '../../policy/decision.ts';
import type { findMismatch } from '../../policy/rule.ts';
import type { ExplanationFailure } from '../../flows/login/explain-decision.ts';
import type { Bilingual } from './bilingual.ts';

/** Words of the page that says why a request passes or does not. */
export const POLICY = {
  title: { zh: '存取判定查詢', en: 'Why a request passes' },
  about: {
    zh: '查詢某個業務帳號的一個要求會不會放行、由業務系統的哪一條規則決定。只是推算，不會送出要求，也不留存取紀錄。',
    en: 'Whether a request by an account would pass, and by which rule of the system. It is reckoned only: nothing is sent, and no access is recorded.',
  },
  ask: { zh: '查詢', en: 'Ask' },
  account: { zh: '業務帳號', en: 'Account' },
  method: { zh: '方法', en: 'Method' },
  url: { zh: '網址', en: 'Address' },
  from: { zh: '來源位址', en: 'From address' },
  at: { zh: '時間（臺北）', en: 'Time (Taipei)' },
  login: { zh: '登入方式', en: 'Login' },
  purpose: { zh: '使用目的', en: 'Purpose' },
  notDeclared: { zh: '未申報', en: 'not declared' },
  declared: { zh: '已申報', en: 'declared' },
  hints: {
    zh: '網址須完整，例如 https://company.example/cases/7。時間不填為現在，填法如 2026-11-23 19:30；來源位址不填時，不屬於任何規則所列的網路。',
    en: 'The address must be whole, such as https://company.example/cases/7. Without a time it is now; write it as 2026-11-23 19:30. Without an address it comes from none that a rule lists.',
  },
  allowed: { zh: '放行', en: 'Passes' },
  denied: { zh: '不放行', en: 'Does not pass' },
  answer: { zh: '判定', en: 'Verdict' },
  system: { zh: '業務系統', en: 'System' },
  path: { zh: '路徑', en: 'Path' },
  roles: { zh: '當日角色', en: 'Roles on that day' },
  noRoles: { zh: '無', en: 'none' },
  reason: { zh: '理由', en: 'Reason' },
  rules: { zh: '逐條規則', en: 'Rule by rule' },
  rulesAbout: {
    zh: '依書寫順序，第一條相符的規則決定；其後的規則不再看。',
    en: 'In written order: the first that is about the request counts, and none after it is looked at.',
  },
  notAsked: {
    zh: '在系統的規則之前就已決定，未看任何規則。',
    en: 'It was decided before the rules of the system; none was looked at.',
  },
  rule: { zh: '規則', en: 'Rule' },
  says: { zh: '內容', en: 'What it says' },
  verdict: { zh: '結果', en: 'Outcome' },
  counts: { zh: '由這一條決定', en: 'counts' },
} as const satisfies Record<string, Bilingual>;

/** Why it passes or does not, for those who keep rights and rules. */
export const REASONS = {
  'role-granted': {
    zh: '有這個系統的角色，規則沒有其他要求',
    en: 'has a role in the system, and the rule requires no more',
  },
  'requirements-met': { zh: '規則的要求都符合', en: 'meets what the rule requires' },
  'account-not-active': { zh: '帳號未啟用、已停用或已刪除', en: 'the account is not active' },
  'no-grant-for-system': { zh: '當日沒有這個系統的權限', en: 'has no role in the system on that day' },
  'rules-not-acknowledged': {
    zh: '尚未閱讀並同意現行使用管理規則',
    en: 'has not acknowledged the rules of use in force',
  },
  'rule-denies': { zh: '規則禁止', en: 'the rule refuses it' },
  'no-rule-matches': { zh: '沒有任何規則涵蓋這個要求', en: 'no rule is about such a request' },
  'card-required': { zh: '須以自然人憑證登入', en: 'needs a login with the card' },
  'address-not-allowed': { zh: '來源位址不在允許的網路內', en: 'comes from an address that is not let in' },
  'outside-service-hours': { zh: '不在開放時間內', en: 'is outside the hours of service' },
  'purpose-required': { zh: '須先申報使用目的', en: 'needs a declared purpose' },
} as const satisfies Record<AllowReason | DenyReason, Bilingual>;

/** In what a rule is not about the request. */
export const RULE_MISMATCHES = {
  roles: { zh: '不相符：角色', en: 'not about it: roles' },
  methods: { zh: '不相符：方法', en: 'not about it: method' },
  paths: { zh: '不相符：路徑', en: 'not about it: path' },
} as const satisfies Record<NonNullable<ReturnType<typeof findMismatch>>, Bilingual>;

/** Why nothing can be said, and of which field. */
export const EXPLANATION_FAILURES = {
  'account-not-found': {
    field: 'account',
    text: { zh: '業務帳號：您的職權範圍內沒有這個帳號', en: 'Account: there is none of that name within your duties' },
  },
  'system-not-found': {
    field: 'url',
    text: { zh: '網址：沒有這個主機的業務系統', en: 'Address: no business system has this host and port' },
  },
  'own-path': {
    field: 'url',
    text: { zh: '網址：由認證閘道自己提供，不問規則', en: 'Address: the gateway itself serves it; no rule is asked' },
  },
  'method-refused': {
    field: 'method',
    text: { zh: '方法：閘道不受理這個方法', en: 'Method: the gateway refuses it, whatever is asked for' },
  },
  'target-too-long': {
    field: 'url',
    text: { zh: '網址：太長，閘道不受理', en: 'Address: too long; the gateway refuses it' },
  },
  'target-form': {
    field: 'url',
    text: {
      zh: '網址：請填寫完整網址，例如 https://主機/路徑',
      en: 'Address: give it whole, such as https://host/path',
    },
  },
  'target-of-another-host': {
    field: 'url',
    text: { zh: '網址：沒有這個主機的業務系統', en: 'Address: no business system has this host and port' },
  },
  'target-malformed': {
    field: 'url',
    text: { zh: '網址：格式不正確，閘道不受理', en: 'Address: malformed; the gateway refuses it' },
  },
  'target-ambiguous': {
    field: 'url',
    text: {
      zh: '網址：不同伺服器會有不同解讀，閘道不受理',
      en: 'Address: servers read it in different ways; the gateway refuses it',
    },
  },
} as const satisfies Record<
  ExplanationFailure['failure']['code'],
  { readonly field: string; readonly text: Bilingual }
>;

/** What was mistyped. */
export const MISTYPED = {
  method: { zh: '方法：須為大寫英文字母，例如 GET', en: 'Method: must be in capitals, such as GET' },
  from: { zh: '來源位址：須為 IP 位址', en: 'From address: must be an IP address' },
  at: { zh: '時間：須如 2026-11-23 19:30', en: 'Time: must be such as 2026-11-23 19:30' },
} as const satisfies Record<string, Bilingual>;
