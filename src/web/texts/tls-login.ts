import type { Bilingual } from './bilingual.ts';

/** The second way of logging in by card, as the login page offers it. */
export const TLS_LOGIN = {
  begin: { zh: '以瀏覽器憑證登入', en: 'Use the certificate in this browser' },
  about: { zh: '不經過元件，由瀏覽器讀取卡片。', en: 'Without the component: the browser reads the card.' },
  help: { zh: '準備方式', en: 'How to prepare' },
} as const satisfies Record<string, Bilingual>;
