/** Every kind of event that can be recorded, with its outcome class and texts; codes are stable and never reused. */
export const EVENT_CATALOGUE = {
  'setup.completed': { zh: '完成首次設定', en: 'First set-up completed' },
  'account.created': { zh: '建立業務帳號', en: 'Business account created' },
  'account.suspended': { zh: '停用業務帳號', en: 'Business account suspended' },
  'account.granted': { zh: '授予系統權限', en: 'System role granted' },
  'certificate.bound': { zh: '登記憑證', en: 'Certificate bound' },
  'certificate.renewed': { zh: '憑證展期更新', en: 'Renewed certificate taken up' },
  'login.succeeded': { zh: '登入成功', en: 'Login succeeded' },
  'card.trouble-reported': {
    zh: '使用者電腦回報未經查證的讀卡問題',
    en: 'Trouble with the card as told by the page and not verified',
  },
  'login.refused': { zh: '登入未成', en: 'Login refused' },
  'system.entered': { zh: '進入業務系統', en: 'Business system entered' },
  'system.refused': { zh: '未獲准進入業務系統', en: 'Business system refused' },
  'notice.in-force': { zh: '資料使用說明生效', en: 'Notice of a system in force' },
  'purpose.declared': { zh: '申報使用目的', en: 'Purpose declared' },
  'account.imported': { zh: '匯入業務帳號', en: 'Business account taken over' },
  'account.changed': { zh: '異動業務帳號', en: 'Business account changed' },
  'account.activated': { zh: '完成帳號啟用', en: 'Business account activated' },
  'account.resumed': { zh: '恢復業務帳號', en: 'Business account resumed' },
  'account.deleted': { zh: '刪除業務帳號', en: 'Business account deleted' },
  'account.grant-ended': { zh: '終止系統權限', en: 'System role ended' },
  'account.roles-changed': { zh: '變更角色', en: 'Roles changed' },
  'account.change-scheduled': { zh: '排定帳號異動', en: 'Account change scheduled' },
  'account.change-cancelled': { zh: '取消排定的帳號異動', en: 'Scheduled account change cancelled' },
  'account.exempted': { zh: '免受閒置停用', en: 'Exempted from dormancy' },
  'account.unlocked': { zh: '解除一日密碼鎖定', en: 'One-day password unlocked' },
  'profile.changed': { zh: '更新個人資料', en: 'Personal data changed' },
  'profile.reminded': { zh: '提醒確認個人資料', en: 'Reminded to confirm personal data' },
  'deputy.named': { zh: '指定職務代理人', en: 'Deputy named' },
  'deputy.ended': { zh: '終止職務代理', en: 'Deputyship ended' },
  'rules.acknowledged': { zh: '閱讀並同意使用管理規則', en: 'Rules of use acknowledged' },
  'organisation.created': { zh: '新增機關', en: 'Organisation added' },
  'unit.created': { zh: '新增單位', en: 'Unit added' },
  'organisation.changed': { zh: '變更機關名稱', en: 'Organisation renamed' },
  'unit.changed': { zh: '變更單位名稱', en: 'Unit renamed' },
  'application.drafted': { zh: '建立申請單', en: 'Application drafted' },
  'application.submitted': { zh: '送出申請單', en: 'Application submitted' },
  'application.withdrawn': { zh: '撤回申請單', en: 'Application withdrawn' },
  'application.approved': { zh: '同意申請', en: 'Application approved' },
  'application.returned': { zh: '退回補正', en: 'Application returned' },
  'application.refused': { zh: '不同意申請', en: 'Application refused' },
  'application.letter-recorded': { zh: '登錄函文', en: 'Official letter recorded' },
  'application.executed': { zh: '執行異動', en: 'Application executed' },
  'application.notified': { zh: '通知申請人', en: 'Applicant notified' },
  'application.archived': { zh: '申請單歸檔', en: 'Application archived' },
  'application.exported': { zh: '匯出申請單', en: 'Application exported' },
  'activation.secret-issued': { zh: '產生初始密碼', en: 'Initial secret issued' },
  'activation.refused': { zh: '啟用未成', en: 'Activation refused' },
  'activation.step-done': { zh: '完成啟用步驟', en: 'Activation step done' },
  'password.changed': { zh: '變更密碼', en: 'Password changed' },
  'password.reset': { zh: '重設密碼', en: 'Password reset' },
  'certificate.binding-requested': { zh: '申請登記憑證', en: 'Binding of a certificate requested' },
  'certificate.binding-refused': { zh: '未同意登記憑證', en: 'Binding of a certificate refused' },
  'certificate.unbound': { zh: '終止憑證登記', en: 'Certificate unbound' },
  'one-day-password.enabled': { zh: '啟用一日密碼', en: 'One-day password enabled' },
  'one-day-password.accepted': { zh: '一日密碼正確而待變更', en: 'One-day password accepted but to be changed' },
  'one-day-password.changed': { zh: '變更一日密碼', en: 'One-day password changed' },
  'one-day-password.locked': { zh: '一日密碼鎖定', en: 'One-day password locked' },
  'one-day-password.flagged': { zh: '一日密碼使用頻繁', en: 'One-day password used often' },
  'dormancy.warned': { zh: '閒置帳號提醒', en: 'Dormant account warned' },
  'dormancy.completed': { zh: '執行閒置帳號規則', en: 'Rule for dormant accounts carried out' },
  'personnel.imported': { zh: '匯入人事資料', en: 'Personnel data imported' },
  'personnel.checked': { zh: '檢查帳號有效性', en: 'Accounts checked against personnel data' },
  'personnel.check-opened': { zh: '開始帳號有效性檢查', en: 'Check of accounts opened' },
  'job.completed': { zh: '排程工作完成', en: 'Scheduled job completed' },
  'job.day-implausible': {
    zh: '排程日期不合理而重新執行',
    en: 'Scheduled job of a future day run again',
  },
  'job.failed': { zh: '排程工作失敗', en: 'Scheduled job failed' },
  'mail.sent': { zh: '寄出通知', en: 'Notice sent' },
  'mail.failed': { zh: '通知寄送失敗', en: 'Notice could not be sent' },
  'notice.handed-over': { zh: '當面交付通知', en: 'Notice handed over' },
  'data.exported': { zh: '匯出資料', en: 'Data exported' },
  'access.refused': { zh: '拒絕越權操作', en: 'Act beyond the authority refused' },
  'address.held-back': { zh: '嘗試過於頻繁而暫不受理', en: 'Held back for trying too often' },
  'session.concurrent': { zh: '同一帳號自不同位址同時使用', en: 'Account in use from two addresses' },
  'session.records-deleted': { zh: '刪除逾期連線紀錄', en: 'Old records of sessions deleted' },
  'access-records.lost': { zh: '業務系統存取紀錄缺漏', en: 'Records of requests lost' },
  'access-records.deleted': { zh: '刪除逾期存取紀錄', en: 'Old records of requests deleted' },
  'assertion-keys.rotated': { zh: '更換身分聲明的簽章金鑰', en: 'Key that signs assertions rotated' },
  'assertion-keys.removed': { zh: '銷毀停用的簽章金鑰', en: 'Former keys of assertions removed' },
  'clock.jumped': { zh: '連線時鐘跳動', en: 'Clock of sessions jumped' },
  'configuration.reloaded': { zh: '重新載入設定', en: 'Configuration read anew' },
  'configuration.refused': { zh: '設定有誤而沿用原設定', en: 'Configuration refused' },
  'session.ended': { zh: '結束連線', en: 'Session ended' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type EventCode = keyof typeof EVENT_CATALOGUE;

/** Who did it: a person by account, somebody not (yet) recognised, the gateway itself, or its command line. */
export type Actor =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'unidentified' }
  | { readonly kind: 'gateway' }
  | {
      readonly kind: 'command-line';
      /** The gateway's own OS user, verified by the socket's owner. */
      readonly osUser: string;
      /** The caller's name as he declares it; not verified. */
      readonly declaredName: string | null;
    };

/** A fact of an event. Never a PIN, a cookie, an assertion, a password, a `tbs` or a certificate (DESIGN rule 4). */
export type Fact = string | number | boolean | null;

/** What happened, ready to be recorded in the transaction of the change. */
export interface AuditEvent {
  readonly id: string;
  readonly code: EventCode;
  readonly at: Date;
  readonly actor: Actor;
  /** The account that it is about, where there is one. */
  readonly accountId: string | null;
  readonly systemId: string | null;
  /** The session's public reference, never its id or a cookie. */
  readonly sessionReference: string | null;
  readonly requestId: string | null;
  readonly clientAddress: string | null;
  readonly facts: Readonly<Record<string, Fact>>;
}
