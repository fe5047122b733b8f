/**
 * The texts of every notice. `{name}` is replaced by the fact of that name, and those are all the facts there are: none of
 * them is ever a secret. A changed text gets the next version number, since records name the version that was sent.
 */
export const NOTICE_TEMPLATES = {
  'application-returned': {
    version: 1,
    subject: { zh: '申請單 {number} 已退回補正', en: 'Application {number} was returned to you' },
    body: {
      zh: '{name} 您好：\n\n申請單 {number}（{form}）已退回，請補正後再送出。\n退回原因：{note}\n\n請以自然人憑證登入 {portal} 處理。',
      en: 'Dear {name},\n\nApplication {number} ({form}) was returned to you. Please correct it and submit it again.\nReason: {note}\n\nLog in with your citizen certificate at {portal}.',
    },
  },
  'application-approved': {
    version: 1,
    subject: { zh: '申請單 {number} 已獲同意', en: 'Application {number} was approved' },
    body: {
      zh: '{name} 您好：\n\n申請單 {number}（{form}）已獲同意，將依申請內容執行。\n意見：{note}\n\n進度請至 {portal} 查詢。',
      en: 'Dear {name},\n\nApplication {number} ({form}) was approved and will be carried out as applied for.\nRemark: {note}\n\nFollow it at {portal}.',
    },
  },
  'application-refused': {
    version: 1,
    subject: { zh: '申請單 {number} 未獲同意', en: 'Application {number} was refused' },
    body: {
      zh: '{name} 您好：\n\n申請單 {number}（{form}）未獲同意。\n原因：{note}\n\n詳情請至 {portal} 查詢。',
      en: 'Dear {name},\n\nApplication {number} ({form}) was refused.\nReason: {note}\n\nDetails are at {portal}.',
    },
  },
  'application-executed': {
    version: 1,
    subject: { zh: '申請單 {number} 已執行', en: 'Application {number} was carried out' },
    body: {
      zh: '{name} 您好：\n\n申請單 {number}（{form}）已執行完成。\n業務帳號：{loginName}\n\n您可至 {portal} 查看您的權限。',
      en: 'Dear {name},\n\nApplication {number} ({form}) was carried out.\nBusiness account: {loginName}\n\nSee what you may use at {portal}.',
    },
  },
  'application-scheduled': {
    version: 1,
    subject: { zh: '申請單 {number} 已排定於 {day} 執行', en: 'Application {number} is scheduled for {day}' },
    body: {
      zh: '{name} 您好：\n\n申請單 {number}（{form}）已核定，排定於 {day} 生效，該日之前您的權限不變。\n業務帳號：{loginName}\n\n進度請至 {portal} 查詢。',
      en: 'Dear {name},\n\nApplication {number} ({form}) is approved and scheduled: it takes effect on {day}, and until then nothing changes.\nBusiness account: {loginName}\n\nFollow it at {portal}.',
    },
  },
  'change-not-applied': {
    version: 1,
    subject: {
      zh: '申請單 {number} 未能於 {day} 生效，請處理',
      en: 'Application {number} could not take effect on {day}',
    },
    body: {
      zh: '{name} 您好：\n\n您執行的申請單 {number}（{form}，帳號 {subject}）排定於 {day} 生效，但已無法依申請內容執行。應終止之權限已先停止使用，其餘請查明後重新申請。\n\n原因請登入 {portal}/due 查看。',
      en: 'Dear {name},\n\nApplication {number} ({form}, account {subject}), which you executed, was scheduled for {day} and could not be carried out as applied for. What it was to take away is out of use for now; please look into the rest and have it applied for anew.\n\nFor the reason see {portal}/due.',
    },
  },
  'account-opened': {
    version: 1,
    subject: { zh: '您的業務帳號 {loginName} 已建立', en: 'Your business account {loginName} is ready' },
    body: {
      zh: '{name} 您好：\n\n您的業務帳號 {loginName} 已建立，請於 7 日內完成啟用。\n\n一、向貴機關管理者當面領取初始密碼，初始密碼不會以電子郵件寄送。\n二、於 {portal}/activate 輸入帳號與初始密碼，變更密碼並閱讀使用管理規則。\n三、備妥自然人憑證，完成憑證登記；之後一律以自然人憑證登入。\n\n注意：帳號及憑證僅限本人使用，不得交付他人；離開座位請登出；本署不會以電話或郵件詢問您的密碼或 PIN 碼。',
      en: 'Dear {name},\n\nYour business account {loginName} has been opened. Please activate it within 7 days.\n\n1. Collect your initial password in person from the registrar of your agency. It is never sent by mail.\n2. At {portal}/activate enter account and initial password, change the password and read the rules of use.\n3. Have your citizen certificate at hand and register it. From then on you log in with the card only.\n\nPlease note: account and card are for you alone and are not to be handed over; log out when you leave your desk; nobody will ask you for your password or PIN by telephone or mail.',
    },
  },
  'one-day-password-enabled': {
    version: 1,
    subject: { zh: '您的一日密碼已啟用（{day}）', en: 'Your one-day password is enabled for {day}' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 的一日密碼已啟用，僅 {day} 當日有效。\n密碼請向貴機關管理者當面領取，首次登入時須變更。\n\n若非您本人申請，請立即通知貴機關管理者。',
      en: 'Dear {name},\n\nThe one-day password of business account {loginName} is enabled for {day} only.\nCollect it in person from the registrar of your agency; you change it at the first login.\n\nIf you did not apply for it, tell the registrar at once.',
    },
  },
  'password-reset': {
    version: 1,
    subject: { zh: '業務帳號 {loginName} 已重新發給初始密碼', en: 'A new initial password for {loginName}' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 已重新發給初始密碼，原密碼已失效，請於 7 日內至 {portal}/activate 設定新密碼。\n初始密碼請當面領取，不會以電子郵件寄送。\n\n若非您本人申請，請立即通知貴機關管理者及本署。',
      en: 'Dear {name},\n\nA new initial password was issued for business account {loginName}; the password before it no longer counts. Choose a new one within 7 days at {portal}/activate.\nCollect the initial password in person. It is never sent by mail.\n\nIf you did not ask for it, tell the registrar of your agency and the ministry at once.',
    },
  },
  'binding-decided': {
    version: 1,
    subject: { zh: '憑證登記申請結果', en: 'About the registration of your certificate' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 的憑證登記申請結果：{outcome}。\n說明：{note}\n\n請至 {portal} 查詢。若非您本人申請，請立即通知貴機關管理者。',
      en: 'Dear {name},\n\nRegistration of a certificate for business account {loginName}: {outcome}.\nRemark: {note}\n\nSee {portal}. If you did not ask for it, tell the registrar of your agency at once.',
    },
  },
  'dormancy-warning': {
    version: 1,
    subject: { zh: '業務帳號 {loginName} 即將因閒置{action}', en: 'Account {loginName} will soon be {action}' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 自 {since} 起未曾登入。依使用管理規則，超過 3 個月未登入之帳號將予{action}，預定日期為 {day}。\n\n如仍需使用，請於該日前以自然人憑證登入 {portal} 一次。',
      en: 'Dear {name},\n\nBusiness account {loginName} has not logged in since {since}. By the rules of use, accounts without a login for more than 3 months are {action}; for yours the day is {day}.\n\nIf you still need it, log in once with your citizen certificate at {portal} before that day.',
    },
  },
  'dormancy-acted': {
    version: 1,
    subject: { zh: '業務帳號 {loginName} 已因閒置{action}', en: 'Account {loginName} was {action}: not used' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 自 {since} 起超過 3 個月未登入，已依使用管理規則予以{action}（執行編號 {run}）。\n\n如需恢復使用，請洽貴機關管理者。',
      en: 'Dear {name},\n\nBusiness account {loginName} has not logged in since {since}, more than 3 months, and was {action} by the rules of use (run {run}).\n\nIf you need it again, ask the registrar of your agency.',
    },
  },
  'officer-dormant': {
    version: 1,
    subject: {
      zh: '{organisation} 最後一位{role} {dormant} 已閒置',
      en: '{dormant}, last {role} of {organisation}, is dormant',
    },
    body: {
      zh: '{name} 您好：\n\n{organisation} 的 {dormant} 自 {since} 起超過 3 個月未登入。因其為該機關最後一位在用的{role}，系統未自動停用，請指定接任者後再行處理。\n\n請登入 {portal}/dormancy 查看。',
      en: 'Dear {name},\n\n{dormant} of {organisation} has not logged in since {since}, more than 3 months. As the last active {role} of that agency the account was left as it is: please name a successor, then deal with it.\n\nSee {portal}/dormancy.',
    },
  },
  'accounts-check-due': {
    version: 1,
    subject: { zh: '業務帳號有效性檢查，請於 {day} 前完成', en: 'Check the business accounts by {day}' },
    body: {
      zh: '{name} 您好：\n\n{organisation} 業務帳號之定期有效性檢查已開始。請匯入人事資料、處理差異，並於 {day} 前結案。\n\n請登入 {portal}/personnel 辦理。',
      en: 'Dear {name},\n\nThe regular check of the business accounts of {organisation} has begun. Import the personnel data, deal with the differences and close the check by {day}.\n\nLog in at {portal}/personnel.',
    },
  },
  'profile-stale': {
    version: 1,
    subject: { zh: '請確認您的聯絡資料', en: 'Please confirm your contact data' },
    body: {
      zh: '{name} 您好：\n\n業務帳號 {loginName} 的聯絡資料自 {since} 起未曾更新或確認。請登入 {portal} 檢視並更新職稱、電話與電子郵件。',
      en: 'Dear {name},\n\nThe contact data of business account {loginName} have been neither changed nor confirmed since {since}. Please log in at {portal} and look over your title, telephone and mail address.',
    },
  },
} as const satisfies Record<string, TemplateText>;

interface TemplateText {
  readonly version: number;
  readonly subject: { readonly zh: string; readonly en: string };
  readonly body: { readonly zh: string; readonly en: string };
}

/** The closed vocabulary of notices. */
export type NoticeTemplate = keyof typeof NOTICE_TEMPLATES;

/** Names in braces of a text: a template that is given a fact too few does not compile. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

export type NoticeFacts<T extends NoticeTemplate> = Readonly<
  Record<Names<(typeof NOTICE_TEMPLATES)[T]['subject' | 'body']['zh' | 'en']>, string>
>;
