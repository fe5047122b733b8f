import { describe, expect, it } from 'vitest';
import type { CardFailureCode } from '../../../src/card-agent/card-reader.ts';
import { lastErrorText, retCodeOf, retCodeText } from '../../../src/card-agent/hipki/codes.ts';

/** Written down a second time from the component's table: a slip in one of the two shows here. */
const rows: Readonly<Record<CardFailureCode, readonly [retCode: string, text: string]>> = {
  'module-missing': ['76100001', '無法載入IC卡函式庫檔案'],
  'helper-failed': ['7600000d', '執行檔錯誤或逾時'],
  'no-reader': ['76100003', '無可用讀卡機'],
  'reader-unreadable': ['76100004', '取得讀卡機資訊失敗'],
  'session-refused': ['76100005', '取得session失敗'],
  'no-card': ['76000006', '未插入IC卡'],
  'wrong-card': ['83000100', '插入的卡片不符合要求'],
  'business-card': ['83000102', '選錯服務，您使用 MOEACA 卡'],
  'agency-card': ['83000103', '選錯服務，您使用 GCA 卡'],
  'organization-card': ['83000104', '選錯服務，您使用 XCA 卡'],
  'card-unreadable': ['7610000b', '卡片資訊失敗'],
  'certificate-not-found': ['7610000c', '找不到指定憑證'],
  'certificate-not-yet-valid': ['76500001', '憑證尚未生效'],
  'certificate-expired': ['76500002', '憑證已逾期'],
  'key-not-found': ['7610000d', '找不到指定金鑰'],
  cancelled: ['76000999', '使用者已取消動作'],
  'login-failed': ['76100006', 'IC卡登入失敗'],
  'sign-init-failed': ['76300001', '簽章初始錯誤'],
  'mechanism-unsupported': ['76300002', '簽章型別錯誤'],
  'signing-failed': ['76300004', '簽章執行錯誤'],
  'signature-unverifiable': ['76300008', '簽章驗證錯誤'],
};

describe('codes of the component', () => {
  it.each(Object.entries(rows))('%s', (code, [retCode, text]) => {
    const found = retCodeOf({ code: code as CardFailureCode });
    expect(found.toString(16)).toBe(retCode);
    expect(retCodeText(found)).toBe(text);
  });

  it.each([
    [0x06, '函式失敗'],
    [0xa0, 'PIN碼錯誤'],
    [0xa2, 'PIN碼長度錯誤'],
    [0xa4, '已鎖卡'],
    [0x150, '記憶體緩衝不足'],
    [-2147483646, 'PIN碼錯誤，剩餘兩次機會'],
    [-2147483647, 'PIN碼錯誤，剩餘一次機會'],
    [0, ''],
    [50, ''],
  ])('last_error %s', (lastError, text) => {
    expect(lastErrorText(lastError)).toBe(text);
  });
});
