import type { Bilingual } from './bilingual.ts';
import { BIND_LINES } from './login.ts';

/** Words of the pages on which a card signs something that is no login. */
export const SIGNING = {
  title: { zh: '以憑證簽署決定', en: 'Sign the decision' },
  about: {
    zh: '簽章涵蓋申請單內容、您的決定與意見；簽章與紀錄一併保存。',
    en: 'The signature covers the form, your decision and your note, and is kept with the record.',
  },
  submit: { zh: '簽章並送出', en: 'Sign and send' },
  applySubmit: { zh: '簽章並開始申請', en: 'Sign and begin' },
} as const satisfies Record<string, Bilingual>;

/** What the reader line says while signing. */
export const SIGN_LINES = {
  ...BIND_LINES,
  failed: { ...BIND_LINES.failed, word: { zh: '簽章沒有完成', en: 'Not signed' } },
} as const;
