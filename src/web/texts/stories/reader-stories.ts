import { CHECK_THIS_COMPUTER, CHOOSE_THE_READER, IS_IT_YOUR_CARD, type Story } from '../story.ts';

/** Reader, card and PIN, as the component finds them: nothing of it reaches the server. */
export const READER_STORIES = {
  'no-reader': {
    icon: 'reader',
    tone: 'stop',
    title: { zh: '找不到讀卡機', en: 'No card reader found' },
    lead: {
      zh: '元件已啟動，但沒有可用的讀卡機。',
      en: 'The component is running, but there is no card reader that it can use.',
    },
    steps: [
      {
        title: { zh: '重新接上讀卡機', en: 'Plug the reader in again' },
        text: {
          zh: '把讀卡機的 USB 接頭拔下再插上，等候燈號亮起。請直接接在電腦上，不要經過集線器。',
          en: 'Unplug the USB connector and plug it in again, directly into the computer and not through a hub; wait for its light.',
        },
      },
      {
        title: { zh: '重新開機', en: 'Restart the computer' },
        text: {
          zh: '元件通常只在啟動時尋找讀卡機；接好讀卡機後重新開機，再回來登入。',
          en: 'The component usually looks for readers only when it starts. With the reader connected, restart, then log in.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  /** The page adds the reader's name. */
  'no-reader.chosen': {
    icon: 'reader',
    tone: 'wait',
    title: { zh: '找不到您選擇的讀卡機', en: 'The reader you chose is gone' },
    lead: {
      zh: '已改回自動選擇讀卡機。這次沒有用到 PIN 碼。',
      en: 'The choice of the reader is automatic again. The PIN was not used.',
    },
    steps: [
      {
        title: { zh: '再輸入一次 PIN 碼', en: 'Type the PIN once more' },
        text: {
          zh: '確認自然人憑證在讀卡機中，再按登入。有好幾台讀卡機時，請先按「選擇讀卡機」重新指定。',
          en: 'See that the citizen card is in a reader, then log in. With several readers, press "Choose the reader" first and name it again.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'no-card': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '讀卡機裡沒有卡片', en: 'There is no card in the reader' },
    lead: {
      zh: '讀卡機已接上，但沒有讀到卡片。',
      en: 'The reader is connected, but no card was read.',
    },
    steps: [
      {
        title: { zh: '插入自然人憑證', en: 'Insert your citizen certificate card' },
        text: {
          zh: '晶片朝讀卡機標示的方向，插到底，再輸入 PIN 碼登入。',
          en: 'With the chip facing the way the reader shows, push the card all the way in, then type the PIN and log in.',
        },
      },
      {
        title: { zh: '已經插好仍讀不到', en: 'If it is in and still not read' },
        text: {
          zh: '用乾布輕拭晶片後再試。',
          en: 'Wipe the chip with a dry cloth and try again.',
        },
      },
      CHOOSE_THE_READER,
      CHECK_THIS_COMPUTER,
    ],
  },
  'no-sign-certificate': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '卡片上沒有簽章憑證', en: 'The card holds no certificate for signing' },
    lead: {
      zh: '讀到了卡片，但找不到可用來登入的簽章憑證。可能不是自然人憑證，或卡片還沒有開卡。',
      en: 'The card was read, but no signing certificate was found on it. It may be another kind of card, or one that was never activated.',
    },
    steps: [
      {
        title: { zh: '確認卡片', en: 'Look at the card' },
        text: {
          zh: '請使用內政部核發的自然人憑證。',
          en: 'Use the citizen certificate card issued by the Ministry of the Interior.',
        },
      },
      CHOOSE_THE_READER,
      {
        title: { zh: '查詢憑證狀態', en: 'Ask about the certificate' },
        text: {
          zh: '卡片正確仍出現這個訊息，請到內政部憑證管理中心查詢或開卡。',
          en: 'If it is the right card, ask the citizen certificate authority, or activate the card there.',
        },
        link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'pin-wrong': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: 'PIN 碼錯誤', en: 'Wrong PIN' },
    lead: {
      zh: '卡片不接受這組 PIN 碼。連續輸錯 3 次，卡片會自行鎖住；不確定時，請先停下來查明 PIN 碼。',
      en: 'The card did not accept this PIN. After 3 wrong PINs in a row it locks itself; if you are not sure, stop and find out first.',
    },
    steps: [
      {
        title: { zh: '再輸入一次', en: 'Type it once more' },
        text: {
          zh: '確認大寫鎖定與輸入法已關閉，再輸入自然人憑證的 PIN 碼（不是業務帳號的密碼）。',
          en: 'See that caps lock and the input method are off, then type the PIN of the citizen certificate card (not an account password).',
        },
      },
      IS_IT_YOUR_CARD,
      {
        title: { zh: '忘記 PIN 碼', en: 'If you have forgotten the PIN' },
        text: {
          zh: '備妥卡片與用戶代碼，到內政部憑證管理中心重設 PIN 碼。',
          en: 'With your card and its user code at hand, reset the PIN at the citizen certificate authority.',
        },
        link: { to: 'moica-unblock', label: { zh: '忘記 PIN 碼／鎖卡解碼', en: 'Forgotten PIN, locked card' } },
      },
    ],
  },
  'pin-length': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: 'PIN 碼長度不對', en: 'The PIN has the wrong length' },
    lead: {
      zh: '自然人憑證的 PIN 碼是 6 到 8 碼的數字或英文字母。這次沒有送給卡片判斷，不算輸錯一次。',
      en: 'The PIN of a citizen certificate card has 6 to 8 digits or letters. It was not tried, so no try was used up.',
    },
    steps: [
      {
        title: { zh: '重新輸入', en: 'Type it again' },
        text: {
          zh: '請輸入完整的 PIN 碼，不含空白或符號，並確認輸入法在英數模式。',
          en: 'Type the whole PIN, without spaces or signs, with the input method switched to plain letters.',
        },
        link: { to: 'help-pin', label: { zh: '自然人憑證的 PIN 碼規則', en: 'PIN rules of the citizen certificate' } },
      },
    ],
  },
  'pin-locked': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: 'PIN 已鎖卡', en: 'The card has locked its PIN' },
    lead: {
      zh: '卡片連續收到 3 次錯誤的 PIN 碼，已自行鎖住。您的業務帳號沒有停用，解開卡片後即可照常登入。',
      en: 'The card was given 3 wrong PINs in a row and has locked itself. Your business account is not disabled; once the card is unlocked you can log in as usual.',
    },
    steps: [
      {
        title: { zh: '解開卡片', en: 'Unlock the card' },
        text: {
          zh: '備妥卡片與申辦時設定的用戶代碼，到內政部憑證管理中心辦理。請勿使用其他軟體解碼，卡片可能因此永久鎖住。',
          en: 'With your card and the user code set when you applied, unlock it at the citizen certificate authority. Do not use other software: the card may lock for good.',
        },
        link: {
          to: 'moica-unblock',
          label: { zh: '內政部憑證管理中心 鎖卡解碼', en: 'Unlock at the citizen certificate authority' },
        },
      },
      IS_IT_YOUR_CARD,
      {
        title: { zh: '忘記用戶代碼', en: 'If the user code is lost too' },
        text: {
          zh: '請本人攜帶身分證與卡片，到任一戶政事務所重設。',
          en: 'Go in person to any household registration office with your identity card and the citizen certificate card.',
        },
        link: { to: 'help-locked', label: { zh: '鎖卡時怎麼辦', en: 'What to do when the card is locked' } },
      },
      {
        title: { zh: '今天急需使用', en: 'If you need the systems today' },
        text: {
          zh: '請單位的業務帳號註冊管理者依規定為您啟用一日密碼，當日 24:00 前有效。',
          en: "Ask your unit's registration manager for a one-day password, given by rule and good until 24:00 of the day.",
        },
        link: { to: 'one-day-password', label: { zh: '一日密碼登入', en: 'Log in with a one-day password' } },
      },
    ],
  },
} as const satisfies Record<string, Story>;
