import type { Bilingual } from './bilingual.ts';

/** Words of leaving. */
export const LOGOUT = {
  askTitle: { zh: '登出？', en: 'Log out?' },
  ask: {
    zh: '登出後，入口網與所有業務系統的連線都會結束；未儲存的資料不會保留。',
    en: 'This ends the session here and in every business system; what is not saved is lost.',
  },
  confirm: { zh: '登出所有系統', en: 'Log out of all systems' },
  stay: { zh: '不登出，回首頁', en: 'Stay, go to the start page' },
  nobody: { zh: '目前沒有登入。', en: 'Nobody is logged in.' },
  doneTitle: { zh: '您已登出', en: 'You are logged out' },
  done: {
    zh: '入口網與所有業務系統的連線都已結束。',
    en: 'The session here and in every business system has ended.',
  },
  recordPending: {
    zh: '登出的紀錄暫時無法寫入資料庫，已留存在閘道，恢復後自動補記。',
    en: 'The record of it cannot be written to the database at the moment; the gateway keeps it and writes it as soon as it can.',
  },
  removeTitle: { zh: '取回您的卡片', en: 'Take your card with you' },
  remove: {
    zh: '請從讀卡機抽出自然人憑證並妥善保管，不要留在電腦旁。',
    en: 'Take the citizen certificate card out of the reader and keep it safe; do not leave it at the computer.',
  },
  closeTitle: { zh: '公用電腦', en: 'On a shared computer' },
  close: { zh: '請關閉所有瀏覽器視窗。', en: 'Close all browser windows.' },
  again: { zh: '重新登入', en: 'Log in again' },
} as const satisfies Record<string, Bilingual>;
