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
      zh: '元件已經開啟，但等候時間內沒有送回結果。',
      en: 'The component opened but sent no result in time.',
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
      zh: '元件視窗在完成前已關閉，本頁沒有取得卡片的簽章。',
      en: 'The component window was closed before it had finished, so this page has no signature of the card.',
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
          zh: '開啟元件的信任網站頁面，確認網址是本站後選擇信任；再回來登入。',
          en: "Open the component's page of trusted sites, see that the address is that of this site, choose to trust it, then log in again.",
        },
        link: {
          to: 'component-trust',
          label: { zh: '元件的信任網站頁面', en: "The component's page of trusted sites" },
        },
      },
      {
        title: { zh: '沒有這個頁面', en: 'If there is no such page' },
        text: {
          zh: '請更新元件到最新版本，或請機關資訊人員設定信任網站。',
          en: 'Update the component to its newest version, or ask your IT staff to set the trusted sites.',
        },
        link: { to: 'component-download', label: { zh: '內政部憑證管理中心 下載元件', en: 'Download from MOICA' } },
      },
    ],
  },
  'cookies-off': {
    icon: 'window',
    tone: 'stop',
    title: { zh: '瀏覽器不接受本站的 Cookie', en: "The browser refuses this site's cookies" },
    lead: {
      zh: '沒有 Cookie 就無法登入，所以本頁先不使用卡片。請先不要輸入 PIN 碼。',
      en: 'Nobody can log in without cookies, so this page does not use the card yet. Please do not type your PIN.',
    },
    steps: [
      {
        title: { zh: '允許本站使用 Cookie', en: 'Allow cookies for this site' },
        text: {
          zh: '在瀏覽器設定的「隱私權」中允許本站的 Cookie，再重新整理本頁。本站只用 Cookie 記住登入，不做追蹤。',
          en: 'Allow them in the privacy settings of the browser, then reload this page. They keep you logged in and follow nobody.',
        },
      },
      {
        title: { zh: '機關統一管理的電腦', en: 'Computers managed by your agency' },
        text: {
          zh: '如果設定無法變更，請機關資訊人員允許本站的 Cookie。',
          en: 'If the setting cannot be changed, ask your IT staff to allow the cookies of this site.',
        },
      },
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
