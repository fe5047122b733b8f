/** The agent's own few page texts: Traditional Chinese first, English twin. */
export const pageTexts = {
  title: ['憑證卡代理程式', 'Card agent'],
  running: ['憑證卡代理程式執行中。', 'The card agent is running.'],
  servedPages: ['可使用本程式的網站：', 'Sites that may use it:'],
  servesNobody: ['尚未允許任何網站。', 'No site is allowed yet.'],
  selfTest: ['讀卡機與卡片自我檢測', 'Reader and card self-test'],
  popupBusy: ['正在與憑證卡溝通，完成後本視窗會自動關閉。', 'Talking to the card; this window closes by itself.'],
  noOpener: [
    '本視窗應由網站的登入頁面開啟，請關閉後回到原頁面重試。',
    'This window is opened by a site’s login page. Close it and try there.',
  ],
  needsScript: ['本頁需要啟用 JavaScript。', 'This page needs JavaScript.'],
  again: ['重新檢測', 'Check again'],
  reader: ['讀卡機', 'Reader'],
  card: ['卡片', 'Card'],
  signCertificate: ['簽章憑證有效期限', 'Sign certificate valid until'],
  noReader: ['找不到讀卡機，請接上讀卡機後重新檢測。', 'No reader found. Connect one and check again.'],
  noCard: ['未插入卡片', 'no card'],
  unknownCard: ['無法辨識的卡片', 'card not recognised'],
  noSignCertificate: ['卡片上沒有簽章憑證', 'no sign certificate on the card'],
  failed: ['檢測失敗，代碼', 'The check failed, code'],
} as const satisfies Record<string, readonly [string, string]>;

export type PageText = keyof typeof pageTexts;
