import type { Step, Story } from '../story.ts';

const USE_YOUR_CARD: Step = {
  title: { zh: '換成您的自然人憑證', en: 'Use your citizen certificate card' },
  text: {
    zh: '請插入本人的自然人憑證（內政部核發的 IC 卡），再回登入頁輸入 PIN 碼。',
    en: 'Insert your own citizen certificate card (issued by the Ministry of the Interior), then type its PIN on the login page.',
  },
  link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
};

const ASK_MOICA: Step = {
  title: { zh: '查詢憑證狀態', en: 'Look up the certificate' },
  text: {
    zh: '到內政部憑證管理中心查詢這張憑證的狀態，必要時申請換發。',
    en: 'Look up the state of this certificate at the citizen certificate authority; apply for a new card if it says so.',
  },
  link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority (MOICA)' } },
};

/** @param zh @param en which card it is, a sentence in each language */
function otherCard(zh: string, en: string): Story {
  return {
    icon: 'card',
    tone: 'wait',
    title: { zh: '這不是自然人憑證', en: 'This is not a citizen certificate card' },
    lead: {
      zh: `${zh}業務帳號只能以自然人憑證登入。`,
      en: `${en} Business accounts are opened with a citizen certificate only.`,
    },
    steps: [USE_YOUR_CARD],
  };
}

/** The certificate was read and judged, and cannot be used to log in. */
export const CARD_STORIES = {
  expired: {
    icon: 'wait',
    tone: 'stop',
    title: { zh: '憑證已逾期', en: 'The certificate has expired' },
    lead: {
      zh: '這張自然人憑證已超過有效期限，不能用來登入。您的業務帳號沒有停用。',
      en: 'This citizen certificate is past its last day and cannot be used to log in. Your business account is not disabled.',
    },
    steps: [
      {
        title: { zh: '辦理展期或換發', en: 'Renew the certificate or the card' },
        text: {
          zh: '到內政部憑證管理中心查詢能否線上展期；已超過展期期限的，請到戶政事務所換發新卡。',
          en: 'See at the citizen certificate authority whether it can be renewed on line; if it is too late for that, a household registration office issues a new card.',
        },
        link: { to: 'moica', label: { zh: '內政部憑證管理中心 憑證展期', en: 'Renew at MOICA' } },
      },
      {
        title: { zh: '再回來登入', en: 'Come back and log in' },
        text: {
          zh: '展期的憑證在下次登入時自動更新登記；換發的新卡，須請單位的業務帳號註冊管理者重新登記。',
          en: "A renewed certificate is taken up at the next login. A new card has to be bound again by your unit's registration manager.",
        },
      },
    ],
  },
  'not-yet-valid': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '憑證尚未生效', en: 'The certificate is not valid yet' },
    lead: {
      zh: '這張憑證的有效期限還沒有開始。',
      en: 'The validity of this certificate has not begun.',
    },
    steps: [
      {
        title: { zh: '核對電腦的日期與時間', en: 'Check the date and time of this computer' },
        text: {
          zh: '電腦時間不正確時，元件可能誤判憑證。請先校正時間再登入。',
          en: "If the computer's clock is wrong the component may misjudge the certificate. Set it right, then log in.",
        },
      },
      {
        title: { zh: '等到生效日', en: 'Wait for its first day' },
        text: {
          zh: '剛換發的憑證，請等生效後再登入。',
          en: 'If the card was issued just now, log in when its validity has begun.',
        },
      },
    ],
  },
  revoked: {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '憑證已廢止', en: 'The certificate has been revoked' },
    lead: {
      zh: '內政部憑證管理中心已廢止或停用這張憑證，不能用來登入。',
      en: 'The citizen certificate authority has revoked or suspended this certificate; it cannot be used to log in.',
    },
    steps: [
      ASK_MOICA,
      {
        title: { zh: '換發後重新登記', en: 'Bind the new card' },
        text: {
          zh: '領到新卡後，請單位的業務帳號註冊管理者為您重新登記憑證。如果不是您本人申請廢止，請立即告知服務臺。',
          en: "Once you have a new card, ask your unit's registration manager to bind it. If it was not you who had it revoked, tell the help desk at once.",
        },
      },
    ],
  },
  blocked: {
    icon: 'off',
    tone: 'stop',
    title: { zh: '這張卡片已被本閘道封鎖', en: 'This card is blocked at this gateway' },
    lead: {
      zh: '憑證本身可能仍然有效，但本閘道已停止接受這張卡片，例如已通報遺失。以這張卡片開啟的連線也已結束。',
      en: 'The certificate itself may still be valid, but this gateway has stopped accepting the card, for instance because its loss was reported. Sessions opened with it have ended too.',
    },
    steps: [
      {
        title: { zh: '聯絡服務臺', en: 'Ask the help desk' },
        text: {
          zh: '請告知本頁的參考編號。封鎖由維運人員設定，查明原因後也由維運人員解除。',
          en: 'Tell them the reference on this page. The operators set the block, and lift it when the cause is settled.',
        },
      },
    ],
  },
  'status-unknown': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '暫時無法確認憑證狀態', en: "The certificate's state cannot be confirmed" },
    lead: {
      zh: '目前無法取得有效的憑證廢止清冊或線上查詢結果，不能確認這張憑證沒有被廢止，因此不放行。您的卡片與帳號沒有問題。',
      en: 'Neither a current revocation list nor an online answer is at hand, so it cannot be confirmed that this certificate has not been revoked, and nobody is let in on it. Nothing is wrong with your card or account.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a while' },
        text: {
          zh: '廢止清冊會自動更新，請過幾分鐘再登入。',
          en: 'The revocation list is refreshed automatically; log in again in a few minutes.',
        },
        link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
      },
      {
        title: { zh: '持續發生時', en: 'If it goes on' },
        text: {
          zh: '請把本頁的參考編號告訴服務臺，由維運人員查明清冊來源。',
          en: 'Tell the help desk the reference on this page; the operators will look into the source of the list.',
        },
      },
    ],
  },
  'wrong-family': otherCard(
    '讀到的是工商憑證、政府機關憑證或組織憑證。',
    'The card read is one for businesses, agencies or organisations.',
  ),
  moeaca: otherCard('讀到的是工商憑證（公司行號用）。', 'The card read is a business certificate (MOEACA).'),
  gca: otherCard('讀到的是政府機關憑證。', 'The card read is an agency certificate (GCA).'),
  xca: otherCard('讀到的是組織及團體憑證。', 'The card read is an organisation certificate (XCA).'),
  'not-citizen': {
    icon: 'card',
    tone: 'stop',
    title: { zh: '這張憑證不能用來登入', en: 'This certificate cannot be used to log in' },
    lead: {
      zh: '讀到的憑證不符合自然人憑證的簽章憑證格式，例如測試憑證或加密用的憑證。',
      en: 'The certificate read is not the signing certificate of a citizen card; it may be a test certificate or the one for encryption.',
    },
    steps: [
      USE_YOUR_CARD,
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '如果確定插入的是自然人憑證，請更新元件到最新版本後再試。',
          en: 'If it is your citizen certificate card, update the component to its newest version and try again.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
    ],
  },
  untrusted: {
    icon: 'shield',
    tone: 'stop',
    title: { zh: '無法確認憑證的來源', en: "The certificate's origin cannot be confirmed" },
    lead: {
      zh: '這張憑證無法驗證到政府憑證總管理中心，或其內容不符合憑證的安全規定，因此不放行。',
      en: 'The certificate could not be verified up to the government root authority, or breaks a safety rule for certificates, and so it is refused.',
    },
    steps: [USE_YOUR_CARD, ASK_MOICA],
  },
} as const satisfies Record<string, Story>;
