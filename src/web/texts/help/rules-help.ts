import type { HelpPage } from './help-page.ts';

export const RULES: HelpPage = {
  title: { zh: '使用管理規則', en: 'Rules of use' },
  lead: {
    zh: '商工e網通系統業務帳號使用管理規則摘要。全文以主管機關發布者為準。',
    en: 'A summary of the rules for business accounts. The text published by the competent authority governs.',
  },
  sections: [
    {
      heading: { zh: '目的與範圍', en: 'Purpose and scope' },
      paragraphs: [
        {
          zh: '為確保業務帳號的安全並明確使用責任，凡使用商工e網通各業務系統的業務帳號，均依本規則管理。',
          en: 'To keep business accounts safe and responsibilities clear, every account of every business system is managed by these rules.',
        },
      ],
    },
    {
      heading: { zh: '帳號', en: 'Accounts' },
      list: {
        ordered: false,
        items: [
          {
            zh: '帳號的新增、異動與刪除由申請人填表，經權責主管核准後執行；核准前不得使用。',
            en: "Opening, changing and deleting an account starts with the applicant's form and is carried out only after approval.",
          },
          {
            zh: '依業務需要給予最小權限，預設沒有任何權限。',
            en: 'Roles are given by need and as few as possible; by default there are none.',
          },
          {
            zh: '帳號限本人使用，不得轉借、移作他用，或將資料轉供其他機關或個人。',
            en: 'An account is for one person; it may not be lent or used otherwise, nor data passed on to other agencies or persons.',
          },
          {
            zh: '離職或職務異動當日，應申請刪除或異動權限。',
            en: 'On the day of leaving or changing duties, the deletion or change must be applied for.',
          },
          {
            zh: '超過 3 個月未登入的帳號，視需要停用或刪除。',
            en: 'Accounts not used for more than 3 months are suspended or deleted as needed.',
          },
          {
            zh: '每半年辦理帳號清查，使用者應配合並簽認（D-06-20）。',
            en: 'Accounts are reviewed every half-year; users take part and sign (D-06-20).',
          },
        ],
      },
    },
    {
      heading: { zh: '登入', en: 'Logging in' },
      list: {
        ordered: false,
        items: [
          {
            zh: '首次啟用後，每次使用均須以自然人憑證驗證身分。',
            en: 'After the first activation, every use needs the citizen certificate.',
          },
          {
            zh: '憑證 PIN 碼的規則與變更，依內政部憑證管理中心的規定。',
            en: 'The PIN and its rules are those of the citizen certificate authority.',
          },
          {
            zh: '使用完畢應登出；閒置超過 4 小時自動登出。',
            en: 'Log out when done; after more than 4 idle hours you are logged out automatically.',
          },
        ],
      },
    },
    {
      heading: { zh: '紀錄', en: 'Records' },
      paragraphs: [
        {
          zh: '申請、核准、執行與使用的紀錄均予保存，供日後查核。',
          en: 'Applications, approvals, executions and use are recorded and kept for later audit.',
        },
      ],
    },
    {
      heading: { zh: '依據', en: 'Legal basis' },
      list: {
        ordered: false,
        items: [
          { zh: '資通安全管理法及其子法', en: 'Cyber Security Management Act and its regulations' },
          { zh: '個人資料保護法及其施行細則', en: 'Personal Data Protection Act and its enforcement rules' },
          { zh: '機關公文電子交換作業辦法', en: 'Regulations on the electronic exchange of official documents' },
          { zh: '經濟部資通安全政策', en: 'Information security policy of the Ministry of Economic Affairs' },
        ],
      },
    },
  ],
};

export const PRIVACY: HelpPage = {
  title: { zh: '隱私權聲明', en: 'Privacy' },
  lead: {
    zh: '認證閘道只蒐集辨識業務帳號使用者與保存使用紀錄所需的資料，不用於其他目的。',
    en: 'The gateway keeps only what it needs to recognise the users of business accounts and to record their use, and for nothing else.',
  },
  sections: [
    {
      heading: { zh: '蒐集的資料', en: 'What is kept' },
      list: {
        ordered: false,
        items: [
          {
            zh: '業務帳號：姓名、帳號名稱、機關、單位、角色與業務系統權限。',
            en: 'Business account: name, login name, agency, unit, roles and the systems they open.',
          },
          {
            zh: '登記的自然人憑證及其有效期限與指紋。憑證中沒有完整的身分證統一編號。',
            en: 'The bound citizen certificate, its validity and fingerprint. The certificate does not hold the whole national ID number.',
          },
          {
            zh: '使用紀錄：登入、登出、進入業務系統的時間，來源位址與結果。',
            en: 'Records of use: when you log in, log out or enter a system, from which address, and with what result.',
          },
        ],
      },
    },
    {
      heading: { zh: '不蒐集的資料', en: 'What is not kept' },
      paragraphs: [
        {
          zh: 'PIN 碼只在您的電腦與卡片之間使用，不會傳到伺服器，也不會出現在任何紀錄中。',
          en: 'The PIN is used between your computer and the card only. It never reaches the server or any record.',
        },
      ],
    },
    {
      heading: { zh: '提供給業務系統的資料', en: 'What business systems are told' },
      paragraphs: [
        {
          zh: '您進入業務系統時，該系統會收到您的姓名、帳號、機關、單位、在該系統的角色與登入方式；不會收到憑證或其他系統的權限。',
          en: 'A system that you enter is told your name, login name, agency, unit, your roles in that system and how you logged in; not your certificate, and not your roles elsewhere.',
        },
      ],
    },
    {
      heading: { zh: 'Cookie', en: 'Cookies' },
      paragraphs: [
        {
          zh: '只使用維持登入與記住語言所必需的 Cookie，沒有追蹤或統計用途，也不載入任何第三方內容。瀏覽器另外只記住您選擇的讀卡機名稱與元件版本，這兩項不作為 Cookie 送出。',
          en: 'There are only the cookies that keep you logged in and remember your language. Nothing tracks you and nothing is loaded from third parties. Besides, the browser remembers the name of the reader that you chose and the version of the component; neither is sent as a cookie.',
        },
      ],
    },
    {
      heading: { zh: '您的權利', en: 'Your rights' },
      paragraphs: [
        {
          zh: '您可以依個人資料保護法，向服務臺請求查詢、閱覽、更正或停止處理您的資料。',
          en: 'Under the Personal Data Protection Act you may ask the help desk to see, correct or stop the processing of your data.',
        },
      ],
    },
  ],
};

export const ACCESSIBILITY: HelpPage = {
  title: { zh: '無障礙聲明', en: 'Accessibility' },
  lead: {
    zh: '本站依「網站無障礙規範」AA 等級（相當於 WCAG 2.1 AA）設計與檢查。',
    en: 'These pages are designed for and checked against WCAG 2.1 level AA.',
  },
  sections: [
    {
      heading: { zh: '如何操作', en: 'How to use them' },
      list: {
        ordered: false,
        items: [
          {
            zh: '所有功能都可以只用鍵盤操作；每頁第一個連結可跳到主要內容。',
            en: 'Everything works with the keyboard alone; the first link of each page skips to its content.',
          },
          {
            zh: '放大到 200% 或以手機開啟時，內容不會被截斷。',
            en: 'Nothing is cut off at 200 % zoom or on a phone.',
          },
          {
            zh: '狀態以文字與圖示表達，不只用顏色；讀卡狀態改變時會由螢幕閱讀器唸出。',
            en: "States are told by words and icons, never by colour alone; changes of the card reader's state are announced.",
          },
          {
            zh: '閒置登出前 5 分鐘會提醒，並可保持登入；連線結束後，頁面上填寫的內容仍在。',
            en: 'Five minutes before an idle logout you are warned and can stay; what you typed stays on the page after the end.',
          },
          {
            zh: '除讀取卡片與閒置提醒外，所有頁面不需要 JavaScript。',
            en: 'Every page works without JavaScript, except for reading the card and for the warning before an idle logout.',
          },
        ],
      },
    },
    {
      heading: { zh: '已知的限制', en: 'Known limits' },
      paragraphs: [
        {
          zh: '讀卡時由元件開啟的小視窗，以及讀卡機本身，不屬於本站，其無障礙程度由提供者決定。',
          en: 'The small window that the card component opens, and the card reader itself, are not part of this site.',
        },
      ],
    },
    {
      heading: { zh: '遇到障礙時', en: 'If something is in your way' },
      paragraphs: [
        {
          zh: '請告訴服務臺您使用的瀏覽器、輔助工具與遇到的頁面。',
          en: 'Tell the help desk which browser and aids you use and on which page it happened.',
        },
      ],
    },
  ],
};
