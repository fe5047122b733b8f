import type { Bilingual } from './bilingual.ts';

/** Words of the check that a person starts on the reader's help page. */
export const READER_CHECK = {
  heading: { zh: '檢測這台電腦', en: 'Check this computer' },
  start: { zh: '開始檢測', en: 'Start the check' },
  needScript: {
    zh: '檢測需要瀏覽器的 JavaScript，目前沒有啟用。',
    en: 'The check needs JavaScript, which is switched off in this browser.',
  },
  idle: { zh: '尚未檢測。', en: 'Not checked yet.' },
  running: { zh: '檢測中，小視窗會自行關閉。', en: 'Checking; the small window closes by itself.' },
  done: { zh: '檢測完成，可以用卡片登入。', en: 'The check is complete: a login by card is possible.' },
  failed: {
    zh: '檢測沒有通過，請看第一個未通過的步驟。',
    en: 'The check did not pass; see the first step that failed.',
  },
  address: { zh: '元件位址', en: 'Address of the component' },
  choose: {
    zh: '有好幾台讀卡機，登入時請選擇插著自然人憑證的那一台。',
    en: 'There are several readers: when you log in, choose the one with the citizen card.',
  },
  chooseLink: { zh: '多個讀卡機的用法', en: 'Using several readers' },
  reportHeading: { zh: '給服務臺的檢測結果', en: 'Result for the help desk' },
  reportLead: {
    zh: '複製或列印下列文字交給服務臺。內容不含姓名、卡號與 PIN 碼。',
    en: 'Copy or print this text for the help desk. It holds no name, card number or PIN.',
  },
  summary: { zh: '檢測結果', en: 'Result' },
  copy: { zh: '複製結果', en: 'Copy the result' },
  copied: { zh: '已複製。', en: 'Copied.' },
  notCopied: {
    zh: '瀏覽器不允許自動複製，請複製已選取的文字。',
    en: 'The browser does not allow it; copy the marked text yourself.',
  },
  print: { zh: '列印本頁', en: 'Print this page' },
} as const satisfies Record<string, Bilingual>;

/** The steps of the check, in the order in which one depends on the other. */
export const CHECK_STEPS = {
  window: { zh: '瀏覽器允許彈出視窗', en: 'The browser allows the pop-up' },
  component: { zh: '元件有回應', en: 'The component answers' },
  version: { zh: '元件版本', en: 'Version of the component' },
  readers: { zh: '讀卡機已接上', en: 'A reader is connected' },
  card: { zh: '讀得到卡片', en: 'A card is read' },
  certificate: { zh: '自然人憑證的簽章憑證', en: 'Signing certificate of a citizen' },
} as const satisfies Record<string, Bilingual>;

/** What a step comes out as. */
export const CHECK_VERDICTS = {
  pending: { zh: '尚未檢測', en: 'Not checked' },
  ok: { zh: '通過', en: 'Passed' },
  warn: { zh: '可用，請看說明', en: 'Works, with advice' },
  fail: { zh: '未通過', en: 'Failed' },
  other: { zh: '另一系列，不需比較', en: 'Another series, nothing to compare' },
  unknown: { zh: '沒有回報版本', en: 'Not told' },
  skipped: { zh: '未進行', en: 'Not reached' },
} as const satisfies Record<string, Bilingual>;
