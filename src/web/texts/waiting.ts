import type { Bilingual } from './bilingual.ts';

/** Words of what waits for somebody on his start page. */
export const WAITING = {
  title: { zh: '待我處理', en: 'Waiting for me' },
  none: { zh: '目前沒有待處理的事項。', en: 'Nothing waits for you at present.' },
  cards: { zh: '待確認的憑證', en: 'Cards to confirm' },
  returned: { zh: '草稿與退回補正的申請單', en: 'My drafts and returned applications' },
  open: { zh: '前往', en: 'Open' },
  cases: { zh: '件', en: 'cases' },
} as const satisfies Record<string, Bilingual>;
