import { CHECK_THIS_COMPUTER, type Story } from '../story.ts';

/** Told by the person's own computer, before anything reaches the server: states of the card component. */
export const COMPONENT_STORIES = {
  'popup-blocked': {
    icon: 'window',
    tone: 'wait',
    title: { zh: '瀏覽器擋住了元件視窗', en: 'The browser blocked the component window' },
    lead: {
      zh: '讀卡時會短暫開啟一個小視窗與元件溝通，瀏覽器沒有讓它開啟。',
      en: 'Reading the card opens a small window for a moment to talk to the component; the browser did not let it open.',
    },
    steps: [
      {
        title: { zh: '允許本站的彈出視窗', en: 'Allow pop-ups for this site' },
        text: {
          zh: '按網址列右側的「已封鎖彈出式視窗」圖示，選擇「一律允許」本站，再按一次登入。',
          en: 'Press the "pop-up blocked" icon at the right of the address bar, choose to always allow this site, then press log in again.',
        },
      },
      {
        title: { zh: '機關統一管理的電腦', en: 'Computers managed by your agency' },
        text: {
          zh: '如果設定無法變更，請機關資訊人員把本站加入瀏覽器的彈出視窗允許清單。',
          en: "If the setting cannot be changed, ask your IT staff to add this site to the browser's list of allowed pop-ups.",
        },
      },
    ],
  },
  'component-absent': {
    icon: 'plug',
    tone: 'stop',
    title: { zh: '找不到元件', en: 'The card component was not found' },
    lead: {
      zh: '這台電腦沒有回應元件的呼叫。可能尚未安裝，或安裝後還沒有重新開機。',
      en: 'This computer did not answer the call to the card component. It may not be installed, or the computer has not been restarted since.',
    },
    steps: [
      {
        title: { zh: '安裝元件', en: 'Install the component' },
        text: {
          zh: '下載並安裝「HiCOS 卡片管理工具」與跨平台網頁元件，完成後重新開機。',
          en: 'Download and install the HiCOS card tool with its cross-platform web component, then restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'component-silent': {
    icon: 'plug',
    tone: 'wait',
    title: { zh: '元件沒有回應', en: 'The card component did not answer' },
    lead: {
      zh: '元件已經開啟，但等候時間內沒有送回結果。卡片沒有收到錯誤的 PIN 碼。',
      en: 'The component opened but sent no result in time. The card has not been given a wrong PIN.',
    },
    steps: [
      {
        title: { zh: '再試一次', en: 'Try once more' },
        text: {
          zh: '關閉其他正在使用卡片的程式，把卡片抽出再插入，然後重新登入。',
          en: 'Close other programs that use the card, take the card out and put it back, then log in again.',
        },
      },
      {
        title: { zh: '重新啟動元件', en: 'Restart the component' },
        text: {
          zh: '開機後才接上的讀卡機，元件可能看不到。請重新開機，讓元件重新尋找讀卡機。',
          en: 'A reader plugged in after start-up may stay invisible to the component. Restart the computer so that it looks again.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  cancelled: {
    icon: 'off',
    tone: 'off',
    title: { zh: '已取消登入', en: 'Login cancelled' },
    lead: {
      zh: '元件視窗在完成前已關閉，卡片沒有簽章，也沒有送出任何資料。',
      en: 'The component window was closed before it had finished. The card signed nothing and nothing was sent.',
    },
    steps: [
      {
        title: { zh: '需要時再登入', en: 'Log in when you are ready' },
        text: {
          zh: '重新輸入 PIN 碼並按登入；小視窗會自行關閉，請不要手動關閉它。',
          en: 'Type the PIN again and press log in; the small window closes by itself, please leave it open.',
        },
      },
    ],
  },
  'no-reader': {
    icon: 'reader',
    tone: 'stop',
    title: { zh: '找不到讀卡機', en: 'No card reader found' },
    lead: {
      zh: '元件已啟動，但沒有可用的讀卡機。',
      en: 'The component is running, but there is no card reader that it can use.',
    },
    steps: [
      {
        title: { zh: '重新接上讀卡機', en: 'Plug the reader in again' },
        text: {
          zh: '把讀卡機的 USB 接頭拔下再插上，等候燈號亮起。請直接接在電腦上，不要經過集線器。',
          en: 'Unplug the USB connector and plug it in again, directly into the computer and not through a hub; wait for its light.',
        },
      },
      {
        title: { zh: '重新開機', en: 'Restart the computer' },
        text: {
          zh: '元件通常只在啟動時尋找讀卡機；接好讀卡機後重新開機，再回來登入。',
          en: 'The component usually looks for readers only when it starts. With the reader connected, restart, then log in.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'no-card': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '讀卡機裡沒有卡片', en: 'There is no card in the reader' },
    lead: {
      zh: '讀卡機已接上，但沒有讀到卡片。',
      en: 'The reader is connected, but no card was read.',
    },
    steps: [
      {
        title: { zh: '插入自然人憑證', en: 'Insert your citizen certificate card' },
        text: {
          zh: '晶片朝讀卡機標示的方向，插到底，再輸入 PIN 碼登入。',
          en: 'With the chip facing the way the reader shows, push the card all the way in, then type the PIN and log in.',
        },
      },
      {
        title: { zh: '已經插好仍讀不到', en: 'If it is in and still not read' },
        text: {
          zh: '用乾布輕拭晶片後再試；電腦上有其他讀卡機（例如健保卡）時，請先拔除。',
          en: 'Wipe the chip with a dry cloth and try again. If other readers are connected, unplug them first.',
        },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'pin-wrong': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: 'PIN 碼錯誤', en: 'Wrong PIN' },
    lead: {
      zh: '卡片不接受這組 PIN 碼。連續輸錯 3 次，卡片會自行鎖住；不確定時，請先停下來查明 PIN 碼。',
      en: 'The card did not accept this PIN. After 3 wrong PINs in a row it locks itself; if you are not sure, stop and find out first.',
    },
    steps: [
      {
        title: { zh: '再輸入一次', en: 'Type it once more' },
        text: {
          zh: '確認大寫鎖定與輸入法已關閉，再輸入自然人憑證的 PIN 碼（不是業務帳號的密碼）。',
          en: 'See that caps lock and the input method are off, then type the PIN of the citizen certificate card (not an account password).',
        },
      },
      {
        title: { zh: '忘記 PIN 碼', en: 'If you have forgotten the PIN' },
        text: {
          zh: '備妥卡片與用戶代碼，到內政部憑證管理中心重設 PIN 碼。',
          en: 'With your card and its user code at hand, reset the PIN at the citizen certificate authority.',
        },
        link: { to: 'moica-unblock', label: { zh: '忘記 PIN 碼／鎖卡解碼', en: 'Forgotten PIN, locked card' } },
      },
    ],
  },
  'no-sign-certificate': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '卡片上沒有簽章憑證', en: 'The card holds no certificate for signing' },
    lead: {
      zh: '讀到了卡片，但找不到可用來登入的簽章憑證。可能不是自然人憑證，或卡片還沒有開卡。這次沒有用到 PIN 碼。',
      en: 'The card was read, but no signing certificate was found on it. It may be another kind of card, or one that was never activated. The PIN was not used.',
    },
    steps: [
      {
        title: { zh: '確認卡片', en: 'Look at the card' },
        text: {
          zh: '請使用內政部核發的自然人憑證；讀卡機中有好幾張卡片時，只留下這一張。',
          en: 'Use the citizen certificate card issued by the Ministry of the Interior; of several cards in readers, leave only this one.',
        },
      },
      {
        title: { zh: '查詢憑證狀態', en: 'Ask about the certificate' },
        text: {
          zh: '卡片正確仍出現這個訊息，請到內政部憑證管理中心查詢或開卡。',
          en: 'If it is the right card, ask the citizen certificate authority, or activate the card there.',
        },
        link: { to: 'moica', label: { zh: '內政部憑證管理中心', en: 'Citizen certificate authority' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'pin-length': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: 'PIN 碼長度不對', en: 'The PIN has the wrong length' },
    lead: {
      zh: '自然人憑證的 PIN 碼是 6 到 8 碼的數字或英文字母。這次沒有送給卡片判斷，不算輸錯一次。',
      en: 'The PIN of a citizen certificate card has 6 to 8 digits or letters. It was not tried, so no try was used up.',
    },
    steps: [
      {
        title: { zh: '重新輸入', en: 'Type it again' },
        text: {
          zh: '請輸入完整的 PIN 碼，不含空白或符號。',
          en: 'Type the whole PIN, without spaces or signs.',
        },
      },
    ],
  },
  'pin-locked': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: 'PIN 已鎖卡', en: 'The card has locked its PIN' },
    lead: {
      zh: '卡片連續收到 3 次錯誤的 PIN 碼，已自行鎖住。您的業務帳號沒有停用，解開卡片後即可照常登入。',
      en: 'The card was given 3 wrong PINs in a row and has locked itself. Your business account is not disabled; once the card is unlocked you can log in as usual.',
    },
    steps: [
      {
        title: { zh: '解開卡片', en: 'Unlock the card' },
        text: {
          zh: '備妥卡片與申辦時設定的用戶代碼，到內政部憑證管理中心辦理。請勿使用其他軟體解碼，卡片可能因此永久鎖住。',
          en: 'With your card and the user code set when you applied, unlock it at the citizen certificate authority. Do not use other software: the card may lock for good.',
        },
        link: {
          to: 'moica-unblock',
          label: { zh: '內政部憑證管理中心 鎖卡解碼', en: 'Unlock at the citizen certificate authority' },
        },
      },
      {
        title: { zh: '忘記用戶代碼', en: 'If the user code is lost too' },
        text: {
          zh: '請本人攜帶身分證與卡片，到任一戶政事務所重設。',
          en: 'Go in person to any household registration office with your identity card and the citizen certificate card.',
        },
        link: { to: 'help-locked', label: { zh: '鎖卡時怎麼辦', en: 'What to do when the card is locked' } },
      },
    ],
  },
  'untrusted-site': {
    icon: 'shield',
    tone: 'wait',
    title: { zh: '元件不信任本站', en: 'The component does not trust this site' },
    lead: {
      zh: '元件只回應信任清單內的網站，本站還不在這台電腦的清單中。',
      en: "The component answers only sites on its list of trust, and this site is not on this computer's list yet.",
    },
    steps: [
      {
        title: { zh: '把本站加入信任清單', en: 'Add this site to the list' },
        text: {
          zh: '元件詢問是否信任本站時，確認網址正確後選擇信任；再回來登入。',
          en: 'When the component asks whether to trust this site, check the address, choose to trust it, then log in again.',
        },
      },
      {
        title: { zh: '沒有出現詢問', en: 'If it does not ask' },
        text: {
          zh: '請更新元件到最新版本，或請機關資訊人員設定信任網站。',
          en: 'Update the component to its newest version, or ask your IT staff to set the trusted sites.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
    ],
  },
  'component-error': {
    icon: 'stop',
    tone: 'stop',
    title: { zh: '元件無法完成讀卡', en: 'The component could not use the card' },
    lead: {
      zh: '元件讀取卡片時發生問題，沒有完成簽章。',
      en: 'Something went wrong while the component was using the card; nothing was signed.',
    },
    steps: [
      {
        title: { zh: '重新插卡再試', en: 'Reinsert the card and try again' },
        text: {
          zh: '抽出卡片，等候兩秒再插入，然後重新登入。簽章時請不要抽出卡片。',
          en: 'Take the card out, wait two seconds, put it back and log in again. Leave it in while it is signing.',
        },
      },
      {
        title: { zh: '更新元件', en: 'Update the component' },
        text: {
          zh: '舊版元件可能不支援新發的卡片；請安裝最新版本後重新開機。',
          en: 'An old component may not know newly issued cards. Install the newest version and restart the computer.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
      CHECK_THIS_COMPUTER,
    ],
  },
  'portal-unreachable': {
    icon: 'link',
    tone: 'wait',
    title: { zh: '連不上認證閘道', en: 'The gateway cannot be reached' },
    lead: {
      zh: '網路中斷，或認證閘道暫時無法回應。登入沒有完成。',
      en: 'The network is down, or the gateway cannot answer at the moment. You are not logged in.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a moment' },
        text: {
          zh: '確認其他網站可以開啟，再重新登入。每次登入都會重新向卡片要求簽章。',
          en: 'See whether other sites open, then log in again. Every try asks the card for a new signature.',
        },
      },
    ],
  },
} as const satisfies Record<string, Story>;
