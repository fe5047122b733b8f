import { LOG_IN_AGAIN, CHECK_THIS_COMPUTER, type Story } from '../story.ts';

/** The login itself was refused: its challenge, its signature, or the account behind the card. */
export const LOGIN_STORIES = {
  'challenge-over': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '這次登入已經逾時', en: 'This login has run out of time' },
    lead: {
      zh: '登入要求只在 5 分鐘內有效，而且只能使用一次。這一次已經過期或已經用過。',
      en: 'A login request is good for 5 minutes and for one use. This one is over, or has been used.',
    },
    steps: [LOG_IN_AGAIN],
  },
  'challenge-foreign': {
    icon: 'shield',
    tone: 'stop',
    title: { zh: '登入要求與這個瀏覽器不符', en: 'The login request belongs to another browser' },
    lead: {
      zh: '卡片的簽章是為另一個瀏覽器或另一種用途製作的，不能在這裡使用。',
      en: "The card's signature was made for another browser or another purpose and cannot be used here.",
    },
    steps: [
      LOG_IN_AGAIN,
      {
        title: { zh: '如果您沒有在別處登入', en: 'If you were not logging in elsewhere' },
        text: {
          zh: '請立即告知服務臺，並附上本頁的參考編號。',
          en: 'Tell the help desk at once, with the reference on this page.',
        },
      },
    ],
  },
  'signature-invalid': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '簽章驗證不符', en: 'The signature does not verify' },
    lead: {
      zh: '收到的簽章與憑證或登入要求不符，登入沒有完成。',
      en: 'The signature received does not match the certificate or the login request. You are not logged in.',
    },
    steps: [LOG_IN_AGAIN, CHECK_THIS_COMPUTER],
  },
  unreadable: {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '無法判讀卡片資料', en: "The card's data cannot be read" },
    lead: {
      zh: '元件送來的憑證或簽章格式不正確，登入沒有完成。',
      en: 'The certificate or signature sent by the component is malformed. You are not logged in.',
    },
    steps: [LOG_IN_AGAIN, CHECK_THIS_COMPUTER],
  },
  'card-not-bound': {
    icon: 'link',
    tone: 'wait',
    title: { zh: '憑證尚未登記', en: 'This card is not bound to an account' },
    lead: {
      zh: '卡片有效，但沒有登記在任何業務帳號。換發新卡的人，原來的登記不會自動轉移。',
      en: 'The card is valid, but it is not bound to any business account. When a card is replaced, its binding does not move to the new one.',
    },
    steps: [
      {
        title: { zh: '已有業務帳號', en: 'If you have a business account' },
        text: {
          zh: '請單位的業務帳號註冊管理者為您登記這張憑證。',
          en: "Ask your unit's registration manager to bind this card to it.",
        },
      },
      {
        title: { zh: '還沒有業務帳號', en: 'If you have none' },
        text: {
          zh: '因業務需要使用時，請填寫業務帳號一般使用者異動申請單（D-06-09），經單位主管核准後由註冊管理者建立。',
          en: 'If your work needs one, file the change application for general users (D-06-09); once the unit head approves it, the registration manager opens the account.',
        },
        link: { to: 'help-first-use', label: { zh: '第一次使用', en: 'Using it for the first time' } },
      },
    ],
  },
  'account-pending': {
    icon: 'user',
    tone: 'wait',
    title: { zh: '帳號尚未啟用', en: 'The account is not activated yet' },
    lead: {
      zh: '這個業務帳號已經建立，但還沒有完成啟用程序。',
      en: 'This business account has been opened, but its activation is not complete.',
    },
    steps: [
      {
        title: { zh: '完成啟用', en: 'Complete the activation' },
        text: {
          zh: '請依註冊管理者通知的步驟啟用帳號；找不到通知時，請向單位的註冊管理者索取。',
          en: 'Follow the steps in the notice from your registration manager; if you cannot find it, ask for it again.',
        },
        link: { to: 'help-first-use', label: { zh: '第一次使用', en: 'Using it for the first time' } },
      },
    ],
  },
  'account-suspended': {
    icon: 'off',
    tone: 'off',
    title: { zh: '帳號已停用', en: 'The account is suspended' },
    lead: {
      zh: '您的卡片沒有問題，但業務帳號目前停用。超過 3 個月沒有登入的帳號，會依規定停用。',
      en: 'Nothing is wrong with your card, but the business account is suspended. Accounts not used for more than 3 months are suspended by rule.',
    },
    steps: [
      {
        title: { zh: '聯絡註冊管理者', en: 'Ask your registration manager' },
        text: {
          zh: '恢復使用須由單位的業務帳號註冊管理者辦理。',
          en: "Only your unit's registration manager can have it resumed.",
        },
      },
    ],
  },
  'account-deleted': {
    icon: 'off',
    tone: 'off',
    title: { zh: '帳號已刪除', en: 'The account has been deleted' },
    lead: {
      zh: '這張憑證原來登記的業務帳號已經刪除，不能恢復。',
      en: 'The business account that this card was bound to has been deleted and cannot come back.',
    },
    steps: [
      {
        title: { zh: '重新申請', en: 'Apply anew' },
        text: {
          zh: '仍有業務需要時，請重新填寫異動申請單（D-06-09）。',
          en: 'If your work still needs it, file a new change application (D-06-09).',
        },
      },
    ],
  },
} as const satisfies Record<string, Story>;
