import { LOG_IN_AGAIN, type Step, type Story } from '../story.ts';

const BEGIN_AGAIN: Step = {
  title: { zh: '重新開始', en: 'Begin again' },
  text: {
    zh: '再輸入一次帳號與密碼，會從尚未完成的步驟繼續；已完成的步驟不必重做。',
    en: 'Enter account and password again. You go on at the step that is pending; what is done stays done.',
  },
  link: { to: 'activate', label: { zh: '帳號啟用', en: 'Activation' } },
};

const ASK_REGISTRAR: Step = {
  title: { zh: '洽貴機關註冊管理者', en: "See your agency's registration manager" },
  text: {
    zh: '請攜帶身分證件，當面向業務帳號註冊管理者說明；他可以重新發給初始密碼，或確認您的卡片。',
    en: 'Go in person and bring an identity paper: the registration manager can issue a new initial password or confirm your card.',
  },
};

const WAIT: Step = {
  title: { zh: '稍後再試', en: 'Try again later' },
  text: {
    zh: '請等一段時間再試，不必重新開機。',
    en: 'Wait a while and try again; there is no need to restart anything.',
  },
  link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
};

const USE_THE_CARD: Step = {
  ...LOG_IN_AGAIN,
  title: { zh: '以自然人憑證登入', en: 'Log in with the citizen certificate' },
};

/** What can stand in the way of activation, of registering a card and of the one-day password. */
export const CREDENTIAL_STORIES = {
  'too-many-attempts': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '嘗試次數過多', en: 'Too many attempts' },
    lead: {
      zh: '這個網路位址（可能是整個辦公室共用）或登入中的帳號，短時間內嘗試的次數過多，暫時不受理。這次輸入的密碼或卡片簽章沒有查驗，也沒有鎖定任何帳號。',
      en: 'There were too many attempts from this network address (a whole office may share one), or by the account that is logged in, so none is taken for a while. Your password or signature was not looked at, and no account is locked.',
    },
    steps: [WAIT],
  },
  busy: {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '目前忙碌中', en: 'Busy at the moment' },
    lead: {
      zh: '同時查驗密碼的人太多，這次沒有查驗，也沒有計入錯誤次數。',
      en: 'Too many passwords are being checked at once. Yours was not looked at, and it does not count as a failure.',
    },
    steps: [WAIT],
  },
  'activation-refused': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '帳號或密碼不正確', en: 'Account or password is not right' },
    lead: {
      zh: '帳號與密碼不符、初始密碼已使用過，或此帳號不能啟用。連續錯誤 5 次會鎖定 15 分鐘。',
      en: 'They do not belong together, the initial password was used already, or the account cannot be activated. Five failures lock it for 15 minutes.',
    },
    steps: [BEGIN_AGAIN, ASK_REGISTRAR],
  },
  'initial-secret-expired': {
    icon: 'wait',
    tone: 'stop',
    title: { zh: '初始密碼已逾 7 日', en: 'The initial password is over 7 days old' },
    lead: {
      zh: '初始密碼自產生起 7 日內有效，這一組已經失效。',
      en: 'An initial password is good for seven days. This one is no longer.',
    },
    steps: [ASK_REGISTRAR],
  },
  'activation-over': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '啟用程序已中斷', en: 'The activation was interrupted' },
    lead: {
      zh: '這個瀏覽器的啟用程序已經逾時或另行開始。已完成的步驟都有保存。',
      en: 'In this browser the activation has timed out, or was begun anew. What was done is kept.',
    },
    steps: [BEGIN_AGAIN],
  },
  'step-not-pending': {
    icon: 'info',
    tone: 'wait',
    title: { zh: '目前不是這個步驟', en: 'This is not the pending step' },
    lead: {
      zh: '這個步驟已經完成，或前面還有步驟。可能是在另一個分頁完成的。',
      en: 'The step is done already, perhaps in another tab, or another one comes before it.',
    },
    steps: [BEGIN_AGAIN],
  },
  'password-refused': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: '密碼不符合規則', en: 'The password does not fit the rules' },
    lead: {
      zh: '至少 12 個字元，含大寫、小寫英文字母與數字，不得與前三次相同，也不得為常見密碼。',
      en: 'At least 12 characters with upper case, lower case and digits; none of the last three, and no common one.',
    },
    steps: [BEGIN_AGAIN],
  },
  'card-of-another-person': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '這張卡不是您的', en: 'This is not your card' },
    lead: {
      zh: '卡片上的姓名與身分證字號末四碼都和帳號資料不同。帳號與憑證僅限本人使用。',
      en: 'Neither the name nor the last four characters are those of this account. Account and card are for one and the same person.',
    },
    steps: [BEGIN_AGAIN, ASK_REGISTRAR],
  },
  'card-bound-elsewhere': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '這張卡已登記於另一帳號', en: 'The card is registered for another account' },
    lead: {
      zh: '一張自然人憑證只能登記一個業務帳號，一人一卡。',
      en: 'A citizen certificate opens one business account only: one card, one person.',
    },
    steps: [ASK_REGISTRAR],
  },
  'card-already-bound': {
    icon: 'ok',
    tone: 'off',
    title: { zh: '這張卡已經登記', en: 'The card is registered already' },
    lead: {
      zh: '這張卡已經可以登入您的帳號，不必重新登記。',
      en: 'It opens your account already; there is nothing to register.',
    },
    steps: [USE_THE_CARD],
  },
  'key-shares-prime': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '這張卡的金鑰不安全', en: "The card's key is not safe" },
    lead: {
      zh: '這張卡的金鑰有已知弱點，不能登記。請向發卡單位換發。',
      en: 'The key on this card has a known weakness and cannot be registered. Have the card replaced by its issuer.',
    },
    steps: [
      {
        title: { zh: '換發卡片', en: 'Replace the card' },
        text: { zh: '請洽內政部憑證管理中心。', en: 'Ask the citizen certificate authority.' },
        link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority' } },
      },
    ],
  },
  'account-not-ready': {
    icon: 'info',
    tone: 'wait',
    title: { zh: '帳號狀態已經改變', en: 'The account has changed' },
    lead: {
      zh: '帳號已停用、刪除或重新發給初始密碼，這張卡片目前不能登記。沒有執行任何動作。',
      en: 'The account was suspended, deleted or given a new initial password; the card cannot be registered now. Nothing was done.',
    },
    steps: [LOG_IN_AGAIN],
  },
  'secret-issued-by-yourself': {
    icon: 'info',
    tone: 'stop',
    title: { zh: '須由另一位管理者確認', en: 'Somebody else must confirm this card' },
    lead: {
      zh: '此帳號最近一次的初始密碼由您發給，憑證須由貴機關另一位管理者或本署確認。沒有執行任何動作。',
      en: 'You have issued the last initial password of this account, so another registration manager of your agency or the ministry confirms the card. Nothing was done.',
    },
    steps: [WAIT],
  },
  'one-day-refused': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '無法以一日密碼登入', en: 'No login by one-day password' },
    lead: {
      zh: '帳號或密碼不正確、今日未啟用一日密碼，或已暫時鎖定。沒有登入。',
      en: 'Account or password is not right, none is enabled for today, or it is locked for a while. You are not logged in.',
    },
    steps: [
      USE_THE_CARD,
      {
        title: { zh: '未攜帶卡片時', en: 'Without your card' },
        text: {
          zh: '請填寫 D-06-11 申請單，經單位主管同意後，由註冊管理者啟用並當面交付一日密碼。連續錯誤 5 次會鎖定 15 分鐘。',
          en: 'Apply on form D-06-11; after the unit head agrees, the registration manager enables the password and hands it over in person. Five failures lock it for 15 minutes.',
        },
      },
    ],
  },
  'day-change-over': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '變更一日密碼的時間已過', en: 'Too late to change the one-day password' },
    lead: {
      zh: '頁面逾時、已在另一個分頁完成，或該日已結束。',
      en: 'The page has timed out, it was done in another tab, or the day is over.',
    },
    steps: [
      {
        title: { zh: '再登入一次', en: 'Log in again' },
        text: { zh: '一日密碼仍有效時，請再輸入一次。', en: 'While the one-day password is good, enter it again.' },
        link: { to: 'one-day-password', label: { zh: '一日密碼登入', en: 'One-day password' } },
      },
    ],
  },
  'rules-first': {
    icon: 'info',
    tone: 'wait',
    title: { zh: '請先閱讀使用管理規則', en: 'Read the rules of use first' },
    lead: {
      zh: '使用管理規則有新版本，閱讀並同意之後才能繼續。沒有執行任何動作。',
      en: 'There is a new version of the rules. Once you have read and acknowledged it you can go on. Nothing was done.',
    },
    steps: [
      {
        title: { zh: '閱讀規則', en: 'Read the rules' },
        text: { zh: '閱讀後按「我已閱讀並同意遵守」。', en: 'Then confirm that you have read them.' },
        link: { to: 'rules', label: { zh: '使用管理規則', en: 'Rules of use' } },
      },
    ],
  },
} as const satisfies Record<string, Story>;
