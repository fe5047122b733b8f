import type { AccountState } from '../../accounts/account.ts';
import type { GrantState } from '../../accounts/system-grant.ts';
import type { StateTone } from '../views/state-chip.tsx';
import type { Bilingual } from './bilingual.ts';

/** A state in words, with its tone. */
export interface StateWords {
  readonly tone: StateTone;
  readonly text: Bilingual;
}

export const ACCOUNT_STATE_WORDS = {
  'pending-activation': { tone: 'wait', text: { zh: '待啟用', en: 'To be activated' } },
  active: { tone: 'ok', text: { zh: '有效', en: 'Active' } },
  suspended: { tone: 'stop', text: { zh: '停用', en: 'Suspended' } },
  deleted: { tone: 'off', text: { zh: '已刪除', en: 'Deleted' } },
} as const satisfies Record<AccountState, StateWords>;

export const GRANT_STATE_WORDS = {
  pending: { tone: 'wait', text: { zh: '待核准', en: 'To be approved' } },
  live: { tone: 'ok', text: { zh: '有效', en: 'Live' } },
  ended: { tone: 'off', text: { zh: '已終止', en: 'Ended' } },
} as const satisfies Record<GrantState, StateWords>;

/** What a right rests on, where that is not the number of an application. */
export const GRANT_BASES: Readonly<Record<string, Bilingual>> = {
  migrated: { zh: '舊系統移轉', en: 'Taken over' },
  setup: { zh: '首次設定', en: 'First set-up' },
  'command-line': { zh: '命令列', en: 'Command line' },
  demo: { zh: '示範資料', en: 'Demo data' },
};

/** Words of the list of accounts and of the page of one. */
export const ACCOUNTS = {
  title: { zh: '業務帳號', en: 'Business accounts' },
  about: {
    zh: '您職務範圍內的帳號；您看不到的帳號不列入，也不計數。',
    en: 'The accounts within your duties; others are neither shown nor counted.',
  },
  filter: { zh: '篩選業務帳號', en: 'Filter accounts' },
  text: { zh: '帳號或姓名', en: 'Account or name' },
  organisation: { zh: '機關', en: 'Agency' },
  unit: { zh: '單位', en: 'Unit' },
  state: { zh: '狀態', en: 'State' },
  role: { zh: '角色', en: 'Role' },
  system: { zh: '業務系統', en: 'Business system' },
  idleSince: { zh: '自此日起未登入（年-月-日）', en: 'Not logged in since (year-month-day)' },
  anyOrganisation: { zh: '全部機關', en: 'All agencies' },
  anyUnit: { zh: '全部單位', en: 'All units' },
  anyRole: { zh: '全部角色', en: 'All roles' },
  anySystem: { zh: '全部系統', en: 'All systems' },
  account: { zh: '帳號', en: 'Account' },
  name: { zh: '姓名', en: 'Name' },
  roles: { zh: '角色', en: 'Roles' },
  lastLogin: { zh: '最近登入', en: 'Last login' },
  never: { zh: '從未登入', en: 'Never' },
  issued: { zh: '核發', en: 'Issued' },
  none: { zh: '無', en: 'None' },

  facts: { zh: '基本資料', en: 'Facts' },
  idLastFour: { zh: '身分證末 4 碼', en: 'Identity number, last 4' },
  jobTitle: { zh: '職稱', en: 'Position' },
  phone: { zh: '公務電話', en: 'Office telephone' },
  email: { zh: '公務信箱', en: 'Office mail' },
  maskNote: {
    zh: '個人資料僅供帳號登記與設定使用；您的職務不需要的欄位以 • 遮蔽。',
    en: 'Personal data is used for registering and setting up accounts only; fields that your duty does not need are masked with •.',
  },
  grants: { zh: '系統權限', en: 'Rights in business systems' },
  grantReason: { zh: '理由', en: 'Reason' },
  grantBasis: { zh: '依據', en: 'Basis' },
  grantTerm: { zh: '期間', en: 'Term' },
  noEnd: { zh: '無期限', en: 'no end' },
  noGrants: { zh: '沒有任何系統權限。', en: 'No right in any business system.' },
  cards: { zh: '憑證', en: 'Certificates' },
  sessions: { zh: '目前連線', en: 'Open sessions' },
  noSessions: { zh: '目前沒有連線。', en: 'No session is open.' },
  deputies: { zh: '職務代理', en: 'Deputies' },
  noDeputies: { zh: '沒有職務代理。', en: 'No deputies.' },
  principal: { zh: '主管', en: 'Head' },
  deputy: { zh: '代理人', en: 'Deputy' },
  applications: { zh: '申請與簽核', en: 'Applications' },
  noApplications: { zh: '沒有申請單。', en: 'No applications.' },
  applicationNumber: { zh: '案號', en: 'Number' },
  acts: { zh: '申請、核准、執行', en: 'Applied, approved, executed' },
  events: { zh: '歷程', en: 'History' },
  reason: { zh: '理由', en: 'Reason' },
  reasonHint: { zh: '稽核人員與本人都會看到。', en: 'The auditors and the person will see it.' },
  actions: { zh: '處理', en: 'Actions' },
  onlyByForm: {
    zh: '新增、異動與刪除帳號或權限須有核准的申請單（D-06-09、D-06-10），不在這裡辦理。',
    en: 'Opening, changing and deleting accounts or rights needs an approved application (D-06-09, D-06-10); it is not done here.',
  },
  suspend: { zh: '停用這個帳號', en: 'Suspend this account' },
  suspendAbout: {
    zh: '立即停用：這個帳號的所有連線隨即結束，權限保留，可以恢復。',
    en: 'At once: all its sessions end, its rights are kept, and it can be resumed.',
  },
  resume: { zh: '恢復這個帳號', en: 'Resume this account' },
  resumeAbout: {
    zh: '恢復後，這個帳號可以再以憑證登入，使用原來核准的權限。',
    en: 'The account can log in with its card again and has the rights that were approved before.',
  },
  approveGrant: { zh: '核准', en: 'Approve' },
  refuseGrant: { zh: '不核准', en: 'Refuse' },
  migratedTitle: { zh: '核准由舊系統移轉的權限', en: 'Approve rights taken over from an older system' },
  migratedAbout: {
    zh: '這項權限由舊系統移轉，核准前不生效。請確認業務需要；不核准即終止。',
    en: 'This right comes from an older system and has no effect until approved. Make sure the work needs it; refusing ends it.',
  },
  decision: { zh: '決定', en: 'Decision' },
  sendDecision: { zh: '送出決定', en: 'Send the decision' },
  cardOnly: {
    zh: '以一日密碼登入時只能查看；停用、核准等須以自然人憑證登入。',
    en: 'A login by one-day password may only look; suspending and approving need the citizen certificate.',
  },
} as const satisfies Record<string, Bilingual>;
