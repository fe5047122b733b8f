import type { CardFailure, CardFailureCode } from '../card-reader.ts';

/** `ret_code` values of the HiPKI local signer that this agent sends. */
export const RetCode = {
  ok: 0,
  tbsMissing: 0x76000003,
  noCard: 0x76000006,
  wrongType: 0x76000008,
  tooLarge: 0x7600000a,
  malformedJson: 0x7600000b,
  wrongParameter: 0x7600000c,
  helperFailed: 0x7600000d,
  unsupportedMethod: 0x7600000e,
  forbiddenDomain: 0x7600000f,
  pinMissing: 0x76000998,
  cancelled: 0x76000999,
  moduleNotLoaded: 0x76100001,
  noReader: 0x76100003,
  readerInfoFailed: 0x76100004,
  sessionFailed: 0x76100005,
  loginFailed: 0x76100006,
  cardInfoFailed: 0x7610000b,
  certificateNotFound: 0x7610000c,
  keyNotFound: 0x7610000d,
  signInit: 0x76300001,
  signType: 0x76300002,
  signExecution: 0x76300004,
  signVerification: 0x76300008,
  certificateNotYetValid: 0x76500001,
  certificateExpired: 0x76500002,
  base64Decoding: 0x76600002,
  wrongCard: 0x83000100,
  businessCard: 0x83000102,
  agencyCard: 0x83000103,
  organizationCard: 0x83000104,
  pinFormat: 0x83000105,
} as const;

export type RetCode = (typeof RetCode)[keyof typeof RetCode];

/** The wording users of the component know; a page with better words of its own goes by the number. */
const texts = {
  [RetCode.ok]: '',
  [RetCode.tbsMissing]: '未輸入待簽訊息',
  [RetCode.noCard]: '未插入IC卡',
  [RetCode.wrongType]: '型態錯誤',
  [RetCode.tooLarge]: '檔案過大',
  [RetCode.malformedJson]: 'JSON格式錯誤',
  [RetCode.wrongParameter]: '參數錯誤',
  [RetCode.helperFailed]: '執行檔錯誤或逾時',
  [RetCode.unsupportedMethod]: '不支援的方法',
  [RetCode.forbiddenDomain]: '禁止存取的網域',
  [RetCode.pinMissing]: '未輸入PIN碼',
  [RetCode.cancelled]: '使用者已取消動作',
  [RetCode.moduleNotLoaded]: '無法載入IC卡函式庫檔案',
  [RetCode.noReader]: '無可用讀卡機',
  [RetCode.readerInfoFailed]: '取得讀卡機資訊失敗',
  [RetCode.sessionFailed]: '取得session失敗',
  [RetCode.loginFailed]: 'IC卡登入失敗',
  [RetCode.cardInfoFailed]: '卡片資訊失敗',
  [RetCode.certificateNotFound]: '找不到指定憑證',
  [RetCode.keyNotFound]: '找不到指定金鑰',
  [RetCode.signInit]: '簽章初始錯誤',
  [RetCode.signType]: '簽章型別錯誤',
  [RetCode.signExecution]: '簽章執行錯誤',
  [RetCode.signVerification]: '簽章驗證錯誤',
  [RetCode.certificateNotYetValid]: '憑證尚未生效',
  [RetCode.certificateExpired]: '憑證已逾期',
  [RetCode.base64Decoding]: 'Base64解碼錯誤',
  [RetCode.wrongCard]: '插入的卡片不符合要求',
  [RetCode.businessCard]: '選錯服務，您使用 MOEACA 卡',
  [RetCode.agencyCard]: '選錯服務，您使用 GCA 卡',
  [RetCode.organizationCard]: '選錯服務，您使用 XCA 卡',
  [RetCode.pinFormat]: 'PIN碼格式錯誤',
} as const satisfies Record<RetCode, string>;

export function retCodeText(code: RetCode): string {
  return texts[code];
}

/** `last_error` values with a meaning of their own: PKCS#11 return values and the vendor's two for tries left. */
export const LastError = {
  pinIncorrect: 0xa0,
  pinLengthRange: 0xa2,
  pinLocked: 0xa4,
  pinTwoTriesLeft: -2147483646,
  pinOneTryLeft: -2147483647,
} as const;

const lastErrorTexts: ReadonlyMap<number, string> = new Map([
  [0x06, '函式失敗'],
  [LastError.pinIncorrect, 'PIN碼錯誤'],
  [LastError.pinLengthRange, 'PIN碼長度錯誤'],
  [LastError.pinLocked, '已鎖卡'],
  [0x150, '記憶體緩衝不足'],
  [LastError.pinTwoTriesLeft, 'PIN碼錯誤，剩餘兩次機會'],
  [LastError.pinOneTryLeft, 'PIN碼錯誤，剩餘一次機會'],
]);

/** Empty for values without a known text. */
export function lastErrorText(lastError: number): string {
  return lastErrorTexts.get(lastError) ?? '';
}

const byFailure = {
  'module-missing': RetCode.moduleNotLoaded,
  'helper-failed': RetCode.helperFailed,
  'no-reader': RetCode.noReader,
  'reader-unreadable': RetCode.readerInfoFailed,
  'session-refused': RetCode.sessionFailed,
  'no-card': RetCode.noCard,
  'wrong-card': RetCode.wrongCard,
  'business-card': RetCode.businessCard,
  'agency-card': RetCode.agencyCard,
  'organization-card': RetCode.organizationCard,
  'card-unreadable': RetCode.cardInfoFailed,
  'certificate-not-found': RetCode.certificateNotFound,
  'certificate-not-yet-valid': RetCode.certificateNotYetValid,
  'certificate-expired': RetCode.certificateExpired,
  'key-not-found': RetCode.keyNotFound,
  cancelled: RetCode.cancelled,
  'login-failed': RetCode.loginFailed,
  'sign-init-failed': RetCode.signInit,
  'mechanism-unsupported': RetCode.signType,
  'signing-failed': RetCode.signExecution,
  'signature-unverifiable': RetCode.signVerification,
} as const satisfies Record<CardFailureCode, RetCode>;

export function retCodeOf(failure: Pick<CardFailure, 'code'>): RetCode {
  return byFailure[failure.code];
}
