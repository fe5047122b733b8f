import type { Bilingual } from '../bilingual.ts';

/** How a control of 附表十 is met. */
export type ControlState = 'enforced' | 'operation';

/** One control of 資通系統防護基準 (資通安全責任等級分級辦法 附表十), where it is enforced and which test shows it. */
export interface Control {
  /** 構面／措施 */
  readonly measure: Bilingual;
  readonly text: Bilingual;
  /** Lowest level at which it applies. */
  readonly level: '普' | '中' | '高';
  readonly state: ControlState;
  readonly where: Bilingual;
  /** Ids in titles of tests, or files of tests; empty where people have to see to it. */
  readonly tests: readonly string[];
}

const ACCOUNTS = { zh: '存取控制／帳號管理', en: 'Access control: accounts' };
const LEAST = { zh: '存取控制／最小權限', en: 'Access control: least privilege' };
const REMOTE = { zh: '存取控制／遠端存取', en: 'Access control: remote access' };
const EVENTS = { zh: '事件日誌', en: 'Event logs' };
const IDENTITY = { zh: '識別與鑑別', en: 'Identification and authentication' };
const BUILDING = { zh: '系統與服務獲得', en: 'Building and deployment' };
const CHANNEL = { zh: '系統與通訊保護', en: 'Protection of communication' };
const INTEGRITY = { zh: '系統與資訊完整性', en: 'Integrity' };

/** In the order of 附表十. */
export const CONTROLS: readonly Control[] = [
  {
    measure: ACCOUNTS,
    level: '普',
    state: 'enforced',
    text: {
      zh: '帳號之申請、建立、修改、啟用、停用及刪除之程序',
      en: 'Procedure to apply for, create, change, activate, suspend and delete accounts',
    },
    where: {
      zh: '每次異動須有核准的申請單；狀態機在伺服器',
      en: 'Every change names an approved application; the states are kept by the server',
    },
    tests: ['D1-040', 'D1-081', 'D1-045'],
  },
  {
    measure: ACCOUNTS,
    level: '普',
    state: 'enforced',
    text: {
      zh: '已逾期之臨時或緊急帳號應刪除或禁用',
      en: 'Expired temporary or emergency accounts are deleted or disabled',
    },
    where: {
      zh: '一日密碼於當日 24:00（臺北時間）失效',
      en: 'A one-day password ends at 24:00 of its day, Taipei time',
    },
    tests: ['D1-148'],
  },
  {
    measure: ACCOUNTS,
    level: '普',
    state: 'enforced',
    text: { zh: '資通系統閒置帳號應禁用', en: 'Idle accounts are disabled' },
    where: {
      zh: '逾 3 個月未登入由排程停用或刪除',
      en: 'A job suspends or deletes accounts not used for over three months',
    },
    tests: ['D1-100', 'D1-101'],
  },
  {
    measure: ACCOUNTS,
    level: '普',
    state: 'operation',
    text: { zh: '定期審核帳號', en: 'Accounts are reviewed regularly' },
    where: {
      zh: '與人事資料比對；半年清查由各單位辦理',
      en: 'Comparison with personnel data; the half-yearly review is the duty of the units',
    },
    tests: ['D1-042'],
  },
  {
    measure: ACCOUNTS,
    level: '中',
    state: 'enforced',
    text: { zh: '逾越閒置時間或可使用期限時自動登出', en: 'Automatic logout after the idle or usage limit' },
    where: { zh: '閒置超過 4 小時登出；由伺服器計時', en: 'After more than four idle hours, reckoned by the server' },
    tests: ['D1-098', 'D1-099'],
  },
  {
    measure: LEAST,
    level: '普',
    state: 'enforced',
    text: { zh: '採最小權限原則', en: 'Least privilege' },
    where: {
      zh: '預設沒有權限，逐項授予系統、角色、理由與期間；入口網依職務與機關限定',
      en: 'No right by default; each names system, role, reason and term; the portal is cut to duty and agency',
    },
    tests: ['D1-041', 'D1-096', 'D1-083'],
  },
  {
    measure: REMOTE,
    level: '普',
    state: 'enforced',
    text: {
      zh: '使用者之權限檢查作業應於伺服器端完成；應採用加密機制',
      en: 'Permissions are checked by the server; connections are encrypted',
    },
    where: {
      zh: '每個要求在轉送前判定；TLS 1.2 以上',
      en: 'Each request is judged before it is passed on; TLS 1.2 or later',
    },
    tests: ['D1-111', 'D3-07', 'D1-091'],
  },
  {
    measure: EVENTS,
    level: '普',
    state: 'enforced',
    text: {
      zh: '記錄特定事件，及管理者帳號所執行之各項功能',
      en: 'Defined events and every act of administrators are recorded',
    },
    where: {
      zh: '事件目錄；異動與事件同一筆交易',
      en: 'Catalogue of events; a change and its event are one transaction',
    },
    tests: ['D1-014', 'test/contract/database.contract.ts'],
  },
  {
    measure: EVENTS,
    level: '普',
    state: 'enforced',
    text: { zh: '日誌包含事件類型、時間、位置及使用者身分', en: 'Logs hold type, time, place and identity' },
    where: {
      zh: '單一格式：代碼、UTC 時間、來源位址、帳號、結果',
      en: 'One format: code, UTC time, address, account, outcome',
    },
    tests: ['test/audit/event.test.ts', 'test/contract/events.contract.ts'],
  },
  {
    measure: EVENTS,
    level: '普',
    state: 'enforced',
    text: { zh: '日誌處理失效時採取適當之行動', en: 'Action when logging fails' },
    where: { zh: '事件寫不進去，就不給予任何權利', en: 'Where an event cannot be written, nothing is given' },
    tests: ['test/contract/changes.contract.ts'],
  },
  {
    measure: EVENTS,
    level: '普',
    state: 'operation',
    text: {
      zh: '時戳可對應 UTC，系統時鐘定期與基準時間源同步；日誌保留至少六個月',
      en: 'UTC time stamps, synchronised clocks; logs kept for six months or more',
    },
    where: {
      zh: '事件以 UTC 記錄；校時與備份由維運辦理',
      en: 'Events are in UTC; clocks and backups are the duty of the operators',
    },
    tests: ['test/audit/event.test.ts'],
  },
  {
    measure: IDENTITY,
    level: '普',
    state: 'enforced',
    text: { zh: '識別及鑑別使用者，並禁止使用共用帳號', en: 'Users are identified; shared accounts are forbidden' },
    where: { zh: '一人一帳號、一卡一帳號', en: 'One account a person, one account a card' },
    tests: ['D1-086', 'D1-089'],
  },
  {
    measure: IDENTITY,
    level: '高',
    state: 'enforced',
    text: { zh: '採取多因子鑑別技術', en: 'Multi-factor authentication' },
    where: {
      zh: '自然人憑證與 PIN；一日密碼連線不得審核、執行、簽章、匯出',
      en: 'Card and PIN; a one-day password may not decide, execute, sign or export',
    },
    tests: ['D1-090', 'test/web/access-matrix.test.ts'],
  },
  {
    measure: IDENTITY,
    level: '普',
    state: 'enforced',
    text: { zh: '身分驗證相關資訊不以明文傳輸，並遮蔽鑑別資訊', en: 'Credentials travel encrypted and are masked' },
    where: {
      zh: 'PIN 只在使用者電腦與元件之間，不送到伺服器',
      en: 'The PIN stays between the computer and the card component',
    },
    tests: ['D1-131'],
  },
  {
    measure: IDENTITY,
    level: '普',
    state: 'enforced',
    text: {
      zh: '失敗五次後鎖定至少十五分鐘；密碼複雜度；不得與前三次相同；預設密碼初次登入即變更',
      en: 'Locked for 15 minutes after five failures; complexity; none of the last three; first password changed at once',
    },
    where: { zh: '啟用與一日密碼', en: 'Activation and one-day passwords' },
    tests: ['D1-150', 'D1-153'],
  },
  {
    measure: IDENTITY,
    level: '中',
    state: 'enforced',
    text: {
      zh: '密碼經雜湊處理後儲存；防範自動化程式',
      en: 'Passwords are stored hashed; automated attempts are slowed',
    },
    where: { zh: 'argon2id；位址與個人的次數限制', en: 'argon2id; limits by address and by person' },
    tests: ['D1-153'],
  },
  {
    measure: BUILDING,
    level: '普',
    state: 'enforced',
    text: { zh: '發生錯誤時僅顯示簡短訊息及代碼', en: 'Errors show a short message and a code only' },
    where: { zh: '參考編號；內容只在維運日誌', en: 'A reference; the rest is in the log of the operators' },
    tests: ['test/web/answers.test.ts'],
  },
  {
    measure: BUILDING,
    level: '普',
    state: 'operation',
    text: {
      zh: '關閉不必要服務及埠口；不使用預設密碼；識別第三方元件',
      en: 'No needless services, no default passwords, third-party parts known',
    },
    where: {
      zh: '沒有預設密碼；元件版本固定於鎖定檔',
      en: 'There is no default password; versions stand in the lock file',
    },
    tests: ['test/journeys/first-start.test.ts'],
  },
  {
    measure: CHANNEL,
    level: '高',
    state: 'enforced',
    text: { zh: '採用公開驗證且未遭破解之演算法', en: 'Public, unbroken algorithms' },
    where: { zh: '不接受 SHA-1 簽章與 RSA 2048 以下的金鑰', en: 'No SHA-1 signatures, no RSA below 2048 bits' },
    tests: ['test/pki/algorithms.test.ts', 'test/pki/weak-keys.test.ts'],
  },
  {
    measure: INTEGRITY,
    level: '普',
    state: 'enforced',
    text: { zh: '使用者輸入資料之合法性檢查置於伺服器端', en: 'Input is judged by the server' },
    where: { zh: '每個欄位以結構定義檢查', en: 'Each field is checked against its definition' },
    tests: ['test/flows/accounts/desk.test.ts', 'test/applications'],
  },
  {
    measure: INTEGRITY,
    level: '中',
    state: 'enforced',
    text: { zh: '使用完整性驗證工具偵測未授權變更', en: 'Unauthorised changes are detected' },
    where: {
      zh: '信任憑證檔的雜湊於啟動與重新載入時核對',
      en: 'Digests of the trust anchors are checked at start and reload',
    },
    tests: ['test/pki/trust-store.test.ts', 'test/adapters/revocation/trust-data.test.ts'],
  },
];

export const CONTROL_STATES = {
  enforced: { tone: 'ok', text: { zh: '系統執行', en: 'Enforced' } },
  operation: { tone: 'wait', text: { zh: '由人員辦理，系統佐證', en: 'Done by people, with evidence' } },
} as const satisfies Record<ControlState, { tone: 'ok' | 'wait'; text: Bilingual }>;

/** Words of the page. */
export const COMPLIANCE = {
  title: { zh: '防護基準對照', en: 'Security controls' },
  about: {
    zh: '資通安全責任等級分級辦法附表十（資通系統防護基準）的措施，在本系統何處執行，以及由哪些測試證明。',
    en: 'The controls of Annex 10 of the Regulations on Classification of Cyber Security Responsibility Levels: where they are enforced here, and which tests show it.',
  },
  measure: { zh: '措施', en: 'Control' },
  level: { zh: '等級', en: 'Level' },
  state: { zh: '執行', en: 'Enforced' },
  where: { zh: '執行方式', en: 'How' },
  tests: { zh: '測試', en: 'Tests' },
} as const satisfies Record<string, Bilingual>;
