import type { HelpPage } from './help-page.ts';

export const FIRST_USE: HelpPage = {
  title: { zh: '第一次使用', en: 'Using it for the first time' },
  lead: {
    zh: '以自然人憑證登入一次，就能進入您有權限的所有業務系統。開始之前，需要帳號、卡片與電腦三項準備。',
    en: 'One login with your citizen certificate opens every business system that you have a role in. It needs an account, a card and a prepared computer.',
  },
  sections: [
    {
      heading: { zh: '業務帳號', en: 'The business account' },
      list: {
        ordered: true,
        items: [
          {
            zh: '填寫業務帳號一般使用者異動申請單（D-06-09），寫明業務需要與要使用的業務系統。',
            en: 'Fill in the change application for general users (D-06-09): the need, and the business systems.',
          },
          {
            zh: '單位主管審核並加註意見。',
            en: 'The unit head reviews it and adds a note.',
          },
          {
            zh: '業務帳號註冊管理者建立帳號、設定權限，並登記您的自然人憑證。',
            en: 'The registration manager opens the account, sets its roles and binds your citizen certificate.',
          },
        ],
      },
      paragraphs: [
        {
          zh: '帳號限本人使用，不得轉借。職務異動或離職時，請於當日申請異動或刪除權限。',
          en: 'An account is for one person and may not be lent. When you change duties or leave, apply on that day for the change or deletion.',
        },
      ],
    },
    {
      heading: { zh: '自然人憑證', en: 'The citizen certificate' },
      paragraphs: [
        {
          zh: '請使用內政部核發、仍在有效期限內的自然人憑證 IC 卡，並記得 6 到 8 碼的 PIN 碼。工商憑證、政府機關憑證與健保卡不能用來登入。',
          en: 'Use a valid citizen certificate card issued by the Ministry of the Interior and know its PIN of 6 to 8 characters. Cards of businesses, agencies or health insurance do not work.',
        },
      ],
      link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority (MOICA)' } },
    },
    {
      heading: { zh: '這台電腦', en: 'This computer' },
      list: {
        ordered: true,
        items: [
          { zh: '接上 IC 卡讀卡機，等候燈號亮起。', en: 'Connect a smart card reader and wait for its light.' },
          {
            zh: '安裝「HiCOS 卡片管理工具」與跨平台網頁元件，完成後重新開機。',
            en: 'Install the HiCOS card tool with its cross-platform web component, then restart.',
          },
          {
            zh: '在瀏覽器允許本站的彈出視窗：讀卡時會短暫開啟一個小視窗與元件溝通。',
            en: 'Allow pop-ups for this site: reading the card opens a small window for a moment to talk to the component.',
          },
        ],
      },
      link: { to: 'component-download', label: { zh: '下載元件', en: 'Download the component' } },
    },
    {
      heading: { zh: '登入', en: 'Logging in' },
      list: {
        ordered: true,
        items: [
          { zh: '插入卡片，開啟要使用的業務系統。', en: 'Insert the card and open the business system.' },
          {
            zh: '在登入頁輸入 PIN 碼。PIN 碼只交給您電腦上的卡片，不會傳到伺服器。',
            en: 'Type the PIN on the login page. It goes to the card at your computer only, never to the server.',
          },
          {
            zh: '使用完畢請登出，並從讀卡機取回卡片。閒置超過時限會自動登出，登出前 5 分鐘頁面會提醒，可按「保持登入」。',
            en: 'When you are done, log out and take the card with you. Idle too long, you are logged out automatically; five minutes before, the page warns you, and you can stay.',
          },
          {
            zh: '在「我的連線」可以看到帳號在哪些瀏覽器登入，並結束其他連線。',
            en: 'Under "My sessions" you see where your account is logged in, and can end the other sessions.',
          },
        ],
      },
    },
  ],
};

export const READER: HelpPage = {
  title: { zh: '元件與讀卡機自我檢測', en: 'Component and reader check' },
  lead: {
    zh: '向這台電腦的元件詢問讀卡機與卡片的狀態。不需要 PIN 碼，也不會登入；結果只留在這個頁面。',
    en: 'Asks the component on this computer for its readers and cards. It needs no PIN and does not log you in; the result stays on this page.',
  },
  sections: [
    {
      heading: { zh: '檢測沒有通過時', en: 'If something fails' },
      list: {
        ordered: false,
        items: [
          {
            zh: '找不到元件：安裝或更新元件後重新開機。',
            en: 'Component not found: install or update it, then restart the computer.',
          },
          {
            zh: '視窗被擋住：在網址列右側允許本站的彈出視窗。',
            en: 'Window blocked: allow pop-ups for this site at the right of the address bar.',
          },
          {
            zh: '找不到讀卡機：重新接上讀卡機並重新開機，元件通常只在啟動時尋找讀卡機。',
            en: 'Reader not found: connect it and restart; the component usually looks for readers only when it starts.',
          },
          {
            zh: '讀不到卡片：晶片朝讀卡機標示的方向插到底；仍讀不到時換一台讀卡機試試。',
            en: 'Card not read: push it all the way in, chip as the reader shows; then try another reader.',
          },
        ],
      },
      link: { to: 'component-download', label: { zh: '下載元件', en: 'Download the component' } },
    },
  ],
};

export const LOCKED: HelpPage = {
  title: { zh: '忘記 PIN 碼與鎖卡', en: 'Forgotten PIN, locked card' },
  lead: {
    zh: '連續輸錯 3 次 PIN 碼，卡片會自行鎖住。鎖住的是卡片，不是業務帳號；認證閘道不知道、也無法解開您的 PIN 碼。',
    en: 'After 3 wrong PINs in a row the card locks itself. It is the card that is locked, not the business account; the gateway does not know your PIN and cannot unlock it.',
  },
  sections: [
    {
      heading: { zh: '解開卡片', en: 'Unlocking the card' },
      list: {
        ordered: true,
        items: [
          {
            zh: '備妥卡片、讀卡機與申辦時設定的用戶代碼。',
            en: 'Have the card, a reader and the user code that you set when you applied.',
          },
          {
            zh: '到內政部憑證管理中心網站，選擇「忘記 PIN 碼／鎖卡解碼」，依畫面重設 PIN 碼。',
            en: 'On the site of the citizen certificate authority, choose the page for forgotten PINs and locked cards and set a new PIN.',
          },
          {
            zh: '請勿使用其他軟體解碼，卡片可能因此永久鎖住。',
            en: 'Do not use other software: the card may lock for good.',
          },
        ],
      },
      link: {
        to: 'moica-unblock',
        label: { zh: '內政部憑證管理中心 鎖卡解碼', en: 'Unlock at the citizen certificate authority' },
      },
    },
    {
      heading: { zh: '忘記用戶代碼', en: 'If the user code is lost too' },
      paragraphs: [
        {
          zh: '請本人攜帶身分證與卡片，到任一戶政事務所重設。',
          en: 'Go in person to any household registration office with your identity card and the citizen certificate card.',
        },
      ],
    },
    {
      heading: { zh: '今天急需使用', en: 'If you need the systems today' },
      paragraphs: [
        {
          zh: '請單位的業務帳號註冊管理者依規定為您啟用一日密碼，當日 24:00 前有效。',
          en: "Ask your unit's registration manager for a one-day password, given by rule and good until 24:00 of the day.",
        },
      ],
      link: { to: 'one-day-password', label: { zh: '一日密碼登入', en: 'Log in with a one-day password' } },
    },
    {
      heading: { zh: '卡片遺失或毀損', en: 'If the card is lost or broken' },
      paragraphs: [
        {
          zh: '請立即向內政部憑證管理中心申請停用或廢止，並告知單位的業務帳號註冊管理者。領到新卡後，請註冊管理者重新登記憑證。',
          en: 'Have it suspended or revoked at the citizen certificate authority at once and tell your registration manager, who will also bind the new card.',
        },
      ],
      link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority (MOICA)' } },
    },
  ],
};
