import type { IconName } from '../views/icons.tsx';
import type { Bilingual } from './bilingual.ts';

/**
 * What is told to a person when something did not work: what happened, and what to do next. The view adds the help
 * desk as the last step and the code and reference at the side.
 */
export interface Story {
  readonly icon: IconName;
  /** `stop`: cannot go on. `wait`: can be put right here and now. `off`: nothing is wrong with card or computer. */
  readonly tone: 'stop' | 'wait' | 'off';
  readonly title: Bilingual;
  /** What happened; one or two sentences, and what did not happen if people would fear it. */
  readonly lead: Bilingual;
  readonly steps: readonly [Step, ...Step[]];
}

export interface Step {
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly link?: { readonly to: LinkTarget; readonly label: Bilingual };
}

/**
 * Where a step may lead. `system` is the business system on whose host the page is, in a tab of its own, `purpose` the page there on which people say why they ask. `moica…` and
 * `component-download` are other people's sites, from the configuration; `component-trust` is the component's own page.
 */
export type LinkTarget =
  | 'start'
  | 'system'
  | 'purpose'
  | 'login'
  | 'activate'
  | 'one-day-password'
  | 'rules'
  | 'sessions'
  | 'help-first-use'
  | 'help-reader'
  | 'help-locked'
  | 'help-browser-certificate'
  | 'help-pin'
  | 'help-readers'
  | 'moica'
  | 'moica-unblock'
  | 'component-download'
  | 'component-trust';

/** Steps that several stories share. */
export const CHOOSE_THE_READER: Step = {
  title: { zh: '電腦上有好幾台讀卡機', en: 'If there are several readers' },
  text: {
    zh: '健保卡與自然人憑證各在一台讀卡機時，請在輸入 PIN 碼的頁面按「選擇讀卡機」，指定插著自然人憑證的那一台。',
    en: 'With a health insurance card in one reader and the citizen card in another, press "Choose the reader" on the page that asks for the PIN and name the one with the citizen card.',
  },
  link: { to: 'help-readers', label: { zh: '多個讀卡機的用法', en: 'Using several readers' } },
};

/** A component without a chosen reader hands the PIN to the first card it meets, and that card counts the tries. */
export const IS_IT_YOUR_CARD: Step = {
  title: { zh: '確認讀到的是自然人憑證', en: 'Is it the citizen card that was asked?' },
  text: {
    zh: '讀卡機裡還有工商憑證等其他卡片時，PIN 碼可能交給了那一張，扣的是那一張的次數。請先抽出其他卡片，或在輸入 PIN 碼的頁面按「選擇讀卡機」，指定自然人憑證。',
    en: 'With another card in a reader, a business card for instance, the PIN may have gone to that one, and its tries are used up. Take the other cards out first, or press "Choose the reader" on the page that asks for the PIN and name the one with the citizen card.',
  },
  link: { to: 'help-readers', label: { zh: '多個讀卡機的用法', en: 'Using several readers' } },
};

export const LOG_IN_AGAIN: Step = {
  title: { zh: '重新登入', en: 'Log in again' },
  text: {
    zh: '回到登入頁，確認卡片在讀卡機中，再輸入一次 PIN 碼。',
    en: 'Go back to the login page, see that the card is in the reader, and type the PIN again.',
  },
  link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
};

export const CHECK_THIS_COMPUTER: Step = {
  title: { zh: '檢測這台電腦', en: 'Check this computer' },
  text: {
    zh: '自我檢測會逐項查看元件、讀卡機與卡片，不需要輸入 PIN 碼。',
    en: 'The self check looks at the component, the reader and the card one by one; it asks for no PIN.',
  },
  link: { to: 'help-reader', label: { zh: '元件與讀卡機自我檢測', en: 'Component and reader check' } },
};
