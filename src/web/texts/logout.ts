import type { EndHold } from '../../flows/sessions/end-hold.ts';
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
  doneHere: { zh: '這個瀏覽器已登出。', en: 'This browser is logged out.' },
  everywhereTitle: { zh: '您的其他連線', en: 'Your other sessions' },
  everywhere: {
    zh: '目前無法列出您的連線，仍可全部結束：您的帳號在所有瀏覽器的連線，包括這一個，都會結束。',
    en: 'Your sessions cannot be listed right now, but they can be ended: those of your account in all browsers, this one included.',
  },
  othersTitle: { zh: '其他連線已結束', en: 'Your other sessions have ended' },
  removeTitle: { zh: '取回您的卡片', en: 'Take your card with you' },
  remove: {
    zh: '請從讀卡機抽出自然人憑證並妥善保管，不要留在電腦旁。',
    en: 'Take the citizen certificate card out of the reader and keep it safe; do not leave it at the computer.',
  },
  closeTitle: { zh: '公用電腦', en: 'On a shared computer' },
  close: { zh: '請關閉所有瀏覽器視窗。', en: 'Close all browser windows.' },
  again: { zh: '重新登入', en: 'Log in again' },
} as const satisfies Record<string, Bilingual>;

/** What is still to be known of an end that is not in the database. */
export const WEAK_HOLDS = {
  'record-pending': {
    zh: '結束連線的紀錄暫時無法寫入資料庫，已留存在閘道，恢復後自動補記。',
    en: 'The record of it cannot be written to the database at the moment; the gateway keeps it and writes it as soon as it can.',
  },
  'here-only': {
    zh: '資料庫與連線資料暫時都無法存取：結束連線的指示已留存在受理的這台閘道主機，其他閘道主機尚未得知，連通後才會在那裡生效。在那之前，請關閉所有瀏覽器視窗。',
    en: 'Neither the database nor the session store can be reached. The gateway node that took this keeps it; it is not yet in force on the other nodes, and will be once they can be reached. Until then, close all browser windows.',
  },
  unrecorded: {
    zh: '連線現在已經結束，但紀錄無法寫入資料庫，也無法留存在閘道；閘道的連線資料如果在修復前遺失，連線可能重新生效。請關閉所有瀏覽器視窗並告知服務台；恢復後請登入，到「我的連線」再查看一次。',
    en: 'The session is over now, but the record of it could neither be written to the database nor be kept on the gateway: should the session store lose what it holds before that is mended, the session may stand again. Close all browser windows and tell the help desk; once you can log in, look at "My sessions".',
  },
} as const satisfies Record<Exclude<EndHold, 'recorded'>, Bilingual>;
