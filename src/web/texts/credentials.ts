import type { HolderMismatch } from '../../accounts/holder-match.ts';
import { PASSWORD_MAX, PASSWORD_MIN, type PasswordFault } from '../../accounts/password.ts';
import type { Bilingual } from './bilingual.ts';

/** Words of activation and of registering a new card. */
export const ACTIVATION = {
  title: { zh: '啟用業務帳號', en: 'Activate your account' },
  lead: {
    zh: '首次使用須依序完成三個步驟，之後一律以自然人憑證登入。',
    en: 'The first time there are three steps, in this order. From then on you log in with your citizen certificate.',
  },
  rebindTitle: { zh: '登記新的自然人憑證', en: 'Register a new card' },
  rebindLead: {
    zh: '換發新卡、金鑰不同時使用。以帳號與密碼確認身分後，用新卡簽章，再由註冊管理者當面確認。憑證展期而卡片不變時，直接登入即可。',
    en: 'For a new card with a new key. Enter account and password, sign with the new card, and the registration manager confirms it in person. If only the certificate on the same card was renewed, just log in.',
  },
  account: { zh: '業務帳號', en: 'Account' },
  secret: { zh: '初始密碼', en: 'Initial password' },
  secretHint: {
    zh: '管理者當面交付的 16 碼，大小寫與連字號不拘。已變更過密碼者，請輸入您自訂的密碼。',
    en: 'The 16 characters handed to you; case and hyphens do not matter. If you have chosen a password already, enter that.',
  },
  password: { zh: '密碼', en: 'Password' },
  passwordHint: { zh: '啟用帳號時自訂的密碼。', en: 'The one you chose when you activated the account.' },
  begin: { zh: '開始', en: 'Begin' },
  next: { zh: '下一步', en: 'Next' },
  progress: { zh: '啟用步驟', en: 'Steps of the activation' },
  stepPassword: { zh: '變更密碼', en: 'Password' },
  stepRules: { zh: '閱讀規則', en: 'Rules of use' },
  stepCertificate: { zh: '登記憑證', en: 'Certificate' },
  stepDone: { zh: '已完成', en: 'done' },
  stepNow: { zh: '進行中', en: 'now' },
  stepLater: { zh: '尚未開始', en: 'to come' },
  forAccount: { zh: '帳號', en: 'Account' },
  signTitle: { zh: '登記自然人憑證', en: 'Register your citizen certificate' },
  signLead: {
    zh: '插入您本人的自然人憑證並輸入 PIN 碼，以簽章證明卡片在您手上；姓名與末四碼會和申請資料核對。',
    en: 'Insert your own card and type its PIN: a signature shows that you hold it. Its name and last four characters are compared with your application.',
  },
  signSubmit: { zh: '以卡片簽章並登記', en: 'Sign with the card and register it' },
  waitingTitle: { zh: '等候註冊管理者確認', en: 'Waiting for the registration manager' },
  waitingLead: {
    zh: '卡片的簽章正確，但須由註冊管理者當面核對。請攜帶卡片與身分證件前往；確認後即可以這張卡登入。',
    en: 'The signature is right, but the registration manager must check the card with you in person. Bring the card and an identity paper. Once confirmed, the card opens your account.',
  },
  otherCard: { zh: '改用另一張卡片', en: 'Use another card instead' },
  activeTitle: { zh: '帳號已經啟用', en: 'The account is active' },
  activeLead: {
    zh: '請以已登記的自然人憑證登入。只有換發新卡時，才需要在下面登記新卡。',
    en: 'Log in with the card that is registered. Register another one below only if you were given a new card.',
  },
  doneTitle: { zh: '啟用完成', en: 'Activation complete' },
  doneLead: {
    zh: '您的自然人憑證已登記。從現在起，請以這張卡登入；密碼只在登記新卡時使用。',
    en: 'Your card is registered. From now on log in with it; the password is asked for only when you register a new card.',
  },
  logIn: { zh: '以自然人憑證登入', en: 'Log in with the card' },
} as const satisfies Record<string, Bilingual>;

/** Words of choosing a password. */
export const PASSWORD = {
  title: { zh: '設定您的密碼', en: 'Choose your password' },
  lead: {
    zh: '初始密碼到此作廢。這組密碼日後只在登記新卡時使用，不能單獨登入。',
    en: 'The initial password ends here. Yours is asked for only when you register a new card; it never logs you in by itself.',
  },
  dayTitle: { zh: '變更一日密碼', en: 'Change the one-day password' },
  dayLead: {
    zh: '當日首次登入須先變更密碼，才能使用任何功能。新密碼只在今日有效，24:00 自動登出。',
    en: "At the day's first login the password must be changed before anything else. The new one is good today only; you are logged out at 24:00.",
  },
  rules: {
    zh: '至少 12 個字元，含大寫、小寫英文字母與數字；不得含帳號名稱、不得為常見密碼、不得與前三次相同。',
    en: 'At least 12 characters with upper case, lower case and digits; without the account name, none of the common ones and none of your last three.',
  },
  password: { zh: '新密碼', en: 'New password' },
  repeated: { zh: '再輸入一次', en: 'The same again' },
  save: { zh: '變更密碼', en: 'Change the password' },
} as const satisfies Record<string, Bilingual>;

export const PASSWORD_FAULTS = {
  'password-too-short': {
    zh: `密碼至少 ${PASSWORD_MIN} 個字元`,
    en: `The password needs at least ${PASSWORD_MIN} characters`,
  },
  'password-too-long': {
    zh: `密碼最多 ${PASSWORD_MAX} 個字元`,
    en: `The password may have at most ${PASSWORD_MAX} characters`,
  },
  'password-needs-upper-case': { zh: '密碼須含大寫英文字母', en: 'The password needs an upper-case letter' },
  'password-needs-lower-case': { zh: '密碼須含小寫英文字母', en: 'The password needs a lower-case letter' },
  'password-needs-digit': { zh: '密碼須含數字', en: 'The password needs a digit' },
  'password-has-control-character': {
    zh: '密碼含有看不見的字元，請重新輸入',
    en: 'The password holds invisible characters; please type it anew',
  },
  'password-holds-login-name': { zh: '密碼不得含帳號名稱', en: 'The password must not hold the account name' },
  'password-too-common': {
    zh: '這個密碼太常見或容易猜到，請換一個',
    en: 'This password is common or easily guessed; choose another',
  },
  'password-used-before': {
    zh: '不得與最近三次的密碼相同',
    en: 'The password must not be one of your last three',
  },
  'password-not-repeated': { zh: '兩次輸入的密碼不同', en: 'The two entries differ' },
} as const satisfies Record<PasswordFault | 'password-not-repeated', Bilingual>;

/** Words of the one-day password's login. */
export const ONE_DAY = {
  title: { zh: '一日密碼登入', en: 'Log in with a one-day password' },
  lead: {
    zh: '僅供未攜帶卡片等特殊情況：須先經單位主管同意（D-06-11），並由註冊管理者於當日啟用。',
    en: 'For special cases such as a card left at home: the unit head agrees (D-06-11) and the registration manager enables it for the day.',
  },
  password: { zh: '一日密碼', en: 'One-day password' },
  passwordHint: {
    zh: '首次登入輸入當面領取的 16 碼；之後輸入您今日變更後的密碼。',
    en: 'The first time, the 16 characters that were handed to you; after that the password you chose today.',
  },
  submit: { zh: '登入', en: 'Log in' },
  withCard: { zh: '改以自然人憑證登入', en: 'Log in with the card instead' },
  quietLink: { zh: '未攜帶卡片：使用一日密碼', en: 'Without your card: one-day password' },
  activateLink: { zh: '首次使用：啟用業務帳號', en: 'First use: activate your account' },
  rebindLink: { zh: '換發新卡：登記新的憑證', en: 'New card: register it' },
  refused: {
    zh: '無法登入：帳號或密碼不正確、今日未啟用，或已暫時鎖定。',
    en: 'Not logged in: account or password is wrong, none is enabled for today, or it is locked for a while.',
  },
  activationRefused: {
    zh: '帳號與密碼不符、初始密碼已使用過，或已暫時鎖定。',
    en: 'Account and password do not belong together, the initial password was used, or it is locked for a while.',
  },
} as const satisfies Record<string, Bilingual>;

/** Words of the rules of use. */
export const RULES = {
  title: { zh: '使用管理規則', en: 'Rules of use' },
  version: { zh: '版本', en: 'Version' },
  lead: {
    zh: '請閱讀下列規則。同意之後會記錄版本與時間；規則有新版本時會再請您閱讀。',
    en: 'Please read these rules. Version and time of your acknowledgement are recorded; you are asked again when they change.',
  },
  acknowledge: { zh: '我已閱讀並同意遵守', en: 'I have read them and will keep them' },
} as const satisfies Record<string, Bilingual>;

/** The rules themselves: what document 1 asks of every holder of an account. */
export const RULE_CLAUSES: readonly Bilingual[] = [
  {
    zh: '業務帳號與自然人憑證僅限本人使用，不得交付、出借或與他人共用。',
    en: 'Account and citizen certificate are for you alone: never hand over, lend or share them.',
  },
  {
    zh: '僅得於職務必要範圍內查詢及使用資料，不得移作他用或提供給其他機關或個人。',
    en: 'Query and use data only as far as your duties need it; never for another purpose, never for other agencies or persons.',
  },
  {
    zh: '個人資料之蒐集、處理及利用，應遵守個人資料保護法及相關法令。',
    en: 'Personal data is handled as the Personal Data Protection Act and related law demand.',
  },
  {
    zh: '離開座位應登出或取出卡片；閒置超過 4 小時系統會自動登出。',
    en: 'Log out or take out your card when you leave your desk; after 4 idle hours the system logs you out.',
  },
  {
    zh: '密碼與 PIN 碼應妥善保管，不得書寫張貼；任何人都不會向您索取。',
    en: 'Keep password and PIN safe and never post them; nobody will ask you for them.',
  },
  {
    zh: '職務異動、離職或憑證遺失時，應立即通知註冊管理者。',
    en: 'Tell the registration manager at once when your duties change, you leave, or your card is lost.',
  },
  {
    zh: '超過 3 個月未登入之帳號將予停用或刪除；所有使用行為均留存紀錄並接受查核。',
    en: 'Accounts without a login for more than 3 months are suspended or deleted; all use is recorded and audited.',
  },
  {
    zh: '違反規定者，停止使用權限並依相關法令負其責任。',
    en: 'Whoever breaks these rules loses access and answers for it under the law.',
  },
];

/** Words of the queue of cards and of handing over secrets. */
export const BINDING = {
  title: { zh: '待確認的憑證', en: 'Cards to confirm' },
  lead: {
    zh: '卡片的簽章正確，但須當面核對本人、卡片與身分證件後，才能登記。',
    en: 'The signatures are right. Look at the person, the card and an identity paper before you register one.',
  },
  none: { zh: '目前沒有待確認的憑證。', en: 'There are no cards to confirm.' },
  account: { zh: '業務帳號', en: 'Account' },
  person: { zh: '申請資料', en: 'In the application' },
  card: { zh: '卡片上', en: 'On the card' },
  name: { zh: '姓名', en: 'Name' },
  lastFour: { zh: '身分證字號末四碼', en: 'Last four of the identity number' },
  absent: { zh: '（無）', en: '(none)' },
  kind: { zh: '事由', en: 'For' },
  activation: { zh: '首次啟用', en: 'First activation' },
  're-binding': { zh: '換發新卡', en: 'New card' },
  requestedAt: { zh: '簽章時間', en: 'Signed at' },
  reasons: { zh: '須確認的原因', en: 'Why it must be confirmed' },
  fingerprint: { zh: '憑證指紋', en: 'Certificate fingerprint' },
  validUntil: { zh: '憑證有效至', en: 'Valid until' },
  open: { zh: '核對', en: 'Check' },
  decision: { zh: '核對結果', en: 'What you found' },
  confirm: { zh: '確為本人，登記這張憑證', en: 'It is this person: register the card' },
  confirmAbout: {
    zh: '原有憑證的登記會終止，以原卡開啟的連線會結束。',
    en: 'A card registered before ends, and so do the sessions it opened.',
  },
  refuse: { zh: '不符，不予登記', en: 'It is not: do not register it' },
  refuseAbout: { zh: '當事人可以改用另一張卡片再試。', en: 'The person may try again with another card.' },
  note: { zh: '核對紀錄', en: 'What you have seen' },
  noteHint: {
    zh: '例如：核對身分證及本人無誤，姓名為罕用字。請勿填寫身分證字號。',
    en: 'Such as: identity card and face checked, rare character in the name. Do not write identity numbers.',
  },
  submit: { zh: '記錄核對結果', en: 'Record the decision' },
  cardNotAccepted: {
    zh: '這張憑證目前無法通過驗證，不能登記；可選擇不予登記。',
    en: 'The certificate does not pass verification now and cannot be registered; you may refuse it.',
  },
} as const satisfies Record<string, Bilingual>;

export const MISMATCHES = {
  'name-differs': { zh: '姓名不同', en: 'The names differ' },
  'name-not-comparable': { zh: '姓名含罕用字，無法比對', en: 'A rare character in the name cannot be compared' },
  'last-four-differs': { zh: '末四碼不同', en: 'The last four differ' },
  'last-four-absent': { zh: '末四碼缺漏', en: 'The last four are missing' },
  'subject-differs': { zh: '卡片持有人序號與原卡不同', en: "The holder's number is not that of the card before" },
} as const satisfies Record<HolderMismatch, Bilingual>;

/** Words of a secret that is shown once, and of the sheet it is handed over on. */
export const SECRET = {
  initialTitle: { zh: '初始密碼交付單', en: 'Initial password' },
  dayTitle: { zh: '一日密碼交付單', en: 'One-day password' },
  once: {
    zh: '只顯示這一次，離開本頁後無法再查看。請列印或抄寫，當面交付本人，不得以電話或郵件告知。',
    en: 'Shown only once: you cannot see it again after leaving this page. Print or copy it and hand it over in person, never by telephone or mail.',
  },
  holder: { zh: '持有人', en: 'For' },
  organisation: { zh: '機關', en: 'Agency' },
  secret: { zh: '密碼', en: 'Password' },
  validUntil: { zh: '有效至', en: 'Good until' },
  validOn: { zh: '僅限使用日', en: 'Good only on' },
  where: { zh: '使用網址', en: 'Where' },
  application: { zh: '申請單號', en: 'Application' },
  howInitial: {
    zh: '一、開啟網址，輸入帳號與初始密碼。二、變更密碼並閱讀使用管理規則。三、以本人的自然人憑證簽章登記。',
    en: '1. Open the address, enter account and initial password. 2. Choose a password and read the rules. 3. Register your own card by a signature.',
  },
  howDay: {
    zh: '一、開啟網址，輸入帳號與一日密碼。二、變更密碼後即可使用，當日 24:00 自動登出。',
    en: '1. Open the address, enter account and one-day password. 2. Change the password and go on; you are logged out at 24:00.',
  },
  caution: {
    zh: '僅限本人使用，用畢請銷毀本單。',
    en: 'For this person only. Destroy the sheet after use.',
  },
  signReceiver: { zh: '領取人簽章', en: 'Received by' },
  signRegistrar: { zh: '交付人簽章', en: 'Handed over by' },
  print: { zh: '列印時本頁只印出交付單。', en: 'Printing this page prints the sheet only.' },
  resetTitle: { zh: '重新發給初始密碼', en: 'Issue a new initial password' },
  resetAbout: {
    zh: '原有的密碼與未使用的初始密碼立即失效；已登記的憑證不受影響。',
    en: 'The present password and any unused initial password end at once; a registered card is not affected.',
  },
  reason: { zh: '事由', en: 'Reason' },
  resetSubmit: { zh: '產生初始密碼', en: 'Issue the password' },
} as const satisfies Record<string, Bilingual>;

/** Words of the report of one-day passwords (D1-152). */
export const ONE_DAY_REPORT = {
  title: { zh: '一日密碼使用紀錄', en: 'Use of one-day passwords' },
  lead: {
    zh: '您職務範圍內啟用及使用的一日密碼；30 日內第 3 次起會標示。',
    en: 'One-day passwords enabled and used within your duties; from the third within 30 days on they are marked.',
  },
  period: { zh: '期間', en: 'Period' },
  from: { zh: '起日', en: 'From' },
  to: { zh: '迄日', en: 'To' },
  show: { zh: '查詢', en: 'Show' },
  account: { zh: '業務帳號', en: 'Account' },
  enabled: { zh: '啟用次數', en: 'Enabled' },
  used: { zh: '使用日數', en: 'Days used' },
  days: { zh: '日期與申請單', en: 'Days and applications' },
  wasUsed: { zh: '已使用', en: 'used' },
  wasNotUsed: { zh: '未使用', en: 'not used' },
  mark: { zh: '標示', en: 'Mark' },
  often: { zh: '使用頻繁', en: 'often' },
  none: { zh: '這段期間沒有啟用一日密碼。', en: 'None was enabled in this period.' },
} as const satisfies Record<string, Bilingual>;
