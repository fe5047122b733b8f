import type { Bilingual } from '../bilingual.ts';

/** Words of the facts of the rules that come from the configuration. */
export const RULES_FACTS = {
  title: { zh: '版本與參照', en: 'Version and references' },
  name: { zh: '名稱', en: 'Title' },
  fullName: {
    zh: '商工 e 網通系統業務帳號使用管理規則',
    en: 'Rules for business accounts of the Business e-Services systems',
  },
  version: { zh: '版本', en: 'Version' },
  policy: { zh: '經濟部資通安全政策', en: 'Information security policy of the Ministry' },
  noPolicy: { zh: '依主管機關公布之版本', en: 'As published by the authority' },
  references: { zh: '參照文件', en: 'Referenced documents' },
  procedures: { zh: '申請流程', en: 'Procedures' },
} as const satisfies Record<string, Bilingual>;

/** Words of the list of those who have not acknowledged the rules in force (D1-095). */
export const ACKNOWLEDGEMENTS = {
  title: { zh: '尚未閱讀規則', en: 'Rules not acknowledged' },
  about: {
    zh: '您職務範圍內，尚未閱讀並同意現行版本使用管理規則的有效帳號；登入時會先顯示規則。',
    en: 'Active accounts within your duties whose holders have not acknowledged the rules in force; they are asked at their next login.',
  },
  version: { zh: '現行版本', en: 'Version in force' },
  everybody: { zh: '全部都已閱讀並同意。', en: 'Everybody has.' },
} as const satisfies Record<string, Bilingual>;

/** Words of the list of business systems (D1-001). */
export const SYSTEMS = {
  title: { zh: '業務系統', en: 'Business systems' },
  about: {
    zh: '商工e網通的業務系統都由本閘道進入；沒有登入時，任何系統的網址都會轉到登入頁。',
    en: 'Every business system is entered through this gateway; without a login each of their addresses leads to the login page.',
  },
  system: { zh: '系統', en: 'System' },
  address: { zh: '網址', en: 'Address' },
  roles: { zh: '可授予的角色', en: 'Roles' },
  mine: { zh: '我的權限', en: 'My roles' },
  none: { zh: '無', en: 'None' },
} as const satisfies Record<string, Bilingual>;
