import type { Bilingual } from './bilingual.ts';

/** Words of the way in for card holders without an account. */
export const APPLY = {
  title: { zh: '申請業務帳號（尚無帳號者）', en: 'Apply for a business account (without one)' },
  about: {
    zh: '請插入自然人憑證並簽章確認身分。您只會看到自己的申請單；這不是登入，也不會進入任何業務系統。',
    en: 'Put in your citizen card and sign to show who you are. You see your own applications only; this is no login and opens no system.',
  },
  appliesAs: { zh: '申請人：', en: 'Applying as' },
  leave: { zh: '結束', en: 'Leave' },
  own: { zh: '我的申請單', en: 'My applications' },
  agency: { zh: '向哪個機關申請', en: 'With which agency' },
  agencyHint: { zh: '您任職的主管機關。', en: 'The authority you work for.' },
} as const satisfies Record<string, Bilingual>;
