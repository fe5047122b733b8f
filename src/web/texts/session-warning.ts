import { HTML_LANG, type Bilingual, type Language } from './bilingual.ts';

/** Words of the warning before a session ends, on the portal's pages and in business systems; `{left}`, `{n}` are filled in there. */
export const SESSION_WARNING = {
  title: { zh: '即將自動登出', en: 'You are about to be logged out' },
  lead: {
    zh: '您有一段時間沒有操作。時間到時會自動登出，尚未送出的內容不會送出。',
    en: 'Nothing has been done for a while. When the time is up you are logged out; what you have not sent is not sent.',
  },
  left: { zh: '還有 {left}自動登出。', en: '{left} left until you are logged out.' },
  stay: { zh: '保持登入', en: 'Stay logged in' },
  logOut: { zh: '登出', en: 'Log out' },
  fixedTitle: { zh: '連線即將結束，無法延長', en: 'Your session is about to end and cannot be prolonged' },
  fixedLead: {
    zh: '連線已達最長時間，或一日密碼的有效日即將結束。請先儲存或送出；結束後可以重新登入。',
    en: 'It has reached its longest duration, or the day of your one-day password is over. Save or send your work now; you can log in again afterwards.',
  },
  read: { zh: '知道了，繼續處理', en: 'Understood, go on for now' },
  unreachable: {
    zh: '目前無法連線到認證閘道，登入時間沒有延長。請再試一次。',
    en: 'The gateway cannot be reached, and your session was not prolonged. Please try again.',
  },
  overTitle: { zh: '連線已結束', en: 'Your session is over' },
  overKept: {
    zh: '這一頁的內容仍在，可以複製。在新的分頁重新登入後，再回到這一頁繼續。',
    en: 'What is on this page is still here and can be copied. Log in again in a new tab, then come back to this one.',
  },
  logIn: { zh: '在新的分頁登入', en: 'Log in in a new tab' },
  overRead: { zh: '知道了', en: 'Understood' },
  gone: {
    zh: '這個瀏覽器目前沒有登入；可能已在另一個分頁登出。',
    en: 'Nobody is logged in in this browser; perhaps you have logged out in another tab.',
  },
  unknown: {
    zh: '時間已到，而且目前無法向認證閘道確認。',
    en: 'The time is up, and the gateway cannot be asked at the moment.',
  },
  another: {
    zh: '這個瀏覽器已改由另一個帳號登入，這一頁不能再送出。',
    en: 'Another account has logged in in this browser; this page can no longer be sent.',
  },
  minutes: { zh: '{n} 分鐘', en: '{n} minutes' },
  seconds: { zh: '{n} 秒', en: '{n} seconds' },
} as const satisfies Record<string, Bilingual>;

/** What the script is given, in one language: see `WarningTexts` in `islands/session-warning-parts.ts`. */
export type SessionWarningTexts = Readonly<Record<keyof typeof SESSION_WARNING | 'lang', string>>;

export function sessionWarningIn(language: Language): SessionWarningTexts {
  const texts = Object.entries(SESSION_WARNING).map(([name, text]) => [name, text[language]] as const);
  return { ...(Object.fromEntries(texts) as Record<keyof typeof SESSION_WARNING, string>), lang: HTML_LANG[language] };
}
