/** Every kind of event that can be recorded, with its outcome class and texts; codes are stable and never reused. */
export const EVENT_CATALOGUE = {
  'setup.completed': { zh: '完成首次設定', en: 'First set-up completed' },
  'account.created': { zh: '建立業務帳號', en: 'Business account created' },
  'account.suspended': { zh: '停用業務帳號', en: 'Business account suspended' },
  'account.granted': { zh: '授予系統權限', en: 'System role granted' },
  'certificate.bound': { zh: '登記憑證', en: 'Certificate bound' },
  'certificate.renewed': { zh: '憑證展期更新', en: 'Renewed certificate taken up' },
  'login.succeeded': { zh: '登入成功', en: 'Login succeeded' },
  'login.refused': { zh: '登入未成', en: 'Login refused' },
  'system.entered': { zh: '進入業務系統', en: 'Business system entered' },
  'system.refused': { zh: '未獲准進入業務系統', en: 'Business system refused' },
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
