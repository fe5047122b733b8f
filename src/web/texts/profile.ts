import type { ContactField } from '../../flows/accounts/change-profile.ts';
import type { Bilingual } from './bilingual.ts';

/** Labels of what people may change of themselves. */
export const CONTACT_LABELS = {
  title: { zh: '職稱', en: 'Position' },
  phone: { zh: '公務電話', en: 'Office telephone' },
  email: { zh: '公務信箱', en: 'Office mail' },
} as const satisfies Record<ContactField, Bilingual>;

/** Words of the page of one's own data. */
export const PROFILE = {
  title: { zh: '我的資料', en: 'My data' },
  about: {
    zh: '您可以自行更新職稱、電話與信箱；其他資料與權限的異動，請填申請單。',
    en: 'You may change your position, telephone and mail yourself; everything else starts from an application.',
  },
  contact: { zh: '聯絡資料', en: 'Contact data' },
  purpose: {
    zh: '個人資料僅供業務帳號之登記、設定、通知與稽核使用，依個人資料保護法保護。',
    en: 'Personal data is used only to register, set up and audit business accounts and to notify you, under the Personal Data Protection Act.',
  },
  phoneHint: { zh: '半形數字，例如 02-1234-5678#123', en: 'For example 02-1234-5678#123' },
  emailHint: { zh: '通知寄到這裡；空白即不寄', en: 'Notices go here; none if empty' },
  save: { zh: '儲存', en: 'Save' },
  history: { zh: '變更紀錄', en: 'Changes' },
  noHistory: { zh: '還沒有變更過。', en: 'Nothing has been changed yet.' },
  historyNote: { zh: '電話與信箱在紀錄中遮蔽。', en: 'Telephone and mail are masked in records.' },
  at: { zh: '時間', en: 'Time' },
  field: { zh: '欄位', en: 'Field' },
  before: { zh: '變更前', en: 'Before' },
  after: { zh: '變更後', en: 'After' },
  none: { zh: '（無）', en: '(none)' },
  fixed: { zh: '帳號資料', en: 'Account' },
  export: { zh: '下載我的個人資料', en: 'Download my personal data' },
  exportAbout: {
    zh: '一個 JSON 檔，內含本系統保有的您的全部資料：基本資料、權限、憑證、申請單與紀錄。下載會留下紀錄。',
    en: 'One JSON file with everything this system holds about you: data, rights, certificates, applications and records. The download is recorded.',
  },
  correct: {
    zh: '姓名或身分證末 4 碼有誤，或要求刪除資料時，請洽單位的業務帳號註冊管理者。',
    en: 'If your name or the last four characters are wrong, or data should be deleted, ask your registration manager.',
  },
} as const satisfies Record<string, Bilingual>;
