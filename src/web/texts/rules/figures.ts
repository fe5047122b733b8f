import type { Bilingual } from '../bilingual.ts';

/** Who acts in a procedure; a column of its figure. */
export interface Lane {
  readonly id: string;
  readonly name: Bilingual;
}

export interface ProcedureStep {
  readonly lane: string;
  /** In the box of the figure: at most nine full-width characters. */
  readonly short: Bilingual;
  readonly text: Bilingual;
}

/** A procedure of document 1, 八, derived from its text: the figures are images (decision E3). */
export interface Procedure {
  readonly title: Bilingual;
  readonly lead: Bilingual;
  readonly lanes: readonly Lane[];
  readonly steps: readonly ProcedureStep[];
}

const APPLICANT = { id: 'applicant', name: { zh: '申請人', en: 'Applicant' } };
const HEAD = { id: 'head', name: { zh: '單位主管', en: 'Unit head' } };
const REGISTRAR = { id: 'registrar', name: { zh: '註冊管理者', en: 'Registration manager' } };
const OFFICER = { id: 'officer', name: { zh: '本署計畫承辦人', en: 'Case officer' } };
const ADMINISTRATOR = { id: 'administrator', name: { zh: '本署系統管理者', en: 'Ministry administrator' } };

/** By the last segment of `/figures/…`. */
export const PROCEDURES: ReadonlyMap<string, Procedure> = new Map([
  [
    '2',
    {
      title: { zh: '圖 2　註冊管理者異動流程（D-06-10）', en: 'Figure 2: registration managers (D-06-10)' },
      lead: { zh: '規則八(一)的七個步驟。', en: 'The seven steps of rule 8(1).' },
      lanes: [APPLICANT, HEAD, OFFICER, ADMINISTRATOR],
      steps: [
        {
          lane: 'applicant',
          short: { zh: '填 D-06-10', en: 'Fills D-06-10' },
          text: {
            zh: '申請人填寫業務帳號註冊管理者異動申請單（D-06-10）。',
            en: 'The applicant fills in form D-06-10.',
          },
        },
        {
          lane: 'applicant',
          short: { zh: '送單位主管', en: 'Submits' },
          text: { zh: '送單位主管審核。', en: 'He submits it to the unit head.' },
        },
        {
          lane: 'head',
          short: { zh: '同意並函送本署', en: 'Agrees, letter' },
          text: {
            zh: '主管同意後，由指定的管理者將 D-06-10 以函文（文號、日期）送本署；主管不同意即退回或結案。',
            en: 'If the head agrees, the assigned manager sends it to the ministry administration by official letter (number, date); otherwise it is returned or closed.',
          },
        },
        {
          lane: 'officer',
          short: { zh: '審核、加註意見', en: 'Reviews, notes' },
          text: {
            zh: '本署計畫承辦人審核合理性，加註審核意見，同意或不同意。',
            en: 'The case officer reviews it, adds a note, and approves or refuses.',
          },
        },
        {
          lane: 'administrator',
          short: { zh: '執行異動與權限', en: 'Executes' },
          text: {
            zh: '本署系統管理者執行帳號異動與權限設定；執行者留下紀錄。',
            en: 'The ministry administrator carries out the change and sets the permissions; who did it is recorded.',
          },
        },
        {
          lane: 'administrator',
          short: { zh: '通知申請人', en: 'Notifies' },
          text: {
            zh: '以適當方式通知申請人：帳號啟用、憑證登記與注意事項。',
            en: 'The applicant is told by suitable means: activation, certificate registration, cautions.',
          },
        },
        {
          lane: 'applicant',
          short: { zh: '啟用、開始使用', en: 'Activates' },
          text: {
            zh: '申請人完成啟用與憑證登記後開始使用；本署系統管理者將紀錄歸檔於文件管理。',
            en: 'The applicant activates the account, registers the card and can start; the ministry administrator files the record.',
          },
        },
      ],
    },
  ],
  [
    '3',
    {
      title: { zh: '圖 3　一般使用者異動流程（D-06-09）', en: 'Figure 3: general users (D-06-09)' },
      lead: { zh: '規則八(二)的六個步驟。', en: 'The six steps of rule 8(2).' },
      lanes: [APPLICANT, HEAD, REGISTRAR],
      steps: [
        {
          lane: 'applicant',
          short: { zh: '填 D-06-09', en: 'Fills D-06-09' },
          text: {
            zh: '因業務需要的申請人，向所屬主管機關提出 D-06-09。',
            en: 'An applicant with a business need files D-06-09 with his own competent authority.',
          },
        },
        {
          lane: 'head',
          short: { zh: '審核、加註意見', en: 'Reviews, notes' },
          text: {
            zh: '單位主管審核，加註意見，同意或不同意。',
            en: 'The head reviews it, adds a note, and approves or refuses.',
          },
        },
        {
          lane: 'registrar',
          short: { zh: '執行異動與權限', en: 'Executes' },
          text: {
            zh: '註冊管理者執行帳號異動與權限設定。機關沒有註冊管理者時，以函文送本署辦理。',
            en: 'The registration manager carries out the change and sets the permissions. Without one, it goes to the ministry administration by letter.',
          },
        },
        {
          lane: 'registrar',
          short: { zh: '通知使用者', en: 'Notifies' },
          text: {
            zh: '通知使用者：帳號啟用、憑證登記與注意事項。',
            en: 'He tells the user: activation, certificate registration, cautions.',
          },
        },
        {
          lane: 'applicant',
          short: { zh: '啟用、開始使用', en: 'Activates' },
          text: {
            zh: '使用者完成啟用後開始使用；註冊管理者將紀錄歸檔於文件管理。',
            en: 'The user activates the account and can start; the registration manager files the record.',
          },
        },
        {
          lane: 'applicant',
          short: { zh: '離職或異動：當日刪除', en: 'Leaves' },
          text: {
            zh: '離職或職務異動時向所屬主管機關申請；權限於當日刪除。',
            en: 'On leaving or moving he applies to his authority; the permissions are deleted the same day.',
          },
        },
      ],
    },
  ],
]);

/** Words of the pages. */
export const FIGURES = {
  figure: { zh: '流程圖', en: 'Figure' },
  asList: { zh: '步驟（文字）', en: 'The same as a list' },
  derived: {
    zh: '規則的流程圖只有圖片，本圖依條文推導。',
    en: 'The figure of the rules is an image without text; this one is derived from the text.',
  },
  others: { zh: '其他流程', en: 'Other procedures' },
} as const satisfies Record<string, Bilingual>;
