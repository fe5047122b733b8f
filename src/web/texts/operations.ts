import type { DormancyVerdict } from '../../accounts/dormancy.ts';
import type { DifferenceKind } from '../../accounts/personnel.ts';
import type { NoticeState } from '../../flows/ports/operations.ts';
import type { StateWords } from './accounts.ts';
import type { Bilingual } from './bilingual.ts';

export const DIFFERENCE_WORDS = {
  left: { tone: 'stop', text: { zh: '已離職', en: 'Has left' } },
  moved: { tone: 'stop', text: { zh: '已調動', en: 'Has moved' } },
  unknown: { tone: 'stop', text: { zh: '人事資料查無此人', en: 'Not in the personnel data' } },
  ambiguous: {
    tone: 'wait',
    text: { zh: '無法確認是否同一人，請人工判斷', en: 'Cannot tell whether it is this person: look yourself' },
  },
  stale: { tone: 'wait', text: { zh: '資料不一致', en: 'Data differ' } },
} as const satisfies Record<DifferenceKind, StateWords>;

export const VERDICT_WORDS = {
  'in-use': { tone: 'ok', text: { zh: '使用中', en: 'In use' } },
  warn: { tone: 'wait', text: { zh: '將提醒', en: 'To be warned' } },
  warned: { tone: 'wait', text: { zh: '已提醒', en: 'Warned' } },
  act: { tone: 'stop', text: { zh: '將於下次執行處理', en: 'Acted upon in the next run' } },
  exempt: { tone: 'off', text: { zh: '例外', en: 'Exempt' } },
  kept: { tone: 'stop', text: { zh: '最後一位，須先指定接任者', en: 'Last of its role: needs a successor' } },
} as const satisfies Record<DormancyVerdict['kind'], StateWords>;

export const NOTICE_STATE_WORDS = {
  waiting: { tone: 'wait', text: { zh: '待寄送', en: 'To be sent' } },
  sent: { tone: 'ok', text: { zh: '已寄送', en: 'Sent' } },
  failed: { tone: 'stop', text: { zh: '寄送失敗，請當面交付', en: 'Failed: hand it over' } },
  'to-hand-over': { tone: 'now', text: { zh: '待當面交付', en: 'To hand over' } },
  'handed-over': { tone: 'ok', text: { zh: '已當面交付', en: 'Handed over' } },
} as const satisfies Record<NoticeState, StateWords>;

/** What may differ between an account and its personnel record. */
export const DIFFERING_FIELDS: Readonly<Record<string, Bilingual>> = {
  unit: { zh: '單位', en: 'Unit' },
  name: { zh: '姓名', en: 'Name' },
  idLastFour: { zh: '身分證末四碼', en: 'Last four of the identity number' },
  title: { zh: '職稱', en: 'Position' },
  email: { zh: '公務信箱', en: 'Office mail' },
};

/** Words that the pages of operations share. */
export const OPERATIONS = {
  exportTitle: { zh: '匯出', en: 'Export' },
  exportAbout: {
    zh: '檔案載明匯出人員、時間與資料所有權，並留下紀錄。',
    en: 'The file names who exported it and when, carries the ownership notice, and is recorded.',
  },
  organisation: { zh: '機關', en: 'Agency' },
  account: { zh: '帳號', en: 'Account' },
  name: { zh: '姓名', en: 'Name' },
  state: { zh: '狀態', en: 'State' },
  details: { zh: '說明', en: 'Details' },
  reason: { zh: '理由', en: 'Reason' },
  action: { zh: '處理', en: 'Action' },
  none: { zh: '無', en: 'None' },
  show: { zh: '顯示', en: 'Show' },
  at: { zh: '時間', en: 'Time' },
  by: { zh: '人員', en: 'By' },
} as const satisfies Record<string, Bilingual>;

export const PERSONNEL = {
  title: { zh: '人事資料比對', en: 'Personnel data' },
  about: {
    zh: '將業務帳號與最新人事資料比對：離職、調動、查無此人與資料不一致。',
    en: 'Business accounts held against the newest personnel data: left, moved, unknown, different.',
  },
  noData: {
    zh: '尚未匯入本機關的人事資料，無法比對。',
    en: 'No personnel data of this agency yet, so nothing can be said.',
  },
  source: { zh: '人事資料來源', en: 'Data compared with' },
  imported: { zh: '匯入時間', en: 'Imported' },
  importedBy: { zh: '匯入人員', en: 'Imported by' },
  records: { zh: '筆數', en: 'Records' },
  file: { zh: '人事資料檔（CSV，UTF-8）', en: 'Personnel file (CSV, UTF-8)' },
  fileHint: {
    zh: '第一列為欄名：employee_number、name、status（in-service 或 left）必填；unit、id_last_four、login_name、effective_day、title、email 選填。任一列有誤即全部不匯入。',
    en: 'The first line names the columns: employee_number, name and status (in-service or left) are needed; unit, id_last_four, login_name, effective_day, title and email are not. One bad line and nothing is imported.',
  },
  import: { zh: '匯入人事資料', en: 'Import personnel data' },
  importAbout: {
    zh: '匯入後取代先前的資料；不會自動變更任何帳號。',
    en: 'It takes the place of earlier data; no account is changed by it.',
  },
  differences: { zh: '差異', en: 'Differences' },
  noDifferences: { zh: '沒有差異。', en: 'No differences.' },
  kind: { zh: '差異', en: 'Difference' },
  employee: { zh: '員工編號', en: 'Employee number' },
  remove: { zh: '刪除離職者帳號', en: "Delete the leaver's account" },
  removeAbout: {
    zh: '刪除帳號、終止其權限與憑證登記，連線立即終止，以人事資料為依據留下紀錄。',
    en: 'Deletes the account, its rights and its card; sessions end at once. Recorded with the personnel record as its basis.',
  },
  removeWarning: { zh: '刪除後無法復原。', en: 'This cannot be undone.' },
  endRights: { zh: '終止調動者權限', en: "End the mover's rights" },
  endRightsAbout: {
    zh: '終止其在各業務系統的權限；新職務所需權限另以 D-06-09 申請。',
    en: 'Ends the rights in business systems; those of the new duty are applied for by D-06-09.',
  },
  suspend: { zh: '停用帳號', en: 'Suspend the account' },
  suspendAbout: {
    zh: '人事資料查無此人：先停用，查明後再恢復或刪除。',
    en: 'The personnel data do not know this person: suspended until it is cleared up.',
  },
  suspendLeaverAbout: {
    zh: '這份人事資料是您匯入的：您先停用離職者的帳號，刪除須由另一位管理者或本署辦理。',
    en: "You imported these data: you suspend the leaver's account, and another registrar or the ministry deletes it.",
  },
  check: { zh: '定期有效性檢查', en: 'Regular check' },
  checkOpen: { zh: '本次檢查應於下列日期前結案：', en: 'The present check is to be closed by ' },
  checkLate: { zh: '本次檢查已逾期，應結案日：', en: 'The present check is late; it was due by ' },
  checkNone: { zh: '目前沒有待結案的檢查。', en: 'No check is open.' },
  close: { zh: '結案', en: 'Close the check' },
  closeAbout: {
    zh: '須先匯入檢查開始後的人事資料並處理差異；尚餘的差異筆數會記入紀錄。',
    en: 'Needs personnel data imported since it was opened; how many differences remain is recorded.',
  },
  note: { zh: '檢查結果', en: 'Result' },
  history: { zh: '歷次檢查', en: 'Checks so far' },
  opened: { zh: '開始', en: 'Opened' },
  due: { zh: '期限', en: 'Due' },
  closed: { zh: '結案', en: 'Closed' },
} as const satisfies Record<string, Bilingual>;

export const DORMANCY = {
  title: { zh: '閒置帳號', en: 'Dormant accounts' },
  about: {
    zh: '超過 3 個月未登入的帳號（從未登入者自核發日起算）依設定停用或刪除，事前提醒。',
    en: 'Accounts without a login for over 3 months (never used: since issue) are suspended or deleted as configured, with a warning before.',
  },
  rule: { zh: '規則：', en: 'Rule: ' },
  suspend: { zh: '停用', en: 'suspended' },
  delete: { zh: '刪除', en: 'deleted' },
  day: { zh: '基準日（年-月-日）', en: 'As of (year-month-day)' },
  filter: { zh: '篩選閒置帳號', en: 'Filter dormant accounts' },
  verdict: { zh: '規則判定', en: 'The rule says' },
  since: { zh: '未登入起始', en: 'Idle since' },
  neverUsed: { zh: '核發後從未登入', en: 'never used since issue' },
  actOn: { zh: '處理日', en: 'Acted upon from' },
  until: { zh: '例外至', en: 'Exempt until' },
  nothing: { zh: '沒有閒置或將閒置的帳號。', en: 'No account is dormant or near it.' },
  exempt: { zh: '設定例外', en: 'Exempt an account' },
  exemptAbout: {
    zh: '例如留職停薪或專案需求；須載明理由與期限（最長 12 個月），不得為自己設定。',
    en: 'For a leave or a project: with a reason and a term of at most 12 months, never for oneself.',
  },
  loginName: { zh: '帳號', en: 'Account' },
  untilField: { zh: '最後一日（年-月-日）', en: 'Last day (year-month-day)' },
  runs: { zh: '歷次執行', en: 'Runs' },
  warned: { zh: '提醒', en: 'Warned' },
  acted: { zh: '處理', en: 'Acted upon' },
  kept: { zh: '保留', en: 'Kept' },
  runId: { zh: '執行編號', en: 'Run' },
} as const satisfies Record<string, Bilingual>;

export const OUTBOX = {
  title: { zh: '通知紀錄', en: 'Notices' },
  about: {
    zh: '系統寄送或須當面交付的通知；通知內容不含密碼。',
    en: 'Notices by mail, or to be handed over as sheets; none holds a password.',
  },
  noMail: {
    zh: '未設定郵件伺服器：通知停留於此，請列印後當面交付。',
    en: 'No mail server is configured: notices stay here.',
  },
  to: { zh: '收件人', en: 'To' },
  noAddress: { zh: '無電子郵件', en: 'no mail address' },
  subject: { zh: '主旨', en: 'Subject' },
  version: { zh: '文字版本', en: 'Text version' },
  handOver: { zh: '記錄已當面交付', en: 'Record as handed over' },
  sheet: { zh: '列印通知單', en: 'Print the sheet' },
  sheetTitle: { zh: '通知單', en: 'Notice' },
  content: { zh: '通知內容', en: 'Text' },
  handedBy: { zh: '交付人', en: 'Handed over by' },
  receivedBy: { zh: '簽收人', en: 'Received by' },
  filter: { zh: '狀態', en: 'State' },
} as const satisfies Record<string, Bilingual>;

/** Attempts to send a notice that failed. */
export function failedTimes(count: number): Bilingual {
  return { zh: `失敗 ${count} 次：`, en: `${count} failed ${count === 1 ? 'attempt' : 'attempts'}:` };
}

export const JOBS = {
  title: { zh: '排程工作', en: 'Scheduled jobs' },
  about: {
    zh: '每項工作同時只由一個節點執行；錯過午夜時於恢復後補執行。',
    en: 'Each is done by one node at a time; a midnight that was missed is made up for.',
  },
  job: { zh: '工作', en: 'Job' },
  completedDay: { zh: '已完成至', en: 'Done for' },
  completedAt: { zh: '完成時間', en: 'Completed' },
  holder: { zh: '節點', en: 'Node' },
  problem: { zh: '問題', en: 'Problem' },
  never: { zh: '尚未執行', en: 'Not run yet' },
  running: { zh: '執行中', en: 'At work' },
  failed: { zh: '失敗，將重試', en: 'Failed, tried again' },
  done: { zh: '完成', en: 'Done' },
} as const satisfies Record<string, Bilingual>;

export const JOB_NAMES: Readonly<Record<string, Bilingual>> = {
  'due-changes': { zh: '執行到期的帳號異動', en: 'Account changes that are due' },
  dormancy: { zh: '閒置帳號規則', en: 'Rule for dormant accounts' },
  'account-checks': { zh: '開始定期有效性檢查', en: 'Open regular checks' },
  'profile-reminders': { zh: '提醒確認聯絡資料', en: 'Remind of contact data' },
  'session-records': { zh: '刪除逾期連線紀錄', en: 'Delete old records of sessions' },
  notices: { zh: '登錄資料使用說明的版本', en: "Record versions of the systems' notices" },
  mail: { zh: '寄送通知', en: 'Send notices' },
};
