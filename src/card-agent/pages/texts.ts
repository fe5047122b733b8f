/** The agent's own page texts: Traditional Chinese first, English twin. */
export const pageTexts = {
  title: ['憑證卡代理程式', 'Card agent'],
  running: ['憑證卡代理程式執行中。', 'The card agent is running.'],
  version: ['版本', 'Version'],
  servedPages: ['可使用本程式的網站', 'Sites that may use it'],
  servesNobody: [
    '尚未允許任何網站。請在設定檔加上 allow-origin 與登入網站的網址，再重新啟動本程式。',
    'No site is allowed yet. Add allow-origin with the address of the login site to the configuration file and restart this program.',
  ],
  addSite: [
    '要加入其他網站時，請資訊人員在設定檔加上 allow-origin 與該網站的網址，再重新啟動本程式。',
    'To add another site, have your IT staff put allow-origin with its address into the configuration file and restart this program.',
  ],
  popupBusy: ['正在與憑證卡溝通，完成後本視窗會自動關閉。', 'Talking to the card; this window closes by itself.'],
  noOpener: [
    '本視窗應由網站的登入頁面開啟，請關閉後回到原頁面重試。',
    'This window is opened by a site’s login page. Close it and try there.',
  ],
  needsScript: ['本頁需要啟用 JavaScript。', 'This page needs JavaScript.'],

  selfTest: ['讀卡機與卡片自我檢測', 'Reader and card self-test'],
  selfTestLead: [
    '依序檢查登入所需的五個環節，不需要輸入 PIN 碼。請從第一個不是「正常」的項目處理起。',
    'Checks in order the five things a card login needs. No PIN is asked for. Start with the first item not marked as in order.',
  ],
  openedElsewhere: ['檢測由您自己開始：請按下列按鈕。', 'The check starts when you ask for it: use the button below.'],
  again: ['重新檢測', 'Check again'],
  stale: [
    '自動更新已中斷：下列結果是舊的。請按「重新檢測」；打不開時，表示代理程式已停止。',
    'This page is no longer updated: what it shows is old. Use “Check again”; if that does not open, the agent has stopped.',
  ],
  live: [
    '插拔讀卡機或卡片時，本頁會自動更新。',
    'This page updates itself when a reader or card is put in or taken out.',
  ],
  pinNotTested: [
    '本頁不測試 PIN 碼：PIN 碼只在登入網站輸入，其他地方（包括本頁與來電）都不應向您索取。五項都正常而仍無法登入時，請依登入頁顯示的訊息處理。',
    'The PIN is not tested here: it is entered on the login site only, and nothing else, neither this page nor a caller, should ask you for it. If all five items are in order and the login still fails, follow what the login page says.',
  ],
  help: ['請服務臺協助時，請提供本頁畫面。', 'When asking the help desk, show them this page.'],
  time: ['檢測時間（臺北時間）', 'Checked at (Taipei time)'],

  ok: ['正常', 'in order'],
  attention: ['請留意', 'note'],
  stop: ['需要處理', 'needs attention'],
  skipped: ['尚未檢查', 'not checked yet'],
  code: ['代碼', 'Code'],

  agent: ['代理程式', 'Agent'],
  module: ['卡片函式庫', 'Card module'],
  reader: ['讀卡機', 'Reader'],
  card: ['卡片', 'Card'],
  certificate: ['簽章憑證', 'Sign certificate'],
  library: ['函式庫', 'Module'],
  cardNumber: ['卡號', 'Card number'],
  cardFamily: ['卡片種類', 'Kind of card'],
  issuer: ['簽發者', 'Issuer'],
  keyUsage: ['金鑰用途', 'Key usage'],
  validity: ['有效期間（臺北時間）', 'Valid (Taipei time)'],

  installModule: [
    '找不到或無法載入卡片函式庫。請安裝讀卡機與卡片的驅動程式（自然人憑證為 HiCOS），並核對設定檔中 pkcs11-module 的路徑，再重新啟動本程式。',
    'The card module is missing or cannot be loaded. Install the card’s driver (HiCOS for the citizen certificate), check the path after pkcs11-module in the configuration file, and restart this program.',
  ],
  startReaderService: [
    '系統的智慧卡服務沒有回應。請啟動它（Windows：Smart Card 服務；Linux：pcscd；macOS：重新接上讀卡機）後重新檢測。',
    'The system’s smart card service does not answer. Start it (Windows: Smart Card service; Linux: pcscd; macOS: reconnect the reader) and check again.',
  ],
  moduleHangs: [
    '卡片函式庫沒有回應，本程式已將它重新啟動。請拔出卡片、重新插入後再檢測；仍無回應時，請重新接上讀卡機或重新開機。',
    'The card module did not answer and was restarted. Take the card out, put it in again and check once more; if that does not help, reconnect the reader or restart the computer.',
  ],
  connectReader: [
    '找不到讀卡機。請接上讀卡機（可換一個 USB 插孔）並等候燈號亮起。',
    'No reader found. Connect one, if need be to another USB port, and wait for its light.',
  ],
  insertCard: [
    '讀卡機中沒有卡片。請將晶片朝上插入到底。',
    'There is no card in the reader. Push it in as far as it goes, chip upwards.',
  ],
  cleanCard: [
    '讀卡機中有卡片，但無法辨識。請確認方向正確、擦拭晶片後重新插入；若為其他種類的卡片，請換成自然人憑證。',
    'There is a card, but it cannot be read. Check which way round it is, wipe the chip and put it in again; if it is a card of another kind, use the citizen certificate.',
  ],
  otherCardWanted: [
    '讀卡機中是另一張卡片：本程式設定為只使用指定的卡片（token）。請換卡，或修改設定檔。',
    'Another card is in the reader: this program is set to use one card only (token). Change the card or the configuration file.',
  ],
  severalCards: [
    '讀卡機中有多張卡片。登入時使用第一張自然人憑證，下面檢查的就是它。不確定時請只留下要登入的那一張。',
    'There are several cards. A login uses the first citizen card, and that one is checked below. If in doubt, leave only the one to log in with.',
  ],
  noSignCertificate: [
    '卡片上沒有可簽章的憑證（金鑰用途 digitalSignature）。請換成自然人憑證；若已是，請洽發卡單位。',
    'The card holds no certificate for signing (key usage digitalSignature). Use the citizen certificate; if it is one, ask its issuer.',
  ],
  checkClock: [
    '憑證尚未生效。請核對這台電腦的日期與時間。',
    'The certificate is not valid yet. Check this computer’s date and time.',
  ],
  renew: [
    '憑證已逾期，不能登入。請到內政部憑證管理中心（moica.nat.gov.tw）查詢能否展期，或到戶政事務所換發新卡。',
    'The certificate has expired and cannot be used. See at moica.nat.gov.tw whether it can be renewed, or have a new card issued at a household registration office.',
  ],
  expiresSoon: [
    '憑證將在 60 天內到期，請儘早到內政部憑證管理中心（moica.nat.gov.tw）辦理展期。',
    'The certificate expires within 60 days. Renew it soon at moica.nat.gov.tw.',
  ],
  notCitizenCard: [
    '憑證可以使用，但簽發者不是內政部憑證管理中心。登入網站若要求自然人憑證，請換卡。',
    'The certificate can be used, but was not issued by the citizen certificate authority. If the login site wants a citizen certificate, change the card.',
  ],
} as const satisfies Record<string, readonly [string, string]>;

export type PageText = keyof typeof pageTexts;
