import type { GatewayRole } from '../../accounts/account.ts';
import type { EventCode } from '../../audit/event.ts';
import type { AuthenticationMethod, SessionEndReason } from '../../sessions/session.ts';
import type { IconName } from '../views/icons.tsx';
import type { Bilingual } from './bilingual.ts';

/** Words of the portal's start page. */
export const HOME = {
  title: { zh: '首頁', en: 'Start page' },
  zone: { zh: '時間為臺北時間（UTC+8）', en: 'Times are Taipei time (UTC+8)' },
  mySection: { zh: '我的', en: 'Mine' },
  systems: { zh: '業務系統', en: 'Business systems' },
  mySystems: { zh: '我可以進入的業務系統', en: 'Business systems I may enter' },
  noSystems: {
    zh: '您目前沒有任何業務系統的權限。因業務需要時，請向單位的業務帳號註冊管理者申請（D-06-09）。',
    en: "You may not enter any business system at present. If your work needs one, apply to your unit's registration manager (D-06-09).",
  },
  enter: { zh: '進入', en: 'Enter' },
  granted: { zh: '可以進入', en: 'Granted' },
  until: { zh: '至', en: 'until' },
  otherSystems: { zh: '其他業務系統', en: 'Other business systems' },
  otherSystemsNote: {
    zh: '您沒有以下系統的權限。因業務需要時，請向單位的業務帳號註冊管理者申請。',
    en: "You have no role in these. If your work needs one, apply to your unit's registration manager.",
  },
  account: { zh: '我的帳號', en: 'My account' },
  name: { zh: '姓名', en: 'Name' },
  loginName: { zh: '業務帳號', en: 'Business account' },
  organisation: { zh: '機關', en: 'Agency' },
  unit: { zh: '單位', en: 'Unit' },
  roles: { zh: '角色', en: 'Roles' },
  none: { zh: '無', en: 'None' },
  session: { zh: '本次連線', en: 'This session' },
  method: { zh: '登入方式', en: 'Logged in with' },
  since: { zh: '登入時間', en: 'Since' },
  idleUntil: { zh: '閒置登出', en: 'If idle, ends' },
  clientAddress: { zh: '來源位址', en: 'From address' },
  sessionReference: { zh: '連線編號', en: 'Session' },
  certificates: { zh: '我的憑證', en: 'My certificates' },
  noCertificates: { zh: '沒有登記的憑證。', en: 'No certificate is bound.' },
  certificate: { zh: '自然人憑證', en: 'Citizen certificate' },
  validUntil: { zh: '有效至', en: 'Valid until' },
  boundAt: { zh: '登記於', en: 'Bound' },
  fingerprint: { zh: '指紋末 8 碼', en: 'Fingerprint, last 8' },
  inUse: { zh: '本次使用', en: 'In use' },
  valid: { zh: '有效', en: 'Valid' },
  expiresSoon: { zh: '即將到期', en: 'Expires soon' },
  expired: { zh: '已逾期', en: 'Expired' },
  events: { zh: '最近紀錄', en: 'Recent events' },
  noEvents: { zh: '還沒有紀錄。', en: 'Nothing has been recorded yet.' },
  eventsNote: {
    zh: '有不是您本人的紀錄時，請立即告知服務臺。',
    en: 'If something here was not you, tell the help desk at once.',
  },
} as const satisfies Record<string, Bilingual>;

export const ROLE_NAMES = {
  'case-officer': { zh: '計畫承辦人', en: 'Case officer' },
  'ministry-administrator': { zh: '系統管理者', en: 'Ministry administrator' },
  'unit-head': { zh: '單位主管', en: 'Unit head' },
  registrar: { zh: '業務帳號註冊管理者', en: 'Registration manager' },
  'general-user': { zh: '業務帳號一般使用者', en: 'General user' },
  checker: { zh: '查核人員', en: 'Checker' },
  auditor: { zh: '稽核人員', en: 'Auditor' },
} as const satisfies Record<GatewayRole, Bilingual>;

export const METHOD_NAMES = {
  card: { zh: '自然人憑證', en: 'Citizen certificate' },
} as const satisfies Record<AuthenticationMethod, Bilingual>;

export const END_REASONS = {
  logout: { zh: '使用者登出', en: 'logged out' },
  idle: { zh: '閒置過久', en: 'idle for too long' },
  lifetime: { zh: '達最長連線時間', en: 'longest duration reached' },
  'account-changed': { zh: '帳號狀態變更', en: 'account changed' },
  replaced: { zh: '重新登入', en: 'logged in anew' },
  'card-blocked': { zh: '卡片遭封鎖', en: 'card blocked' },
  administrator: { zh: '由管理人員結束', en: 'ended by an administrator' },
} as const satisfies Record<SessionEndReason, Bilingual>;

/** How an event looks in a timeline. */
export const EVENT_LOOKS = {
  'setup.completed': { icon: 'info', tone: 'is-info' },
  'account.created': { icon: 'ok', tone: '' },
  'account.suspended': { icon: 'off', tone: 'is-info' },
  'account.granted': { icon: 'ok', tone: '' },
  'certificate.bound': { icon: 'link', tone: '' },
  'certificate.renewed': { icon: 'link', tone: '' },
  'login.succeeded': { icon: 'ok', tone: '' },
  'login.refused': { icon: 'stop', tone: 'is-stop' },
  'system.entered': { icon: 'enter', tone: '' },
  'system.refused': { icon: 'stop', tone: 'is-stop' },
  'session.ended': { icon: 'exit', tone: 'is-info' },
} as const satisfies Record<EventCode, { readonly icon: IconName; readonly tone: '' | 'is-info' | 'is-stop' }>;
