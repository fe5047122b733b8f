import type { FormId, GrantRow } from '../../src/applications/form.ts';

/** One act in the history of a demo application, by the login name of whoever does it. */
export type StoryAct =
  | readonly ['submit', by: string]
  | readonly ['approve' | 'return' | 'refuse' | 'withdraw' | 'execute' | 'archive', by: string, note: string]
  | readonly ['letter', by: string, number: string, agency: string];

/** An application of the demonstration and how far it has come. */
export interface DemoStory {
  readonly form: FormId;
  readonly filer: string;
  /** `effectiveDay` is today unless it says otherwise. */
  readonly fields: Readonly<Record<string, string>>;
  readonly grants?: readonly Omit<GrantRow, 'validUntil'>[];
  readonly acts: readonly StoryAct[];
}

const more = (loginName: string, reason: string) => ({ change: 'change', loginName, reason, basis: '示範業務分工表' });
const enquiry = (system: string, reason: string) => [{ system, role: 'enquiry', act: 'add', reason }] as const;

/** The forms for general users: one in every state of the agency's own route. */
const GENERAL_USERS: readonly DemoStory[] = [
  {
    form: 'D-06-09',
    filer: 'county-user',
    fields: more('county-user', '協辦商品標示抽查'),
    grants: enquiry('labelling', '查核標示之登記資料'),
    acts: [],
  },
  {
    form: 'D-06-09',
    filer: 'county-user',
    fields: more('county-user', '承辦電子遊戲場業查核'),
    grants: enquiry('game-machine', '查核電子遊戲場之登記'),
    acts: [['submit', 'county-user']],
  },
  {
    form: 'D-06-09',
    filer: 'county-user-2',
    fields: more('county-user-2', '工廠登記與公司登記之勾稽'),
    grants: enquiry('company', '核對公司登記地址'),
    acts: [
      ['submit', 'county-user-2'],
      ['return', 'county-industry-head', '請補業務分工表之文號。'],
    ],
  },
  {
    form: 'D-06-09',
    filer: 'county-user-2',
    fields: more('county-user-2', '查詢動產擔保'),
    grants: enquiry('chattel', '非本單位業務'),
    acts: [
      ['submit', 'county-user-2'],
      ['refuse', 'county-industry-head', '非本科業務，請改由承辦單位申請。'],
    ],
  },
  {
    form: 'D-06-09',
    filer: 'city-user',
    fields: more('city-user', '重複送件'),
    grants: enquiry('company', '重複送件，請准撤回'),
    acts: [
      ['submit', 'city-user'],
      ['withdraw', 'city-user', '重複送件。'],
    ],
  },
  {
    form: 'D-06-09',
    filer: 'county-checker',
    fields: more('county-checker', '每月查詢紀錄查核'),
    grants: enquiry('company', '查核查詢紀錄與案件是否相符'),
    acts: [
      ['submit', 'county-checker'],
      ['approve', 'county-industry-head', '業務需要，同意。'],
    ],
  },
  {
    form: 'D-06-09',
    filer: 'county-user-2',
    fields: more('county-user-2', '特定目的事業之工廠查核'),
    grants: enquiry('special-purpose', '核對特定目的事業之許可'),
    acts: [
      ['submit', 'county-user-2'],
      ['approve', 'county-industry-head', '業務需要，同意。'],
      ['execute', 'county-registrar-2', '已依核准內容設定。'],
    ],
  },
  {
    form: 'D-06-09',
    filer: 'city-user',
    fields: more('city-user', '協辦有限合夥之查詢'),
    grants: enquiry('limited-partnership', '調閱有限合夥之變更登記'),
    acts: [
      ['submit', 'city-user'],
      ['approve', 'city-head', '業務需要，同意。'],
      ['execute', 'city-registrar', '已依核准內容設定。'],
      ['archive', 'city-registrar', '歸檔。'],
    ],
  },
];

/** The forms that go to 本署 by letter. */
const BY_LETTER: readonly DemoStory[] = [
  {
    form: 'D-06-10',
    filer: 'city-user',
    fields: {
      change: 'appoint',
      loginName: 'city-user',
      reason: '增設註冊管理者，互為備援',
      basis: '示範市商字第 1150000001 號簽',
    },
    acts: [
      ['submit', 'city-user'],
      ['approve', 'city-head', '同意增設。'],
      ['letter', 'city-registrar', '示範市商字第 1150000002 號', '示範市政府'],
    ],
  },
  {
    form: 'D-06-10',
    filer: 'county-registrar',
    fields: more('county-registrar', '管理者督導業務'),
    grants: enquiry('factory', '帳號異動之查證'),
    acts: [
      ['submit', 'county-registrar'],
      ['approve', 'county-head', '同意。'],
    ],
  },
  {
    form: 'D-06-10',
    filer: 'county-registrar-2',
    fields: more('county-registrar-2', '管理者督導業務'),
    grants: enquiry('factory', '帳號異動之查證'),
    acts: [
      ['submit', 'county-registrar-2'],
      ['approve', 'county-industry-head', '同意。'],
      ['letter', 'county-registrar', '示範府經字第 1150000003 號', '示範縣政府'],
      ['approve', 'ministry-officer', '符合最小權限，同意。'],
    ],
  },
];

const oneDay = (loginName: string, reasonKind: string, reason: string) => ({ loginName, reasonKind, reason });

const ONE_DAY_PASSWORDS: readonly DemoStory[] = [
  {
    form: 'D-06-11',
    filer: 'city-user',
    fields: oneDay('city-user', 'card-not-carried', '今日未攜帶憑證卡，有限期案件待辦。'),
    acts: [['submit', 'city-user']],
  },
  {
    form: 'D-06-11',
    filer: 'county-user',
    fields: oneDay('county-user', 'card-renewal', '憑證換發中。'),
    acts: [
      ['submit', 'county-user'],
      ['approve', 'county-head', '同意，限今日。'],
    ],
  },
  {
    form: 'D-06-11',
    filer: 'county-user-2',
    fields: oneDay('county-user-2', 'reader-broken', '讀卡機故障送修。'),
    acts: [
      ['submit', 'county-user-2'],
      ['approve', 'county-industry-head', '同意，限今日。'],
      ['execute', 'county-registrar', '當面交付。'],
      ['archive', 'county-registrar', '歸檔。'],
    ],
  },
];

/** Applications in every state, so that each page of the demonstration has something to show. */
export const DEMO_STORIES: readonly DemoStory[] = [...GENERAL_USERS, ...BY_LETTER, ...ONE_DAY_PASSWORDS];
