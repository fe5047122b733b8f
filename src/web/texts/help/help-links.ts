import type { Bilingual } from '../bilingual.ts';

/** Help pages that the login page offers; `page` is the last segment of `/help/…`. */
export const HELP_LINKS: readonly { readonly page: string; readonly label: Bilingual; readonly about: Bilingual }[] = [
  {
    page: 'first-use',
    label: { zh: '第一次使用', en: 'First use' },
    about: { zh: '帳號、卡片與電腦的準備', en: 'Account, card and computer' },
  },
  {
    page: 'reader',
    label: { zh: '元件與讀卡機自我檢測', en: 'Component and reader check' },
    about: { zh: '逐項檢查這台電腦', en: 'Checks this computer step by step' },
  },
  {
    page: 'locked',
    label: { zh: '卡片鎖住了', en: 'The card is locked' },
    about: { zh: '忘記 PIN 碼與鎖卡解碼', en: 'Forgotten PIN and unlocking' },
  },
];
