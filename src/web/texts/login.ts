import type { IconName } from '../views/icons.tsx';
import type { Bilingual } from './bilingual.ts';

/** Words of the login page. */
export const LOGIN = {
  title: { zh: '登入', en: 'Log in' },
  entering: { zh: '您要進入', en: 'You are entering' },
  pin: { zh: 'PIN 碼', en: 'PIN' },
  pinHint: {
    zh: '6 到 8 碼數字或英文字母。只交給您電腦上的卡片，不會傳到伺服器。',
    en: '6 to 8 digits or letters. It goes to the card at your computer only, never to the server.',
  },
  pinTries: { zh: '連續輸錯 3 次，卡片會自行鎖住。', en: 'After 3 wrong PINs in a row the card locks itself.' },
  submit: { zh: '使用自然人憑證登入', en: 'Log in with the citizen certificate' },
  pinForm: { zh: '6 到 8 碼，只用數字或英文字母', en: '6 to 8 characters, digits and letters only' },
  pinRules: { zh: 'PIN 碼規則', en: 'PIN rules' },
  forgotten: { zh: '忘記 PIN 碼，或卡片鎖住了？', en: 'PIN forgotten, or card locked?' },
  forgottenLink: { zh: '解碼方式', en: 'How to unlock it' },
  needScript: {
    zh: '讀取卡片需要瀏覽器的 JavaScript，目前沒有啟用。請在瀏覽器設定中允許本站執行 JavaScript，再重新整理本頁。',
    en: "Reading the card needs JavaScript, which is switched off in this browser. Allow it for this site in the browser's settings and reload the page.",
  },
  helpHeading: { zh: '需要協助', en: 'Need help?' },
  helpDesk: { zh: '服務臺', en: 'Help desk' },
  tripOver: {
    zh: '原來要前往的頁面已經逾時。登入後請從首頁進入業務系統。',
    en: 'The page you came from has timed out. After logging in, enter the business system from the start page.',
  },
  codeLabel: { zh: '代碼', en: 'Code' },
} as const satisfies Record<string, Bilingual>;

/** How many tries the card says are left; the page shows the one that fits. */
export const TRIES_LEFT = {
  2: { zh: '還有 2 次機會。', en: '2 tries left.' },
  1: { zh: '只剩 1 次機會。', en: '1 try left.' },
} as const satisfies Record<number, Bilingual>;

/** Shown where the PIN has left the page and no answer tells what became of it. */
export const PIN_IN_DOUBT: Bilingual = {
  zh: '卡片可能已經收到這組 PIN 碼；如果打錯，可能已計為一次。不確定時，請先查明 PIN 碼再試，以免第 3 次錯誤鎖住卡片。',
  en: 'The card may already have been given this PIN and, if it was wrong, have counted it. If you are not sure of it, find out before you try again: the third wrong one locks the card.',
};

/** One wording of the line between the head and the body of the login card: a bold word group and a sentence. */
export interface ReaderLine {
  readonly icon: IconName;
  readonly tone: 'plain' | 'ok' | 'wait' | 'now' | 'stop';
  readonly word: Bilingual;
  readonly sentence: Bilingual;
}

export const READER_LINES = {
  ready: {
    icon: 'card',
    tone: 'plain',
    word: { zh: '備妥卡片', en: 'Have your card ready' },
    sentence: { zh: '把自然人憑證插入讀卡機，再輸入 PIN 碼。', en: 'Insert it into the reader, then type the PIN.' },
  },
  asking: {
    icon: 'wait',
    tone: 'now',
    word: { zh: '正在使用卡片', en: 'Using the card' },
    sentence: {
      zh: '請不要抽出卡片；小視窗會自行關閉。',
      en: 'Leave it in the reader; the small window closes by itself.',
    },
  },
  reading: {
    icon: 'wait',
    tone: 'now',
    word: { zh: '正在查看讀卡機', en: 'Looking at the readers' },
    sentence: { zh: '不需要 PIN 碼；小視窗會自行關閉。', en: 'No PIN is needed; the small window closes by itself.' },
  },
  verifying: {
    icon: 'wait',
    tone: 'now',
    word: { zh: '正在驗證', en: 'Verifying' },
    sentence: {
      zh: '查驗憑證、廢止狀態與業務帳號。',
      en: 'Certificate, revocation and business account are being checked.',
    },
  },
  entering: {
    icon: 'ok',
    tone: 'ok',
    word: { zh: '登入成功', en: 'Logged in' },
    sentence: { zh: '正在前往。', en: 'On your way.' },
  },
  failed: {
    icon: 'warn',
    tone: 'wait',
    word: { zh: '登入沒有完成', en: 'Not logged in' },
    sentence: { zh: '請看下方說明。', en: 'See below.' },
  },
} as const satisfies Record<string, ReaderLine>;

/** The same line where a card is being registered. */
export const BIND_LINES = {
  ...READER_LINES,
  verifying: {
    ...READER_LINES.verifying,
    sentence: { zh: '查驗憑證與廢止狀態，並核對姓名。', en: 'Certificate, revocation and name are being checked.' },
  },
  entering: {
    ...READER_LINES.entering,
    word: { zh: '簽章完成', en: 'Signed' },
  },
  failed: {
    ...READER_LINES.failed,
    word: { zh: '登記沒有完成', en: 'Not registered' },
  },
} as const satisfies Record<keyof typeof READER_LINES, ReaderLine>;
