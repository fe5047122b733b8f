import type { Bilingual } from './bilingual.ts';

/** Words of the page on which people say for what they ask a system; `purpose` and `case` are its fields. */
export const PURPOSE = {
  title: { zh: '申報使用目的', en: 'Why you ask' },
  lead: {
    zh: '查詢與使用資料須與業務有關。您申報的使用目的與案號會隨每一次查詢留存紀錄，供機關每月檢查。',
    en: 'Data may be asked for in the course of duty only. What you declare here is recorded with each query and checked by your agency every month.',
  },
  now: { zh: '目前申報', en: 'Declared now' },
  withoutCase: { zh: '無案號', en: 'no case number' },
  purpose: { zh: '使用目的', en: 'Purpose' },
  case: { zh: '案號或文號', en: 'Number of the case or letter' },
  caseHint: {
    zh: '例如府商字第 1150001234 號；全形英數字會轉為半形。請勿填寫當事人資料。',
    en: 'As it stands on the file or the letter; full-width letters and digits become half-width. No personal data, please.',
  },
  submit: { zh: '申報並繼續', en: 'Declare and go on' },
  unchanged: { zh: '不變更，回系統', en: 'Leave it as it is, back to the system' },
} as const satisfies Record<string, Bilingual>;

/** What goes with a purpose, beside its name. */
export const CASE_WITH = {
  required: { zh: '須填案號或文號', en: 'needs the number of the case or letter' },
  optional: { zh: '可填案號或文號', en: 'may have the number of a case or letter' },
  none: { zh: '不填案號', en: 'without a number' },
} as const satisfies Record<'required' | 'optional' | 'none', Bilingual>;

/** How long a declaration counts. @param minutes null: as long as the session */
export function howLong(minutes: number | null): Bilingual {
  if (minutes === null) {
    return {
      zh: '申報後在本次登入期間有效；換辦另一案時，請到本頁重新申報。',
      en: 'It counts until you log out or declare another; come back to this page when you turn to another case.',
    };
  }
  return {
    zh: `申報後 ${minutes} 分鐘內有效，逾時須重新申報；換辦另一案時，請到本頁重新申報。`,
    en: `It counts for ${minutes} minutes, then you are asked again; come back to this page when you turn to another case.`,
  };
}
