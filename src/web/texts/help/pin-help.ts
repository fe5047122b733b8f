import type { HelpPage } from './help-page.ts';

/** The rules are those of the citizen certificate authority; the gateway has none of its own (D1-132). */
export const PIN: HelpPage = {
  title: { zh: '自然人憑證的 PIN 碼', en: 'The PIN of the citizen certificate' },
  lead: {
    zh: 'PIN 碼由卡片自己檢查。規則由內政部憑證管理中心訂定，認證閘道沒有另外的規則，也不知道您的 PIN 碼。',
    en: 'The card checks the PIN by itself. The citizen certificate authority sets the rules; the gateway adds none and does not know your PIN.',
  },
  sections: [
    {
      heading: { zh: '規則', en: 'The rules' },
      list: {
        ordered: false,
        items: [
          { zh: '6 到 8 碼，數字或英文字母。', en: '6 to 8 digits or letters.' },
          {
            zh: '連續輸錯 3 次，卡片會自行鎖住，重新開機或換電腦也不會解開。',
            en: 'After 3 wrong PINs in a row the card locks itself; a restart or another computer does not unlock it.',
          },
          {
            zh: '領卡時的初始 PIN 碼與變更方式，以內政部憑證管理中心的公告為準。',
            en: 'The first PIN and the way to change it are as the citizen certificate authority announces.',
          },
        ],
      },
      link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority (MOICA)' } },
    },
    {
      heading: { zh: '輸入時', en: 'When you type it' },
      list: {
        ordered: false,
        items: [
          {
            zh: '關閉大寫鎖定，輸入法切換到英數；全形文字不是 PIN 碼。',
            en: 'Switch caps lock off and the input method to plain letters; full-width characters are none.',
          },
          {
            zh: '畫面在送出的同時清除欄位，每次都要重新輸入。請不要讓瀏覽器或密碼管理程式記住 PIN 碼。',
            en: 'The page empties the field at once and asks each time. Do not let a browser or password manager keep the PIN.',
          },
          {
            zh: '不確定時請先停下來查明，不要試到最後一次。',
            en: 'If you are not sure, stop and find out; do not use up the last try.',
          },
        ],
      },
    },
    {
      heading: { zh: '忘記 PIN 碼', en: 'If you have forgotten it' },
      paragraphs: [
        {
          zh: '備妥卡片與用戶代碼，到內政部憑證管理中心重設。服務臺與業務帳號註冊管理者都無法查詢或重設 PIN 碼。',
          en: 'With your card and its user code at hand, reset it at the citizen certificate authority. Neither the help desk nor your registration manager can look it up or reset it.',
        },
      ],
      link: { to: 'moica-unblock', label: { zh: '忘記 PIN 碼／鎖卡解碼', en: 'Forgotten PIN, locked card' } },
    },
  ],
};

export const READERS: HelpPage = {
  title: { zh: '多個讀卡機', en: 'Several card readers' },
  lead: {
    zh: '健保卡與自然人憑證各在一台讀卡機時，元件可能先讀到另一張卡。請指定要使用的讀卡機。',
    en: 'With a health insurance card in one reader and the citizen card in another, the component may take the wrong one. Name the reader to use.',
  },
  sections: [
    {
      heading: { zh: '選擇讀卡機', en: 'Choosing the reader' },
      list: {
        ordered: true,
        items: [
          {
            zh: '插好自然人憑證，在登入頁按「多個讀卡機？選擇讀卡機」。這一步不需要 PIN 碼。',
            en: 'With the citizen card in, press "Several readers? Choose the reader" on the login page. No PIN is needed for it.',
          },
          {
            zh: '清單列出每台讀卡機與其中的卡片。只有一台插著自然人憑證時，會自動選好。',
            en: 'The list shows every reader and the card in it. If only one holds a citizen certificate, it is chosen for you.',
          },
          { zh: '選好後輸入 PIN 碼登入。', en: 'Then type the PIN and log in.' },
        ],
      },
      paragraphs: [
        {
          zh: '選擇只記在這個瀏覽器，而且只記讀卡機名稱；那台讀卡機拔除後即不再使用。選「自動」即恢復由元件決定。',
          en: 'The choice is kept in this browser only, by the name of the reader, and forgotten when that reader is gone. "Automatic" leaves it to the component again.',
        },
      ],
    },
    {
      heading: { zh: '清單裡沒有剛接上的讀卡機', en: 'If a reader is missing from the list' },
      paragraphs: [
        {
          zh: '元件通常只在啟動時尋找讀卡機。接好讀卡機後重新開機，再選一次。',
          en: 'The component usually looks for readers only when it starts. With the reader connected, restart the computer and choose again.',
        },
      ],
      link: { to: 'help-reader', label: { zh: '元件與讀卡機自我檢測', en: 'Component and reader check' } },
    },
  ],
};
