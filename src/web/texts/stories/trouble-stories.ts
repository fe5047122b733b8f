import { CHECK_THIS_COMPUTER, CHOOSE_THE_READER, type Story } from '../story.ts';

/** Errors of the component by where they come from; a trouble without a story of its own has the first. */
export const TROUBLE_STORIES = {
  'component-error': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '元件無法完成讀卡', en: 'The component could not use the card' },
    lead: {
      zh: '元件讀取卡片時發生問題，本頁沒有取得簽章。',
      en: 'Something went wrong while the component was using the card; no signature came back.',
    },
    steps: [
      {
        title: { zh: '重新插卡再試', en: 'Reinsert the card and try again' },
        text: {
          zh: '抽出卡片，等候兩秒再插入，然後重新登入。簽章時請不要抽出卡片。',
          en: 'Take the card out, wait two seconds, put it back and log in again. Leave it in while it is signing.',
        },
      },
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '舊版元件可能不支援新發的卡片；請安裝最新版本後重新開機。',
          en: 'An old component may not know newly issued cards. Install the newest version and restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-error.driver': {
    icon: 'plug',
    tone: 'stop',
    title: { zh: '卡片軟體沒有正常安裝', en: "The card's software is not properly installed" },
    lead: {
      zh: '元件已啟動，但載入不了讀取卡片的函式庫。卡片沒有用到 PIN 碼。',
      en: 'The component runs but could not load the library that reads the card. The PIN was not used.',
    },
    steps: [
      {
        title: { zh: '重新安裝', en: 'Install it again' },
        text: {
          zh: '重新安裝「HiCOS 卡片管理工具」，完成後重新開機。',
          en: 'Install the HiCOS card tool again, then restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-error.timeout': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '元件處理逾時', en: 'The component took too long' },
    lead: {
      zh: '元件在時限內沒有完成讀卡，本頁沒有取得簽章。',
      en: 'The component did not finish with the card in its time; no signature came back.',
    },
    steps: [
      {
        title: { zh: '再試一次', en: 'Try once more' },
        text: {
          zh: '關閉其他正在使用卡片的程式，抽出卡片再插入，然後重新輸入 PIN 碼。',
          en: 'Close other programs that use the card, take it out and put it back, then type the PIN again.',
        },
      },
      {
        title: { zh: '又發生一次', en: 'If it happens again' },
        text: {
          zh: '請重新開機，讓元件重新啟動。',
          en: 'Restart the computer, and with it the component.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-error.outdated': {
    icon: 'down',
    tone: 'wait',
    title: { zh: '元件不支援這項操作', en: 'The component does not know this operation' },
    lead: {
      zh: '元件版本可能過舊，或剛才拔除了讀卡機或卡片。',
      en: 'The component may be too old, or a reader or card has just been taken away.',
    },
    steps: [
      {
        title: { zh: '確認讀卡機與卡片', en: 'Look at reader and card' },
        text: {
          zh: '接好讀卡機、插入卡片後再試一次。',
          en: 'With the reader connected and the card in it, try again.',
        },
      },
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '仍然發生時，請安裝最新版本後重新開機。',
          en: 'If it still happens, install the newest version and restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-error.version': {
    icon: 'down',
    tone: 'stop',
    title: { zh: '請先更新元件', en: 'Update the component first' },
    lead: {
      zh: '這台電腦的元件版本過舊，有已知的安全問題；更新後才能用卡片登入。沒有送出任何簽章。',
      en: 'The component on this computer is an old version with known security faults; a login by card needs an update first. No signature was sent.',
    },
    steps: [
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '安裝最新版本後重新開機，再回來登入。',
          en: 'Install the newest version, restart the computer, then log in.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-error.card': {
    icon: 'card',
    tone: 'stop',
    title: { zh: '卡片無法使用', en: 'The card could not be used' },
    lead: {
      zh: '讀到了卡片，但讀取內容或登入卡片時發生問題。如果剛才抽出了卡片，請插回再試。',
      en: 'The card was found, but reading it or logging in to it failed. If it was taken out just now, put it back and try again.',
    },
    steps: [
      {
        title: { zh: '重新插卡', en: 'Put the card in again' },
        text: {
          zh: '抽出卡片，用乾布輕拭晶片，等候兩秒再插入；完成前請不要抽出。',
          en: 'Take the card out, wipe its chip with a dry cloth, wait two seconds and put it back; leave it in until it is done.',
        },
      },
      CHOOSE_THE_READER,
      {
        title: { zh: '換一台讀卡機試試', en: 'Try another reader' },
        text: {
          zh: '在別台讀卡機也讀不到時，卡片可能損壞，請洽內政部憑證管理中心。',
          en: 'If no reader reads it, the card may be broken: ask the citizen certificate authority.',
        },
        link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority' } },
      },
    ],
  },
  'component-error.signing': {
    icon: 'stop',
    tone: 'wait',
    title: { zh: '簽章沒有完成', en: 'The signature was not made' },
    lead: {
      zh: '卡片已讀到，但簽章時發生問題，登入沒有完成。',
      en: 'The card was read, but signing failed; you are not logged in.',
    },
    steps: [
      {
        title: { zh: '再試一次', en: 'Try once more' },
        text: {
          zh: '抽出卡片，等候兩秒再插入，重新輸入 PIN 碼。簽章時請不要抽出卡片。',
          en: 'Take the card out, wait two seconds, put it back and type the PIN again. Leave it in while it is signing.',
        },
      },
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '舊版元件可能不支援新發的卡片；請安裝最新版本後重新開機。',
          en: 'An old component may not know newly issued cards. Install the newest version and restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
    ],
  },
  'component-error.signature-type': {
    icon: 'info',
    tone: 'wait',
    title: { zh: '請再按一次', en: 'Please press once more' },
    lead: {
      zh: '這個版本的元件不提供本頁先前要求的簽章格式。本頁已改用另一種格式，卡片與 PIN 碼都沒有問題。',
      en: 'This version of the component does not give the kind of signature that was asked for. The page now asks for the other kind; nothing is wrong with card or PIN.',
    },
    steps: [
      {
        title: { zh: '重新輸入 PIN 碼', en: 'Type the PIN again' },
        text: {
          zh: '再輸入一次 PIN 碼並按下按鈕，即會以另一種格式簽章。',
          en: 'Type the PIN and press the button again: the card will sign in the other form.',
        },
      },
    ],
  },
} as const satisfies Record<string, Story>;
