import type { ActKind, ApplicationStatus, AttachmentKind } from '../../applications/application.ts';
import type { AttachmentRefusal } from '../../applications/failures.ts';
import type { Stage } from '../../applications/stage.ts';
import type { SystemCheckCode } from '../../flows/applications/check-application.ts';
import type { StateTone } from '../views/state-chip.tsx';
import type { Bilingual } from './bilingual.ts';

/** Words of the pages about applications; the forms' own words are in their definitions. */
export const APPLICATIONS = {
  inbox: { zh: '待我辦理', en: 'Waiting for me' },
  inboxAbout: { zh: '依您目前的角色（含職務代理）列出。', en: 'By the roles that you hold today, as a deputy too.' },
  inboxEmpty: { zh: '目前沒有待辦的申請單。', en: 'Nothing waits.' },
  own: { zh: '我的申請單', en: 'My applications' },
  ownAbout: { zh: '您填寫的，以及與您有關的申請單。', en: 'Those you filed, and those about you.' },
  register: { zh: '申請單查詢', en: 'All applications' },
  registerAbout: { zh: '您職權範圍內已送出的申請單。', en: 'Submitted applications within your duties.' },
  none: { zh: '沒有申請單。', en: 'No applications.' },
  newOne: { zh: '新申請', en: 'New application' },
  newAbout: { zh: '選擇要填的表單。', en: 'Choose the form.' },
  fill: { zh: '填寫', en: 'Fill in' },
  number: { zh: '案號', en: 'Number' },
  form: { zh: '表單', en: 'Form' },
  status: { zh: '狀態', en: 'State' },
  subject: { zh: '對象', en: 'About' },
  filer: { zh: '填表人', en: 'Filed by' },
  organisation: { zh: '機關', en: 'Agency' },
  unit: { zh: '單位', en: 'Unit' },
  effective: { zh: '生效日期', en: 'Effective' },
  drafted: { zh: '建立時間', en: 'Drafted' },
  submitted: { zh: '送出時間', en: 'Submitted' },
  search: { zh: '案號或姓名', en: 'Number or name' },
  noUnit: { zh: '（全機關）', en: '(whole agency)' },

  rights: { zh: '申請權限', en: 'Rights' },
  row: { zh: '項', en: 'No.' },
  system: { zh: '業務系統', en: 'Business system' },
  role: { zh: '角色', en: 'Role' },
  act: { zh: '異動', en: 'Change' },
  add: { zh: '新增', en: 'Add' },
  remove: { zh: '移除', en: 'Remove' },
  reason: { zh: '業務需要', en: 'Need' },
  validUntil: { zh: '最後日期（無則免填）', en: 'Last day (empty: none)' },
  addRow: { zh: '增加一列權限', en: 'Add a row' },
  noRights: { zh: '未申請任何權限。', en: 'No rights are applied for.' },
  save: { zh: '儲存草稿', en: 'Save draft' },
  submit: { zh: '送出申請', en: 'Submit' },
  refresh: { zh: '依選擇更新欄位', en: 'Show the fields for this choice' },
  submitAbout: {
    zh: '送出後不能修改，只能撤回。為他人填寫時，須先附上其簽名之申請單。',
    en: 'Once submitted it cannot be changed, only withdrawn. For somebody else, attach the sheet that he has signed.',
  },
  saved: { zh: '草稿已儲存。', en: 'The draft is saved.' },
  edit: { zh: '修改', en: 'Edit' },

  attachments: { zh: '附件', en: 'Attachments' },
  noAttachments: { zh: '沒有附件。', en: 'No attachments.' },
  file: { zh: '檔案', en: 'File' },
  fileHint: {
    zh: 'PDF、PNG、JPEG、ODT、ODS 或 DOCX，每檔 5 MB 以內，最多 10 個。',
    en: 'PDF, PNG, JPEG, ODT, ODS or DOCX; 5 MB each, at most 10.',
  },
  kind: { zh: '附件類別', en: 'Kind' },
  attach: { zh: '附上檔案', en: 'Attach' },
  detach: { zh: '移除附件', en: 'Remove' },
  attachFirst: { zh: '儲存草稿後即可附上檔案。', en: 'Save the draft first; then files can be attached.' },

  decision: { zh: '您的決定', en: 'Your decision' },
  result: { zh: '審核結果', en: 'Outcome' },
  note: { zh: '審核意見', en: 'Note' },
  noteHint: { zh: '申請人與稽核人員都會看到。', en: 'The applicant and auditors see it.' },
  approve: { zh: '同意', en: 'Approve' },
  approveAbout: { zh: '送下一關辦理', en: 'Goes on to the next desk' },
  return: { zh: '退回補正', en: 'Return' },
  returnAbout: { zh: '請申請人修改後再送', en: 'The applicant corrects it and submits again' },
  refuse: { zh: '不同意', en: 'Refuse' },
  refuseAbout: { zh: '結案，不再執行', en: 'Ends it; nothing is executed' },
  decide: { zh: '送出決定', en: 'Send the decision' },
  decideWarning: {
    zh: '送出後不能修改，紀錄保存姓名、時間與意見。',
    en: 'It cannot be changed afterwards; name, time and note are kept.',
  },
  execute: { zh: '執行異動', en: 'Execute' },
  executeAbout: {
    zh: '依申請內容開立或異動帳號與權限；生效日在未來者，於當日執行。',
    en: 'Opens or changes account and rights as applied for; a change of a day to come is applied on that day.',
  },
  enable: { zh: '啟用一日密碼', en: 'Enable the one-day password' },
  enableAbout: {
    zh: '產生一組僅顯示一次的密碼，請當面交給申請人。',
    en: 'Makes a password that is shown once; hand it over in person.',
  },
  archive: { zh: '歸檔', en: 'Archive' },
  archiveAbout: {
    zh: '將表單、決定、函文、附件與雜湊值存為檔案包。',
    en: 'Files form, decisions, letter, attachments and their hashes as one package.',
  },
  withdraw: { zh: '撤回', en: 'Withdraw' },
  withdrawAbout: { zh: '撤回後本案結束；需要時請另填新單。', en: 'Ends it; file a new one when it is needed.' },
  letter: { zh: '登錄函文', en: 'Record the letter' },
  letterAbout: {
    zh: '登錄函送本署之公文；登錄後案件送本署審核。',
    en: 'The letter to the ministry administration; once recorded, its review begins.',
  },
  letterNumber: { zh: '發文字號', en: 'Letter number' },
  letterDate: { zh: '發文日期', en: 'Letter date' },
  letterAgency: { zh: '發文機關', en: 'Issuing agency' },
  letterFile: { zh: '函文檔案', en: 'The letter' },
  letterSheet: { zh: '函稿資料', en: 'Letter sheet' },
  dateHint: { zh: '西元年-月-日，例如 2026-11-20。', en: 'YYYY-MM-DD, such as 2026-11-20.' },
  checks: { zh: '系統檢查', en: 'System checks' },
  history: { zh: '歷程', en: 'History' },
  signed: { zh: '憑證簽章', en: 'signed by card' },
  onBehalf: { zh: '職務代理', en: 'as deputy' },
  here: { zh: '目前在這裡', en: 'It is here now' },
  next: { zh: '尚未輪到', en: 'Not yet' },
  forAnother: { zh: '本單為他人代填，附簽名之申請單。', en: 'Filed for somebody else, with the signed sheet.' },
  masked: {
    zh: '個人資料已遮蔽：您不參與本案。',
    en: 'Personal data is masked: you have no part in this application.',
  },
  cardOnly: {
    zh: '以一日密碼登入時不能審核或執行，請以自然人憑證登入。',
    en: 'A session by one-day password neither decides nor executes; log in with your card.',
  },
  printView: { zh: '列印申請單', en: 'Print the form' },
  pdf: { zh: 'PDF 檔', en: 'PDF' },
  letterOfAgency: { zh: '函文', en: 'Official letter' },
  who: { zh: '人員', en: 'Person' },
  package: { zh: '下載歸檔檔案包', en: 'Download the archive package' },
  secretTitle: { zh: '密碼交付單', en: 'Secret to hand over' },
  backToIt: { zh: '回到申請單', en: 'Back to the application' },
  signs: { zh: '簽核', en: 'Signatures' },
  applicant: { zh: '申請人', en: 'Applicant' },
  signHere: { zh: '簽章／日期時間', en: 'Signature / date and time' },
  printedBy: { zh: '列印', en: 'Printed' },
  references: { zh: '參照文件', en: 'References' },
  pageOf: { zh: '第 {page} 頁／共 {pages} 頁', en: 'Page {page} of {pages}' },
  print: { zh: '以瀏覽器的列印功能列印；每一頁為一張 A4。', en: 'Print with the browser; each page is one A4 sheet.' },
  valuesHash: { zh: '表單內容雜湊（SHA-256）', en: 'Hash of the form (SHA-256)' },

  reconcile: { zh: '異動核對', en: 'Second look at changes' },
  reconcileAbout: {
    zh: '近 31 日帳號異動紀錄，逐筆對照已核准之申請單。',
    en: 'Account changes of the last 31 days, each held against an approved application.',
  },
  verdict: { zh: '核對', en: 'Finding' },
  approved: { zh: '有核准', en: 'Approved' },
  otherwise: { zh: '依規則', en: 'By rule' },
  unapproved: { zh: '查無核准', en: 'Without approval' },
  basis: { zh: '依據', en: 'Basis' },
  change: { zh: '異動', en: 'Change' },
  account: { zh: '帳號', en: 'Account' },
  at: { zh: '時間', en: 'Time' },
  due: { zh: '到期與逾期', en: 'Due and late' },
  dueAbout: {
    zh: '離職、調職與停用須於當日執行。',
    en: 'Leaving, moving and suspension are executed on their day.',
  },
  pending: { zh: '應執行而未執行', en: 'To be executed today, or late' },
  scheduled: { zh: '已排定', en: 'Scheduled' },
  cancelled: { zh: '未生效之排定異動（近一年）', en: 'Scheduled and not carried out, last year' },
  because: { zh: '原因', en: 'Reason' },
  nothingToChange: { zh: '已無可異動之處。', en: 'There was nothing left to change.' },
  sameDay: { zh: '近一年當日執行率', en: 'Executed on the day, last year' },
  late: { zh: '逾期', en: 'Late' },
  today: { zh: '今日到期', en: 'Due today' },
  onTime: { zh: '當日', en: 'Same day' },
} as const satisfies Record<string, Bilingual>;

export const STATUS_WORDS: Readonly<Record<ApplicationStatus, { readonly text: Bilingual; readonly tone: StateTone }>> =
  {
    draft: { text: { zh: '草稿', en: 'Draft' }, tone: 'off' },
    'in-review': { text: { zh: '審核中', en: 'In review' }, tone: 'wait' },
    returned: { text: { zh: '退回補正', en: 'Returned' }, tone: 'now' },
    refused: { text: { zh: '不同意', en: 'Refused' }, tone: 'stop' },
    withdrawn: { text: { zh: '已撤回', en: 'Withdrawn' }, tone: 'off' },
    executed: { text: { zh: '已執行，待歸檔', en: 'Executed, to be archived' }, tone: 'ok' },
    archived: { text: { zh: '已歸檔', en: 'Archived' }, tone: 'ok' },
  };

export const STAGE_WORDS: Readonly<Record<Stage, Bilingual>> = {
  'head-review': { zh: '單位主管審核', en: 'Review by the unit head' },
  letter: { zh: '函送本署', en: 'Letter to the ministry' },
  'competent-review': { zh: '業務主管單位同意', en: 'Approval by the competent unit' },
  'ministry-review': { zh: '本署計畫承辦人審核', en: 'Review by the case officer' },
  execution: { zh: '註冊管理者執行', en: 'Execution by the registrar' },
  'ministry-execution': { zh: '本署系統管理者執行', en: 'Execution by the ministry administrator' },
  enabling: { zh: '註冊管理者啟用', en: 'Enabling by the registrar' },
  'ministry-enabling': { zh: '本署系統管理者啟用', en: 'Enabling by the ministry administrator' },
};

export const ACT_WORDS: Readonly<Record<ActKind, Bilingual>> = {
  draft: { zh: '建立申請單', en: 'Drafted' },
  submit: { zh: '送出申請', en: 'Submitted' },
  approve: { zh: '同意', en: 'Approved' },
  return: { zh: '退回補正', en: 'Returned' },
  refuse: { zh: '不同意', en: 'Refused' },
  withdraw: { zh: '撤回', en: 'Withdrawn' },
  'record-letter': { zh: '登錄函文', en: 'Letter recorded' },
  execute: { zh: '執行', en: 'Executed' },
  archive: { zh: '歸檔', en: 'Archived' },
};

export const ATTACHMENT_WORDS: Readonly<Record<AttachmentKind, Bilingual>> = {
  basis: { zh: '依據文件', en: 'Basis' },
  'signed-sheet': { zh: '本人簽名之申請單', en: 'Sheet signed by the person' },
  letter: { zh: '函文', en: 'Official letter' },
};

export const CHECK_WORDS: Readonly<Record<SystemCheckCode, { readonly good: Bilingual; readonly bad: Bilingual }>> = {
  'unit-fits': {
    good: { zh: '單位相符', en: 'The unit fits' },
    bad: { zh: '單位已變更', en: 'The unit has changed' },
  },
  'account-state': {
    good: { zh: '帳號有效', en: 'The account is there' },
    bad: { zh: '帳號已刪除', en: 'The account is deleted' },
  },
  'card-registered': {
    good: { zh: '憑證已登記且有效', en: 'A valid card is registered' },
    bad: { zh: '沒有有效的憑證登記', en: 'No valid card is registered' },
  },
  'no-other-application': {
    good: { zh: '無重複申請', en: 'No other application is open' },
    bad: { zh: '另有審核中的申請', en: 'Another application is open' },
  },
  'person-without-account': {
    good: { zh: '查無同名同末四碼之帳號', en: 'No account of that name and last four' },
    bad: { zh: '同名同末四碼已有帳號', en: 'An account of that name and last four exists' },
  },
  'login-name-free': {
    good: { zh: '希望之帳號可用', en: 'The wished login name is free' },
    bad: { zh: '希望之帳號已有人使用', en: 'The wished login name is taken' },
  },
  'nothing-scheduled': {
    good: { zh: '無排定之異動', en: 'Nothing is scheduled' },
    bad: {
      zh: '已有排定之異動，執行本單將取消之；已排定停用、刪除或調離者，不得執行其他異動',
      en: 'A change is scheduled; executing this one cancels it, unless what is scheduled takes away and this only gives',
    },
  },
  'on-time': {
    good: { zh: '未逾生效日期', en: 'The effective day has not gone by' },
    bad: { zh: '已逾生效日期', en: 'The effective day has gone by' },
  },
};

export const ATTACHMENT_REFUSALS: Readonly<Record<AttachmentRefusal, Bilingual>> = {
  'too-large': { zh: '檔案超過 5 MB', en: 'The file has more than 5 MB' },
  'too-many': { zh: '附件最多 10 個', en: 'There are 10 attachments already' },
  empty: { zh: '請選擇檔案', en: 'Please choose a file' },
  'type-unknown': {
    zh: '檔案須為 PDF、PNG、JPEG、ODT、ODS 或 DOCX',
    en: 'The file must be PDF, PNG, JPEG, ODT, ODS or DOCX',
  },
  'name-missing': { zh: '檔案沒有可用的名稱', en: 'The file has no usable name' },
};
