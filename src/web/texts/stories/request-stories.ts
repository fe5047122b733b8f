import { LOG_IN_AGAIN, type Step, type Story } from '../story.ts';

const GO_TO_START: Step = {
  title: { zh: '回到首頁', en: 'Go to the start page' },
  text: {
    zh: '從入口首頁重新進入您要的功能。',
    en: "Start again from the portal's first page.",
  },
  link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
};

/** The portal could not do what the browser asked for, whoever is asking. */
export const REQUEST_STORIES = {
  'not-found': {
    icon: 'info',
    tone: 'off',
    title: { zh: '沒有這個頁面', en: 'There is no such page' },
    lead: {
      zh: '網址可能有誤，或頁面已經移走。',
      en: 'The address may be wrong, or the page has moved.',
    },
    steps: [GO_TO_START],
  },
  'not-logged-in': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '請先登入', en: 'Please log in first' },
    lead: {
      zh: '目前沒有登入，或登入已經結束，沒有執行任何動作。',
      en: 'Nobody is logged in, or the login has ended. Nothing was done.',
    },
    steps: [LOG_IN_AGAIN],
  },
  'access-refused': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '您沒有這項權限', en: 'You may not do this' },
    lead: {
      zh: '這項功能或這筆資料不在您的職務範圍內，沒有執行任何動作；這次嘗試已留下紀錄。',
      en: 'This page, act or record is outside your duties. Nothing was done, and the attempt is recorded.',
    },
    steps: [
      GO_TO_START,
      {
        title: { zh: '因業務需要時', en: 'If your work needs it' },
        text: {
          zh: '請向單位的業務帳號註冊管理者申請（D-06-09；註冊管理者為 D-06-10）。',
          en: "Apply to your unit's registration manager (D-06-09; D-06-10 for a registration manager).",
        },
      },
    ],
  },
  'card-session-required': {
    icon: 'card',
    tone: 'stop',
    title: { zh: '這項功能須以自然人憑證登入', en: 'This needs a login with the citizen certificate' },
    lead: {
      zh: '以一日密碼登入時，不能審核、執行、啟用、登記憑證、簽章或匯出。沒有執行任何動作。',
      en: 'A login by one-day password may not approve, execute, enable, bind, sign or export. Nothing was done.',
    },
    steps: [
      {
        title: { zh: '登出後改用憑證登入', en: 'Log out and log in with your card' },
        text: {
          zh: '取得您的卡片後，登出再以自然人憑證登入。',
          en: 'When you have your card again, log out and log in with it.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
      },
    ],
  },
  'own-account': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '不能處理自己的帳號', en: 'Not for your own account' },
    lead: {
      zh: '申請、核准與執行由不同的人辦理，自己的帳號須由他人處理。沒有執行任何動作。',
      en: 'Applying, approving and executing are done by different people; somebody else must do this. Nothing was done.',
    },
    steps: [GO_TO_START],
  },
  'own-import': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '刪除須由另一人辦理', en: 'Somebody else must delete it' },
    lead: {
      zh: '這份人事資料是您匯入的，您可以停用帳號，刪除則須由另一位管理者或本署辦理。沒有執行任何動作。',
      en: 'You imported these personnel data: you may suspend the account, but another registrar or the ministry deletes it. Nothing was done.',
    },
    steps: [GO_TO_START],
  },
  'changed-meanwhile': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '資料已經變動', en: 'It has changed meanwhile' },
    lead: {
      zh: '您開啟頁面之後，這筆資料已經由他人處理或改變狀態。沒有執行任何動作。',
      en: 'Since you opened the page, somebody has acted on this or its state has changed. Nothing was done.',
    },
    steps: [GO_TO_START],
  },
  'not-allowed': {
    icon: 'info',
    tone: 'off',
    title: { zh: '無法這樣開啟這個網址', en: 'This address cannot be used that way' },
    lead: {
      zh: '瀏覽器以這個網址不接受的方式送出要求，沒有執行任何動作。',
      en: 'The browser asked in a way that this address does not accept. Nothing was done.',
    },
    steps: [GO_TO_START],
  },
  'foreign-origin': {
    icon: 'shield',
    tone: 'stop',
    title: { zh: '要求不是來自本站', en: 'The request did not come from this site' },
    lead: {
      zh: '這個要求來自其他網站，或無法確認來源，沒有執行任何動作。',
      en: 'The request came from another site, or its origin cannot be told. Nothing was done.',
    },
    steps: [
      {
        title: { zh: '在本站重做一次', en: 'Do it again from here' },
        text: {
          zh: '請直接在本站的頁面上操作。如果您是從其他網站的連結或按鈕來的，請不要再按它。',
          en: 'Use the pages of this site. If a link or button on another site brought you here, do not use it again.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
      },
    ],
  },
  'form-stale': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '表單已經過期', en: 'The form is out of date' },
    lead: {
      zh: '送出的表單不屬於目前的登入，沒有執行任何動作。',
      en: 'The form does not belong to the present login. Nothing was done.',
    },
    steps: [
      {
        title: { zh: '重新開啟頁面', en: 'Open the page again' },
        text: {
          zh: '回到首頁，重新整理後再送出一次。',
          en: 'Go to the start page, reload it and send the form again.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
      },
    ],
  },
  malformed: {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '無法判讀要求', en: 'The request cannot be read' },
    lead: {
      zh: '送來的資料不完整、格式不正確或過大，沒有執行任何動作。',
      en: 'What was sent is incomplete, malformed or too large. Nothing was done.',
    },
    steps: [LOG_IN_AGAIN],
  },
  fault: {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '系統暫時無法完成', en: 'The gateway cannot do this at the moment' },
    lead: {
      zh: '處理時發生問題，沒有完成。維運人員可以用本頁的參考編號查到原因。',
      en: 'Something went wrong and it was not done. The operators can find the cause by the reference on this page.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a moment' },
        text: {
          zh: '請過一分鐘再試一次。',
          en: 'Please try again in a minute.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
      },
    ],
  },
  unknown: {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '登入沒有完成', en: 'You are not logged in' },
    lead: {
      zh: '登入時發生問題，沒有完成。',
      en: 'Something went wrong and the login was not completed.',
    },
    steps: [LOG_IN_AGAIN],
  },
} as const satisfies Record<string, Story>;
