import type { Step, Story } from '../story.ts';

const ANOTHER_WAY: Step = {
  title: { zh: '改用其他方式登入', en: 'Log in another way' },
  text: {
    zh: '回登入頁，以元件讀取卡片並輸入 PIN 碼；今天沒有帶卡片的人，請洽註冊管理者啟用一日密碼。',
    en: 'On the login page, have the component read the card and type the PIN. Without your card today, ask your registration manager for a one-day password.',
  },
  link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
};

/** A browser keeps its first answer, also that there was none, until its last window is closed. */
const CHOOSE_AGAIN: Step = {
  title: { zh: '關閉瀏覽器，再選一次憑證', en: 'Close the browser and choose again' },
  text: {
    zh: '瀏覽器會記住您第一次的選擇（包括取消）。請關閉所有瀏覽器視窗，重新開啟後再登入，選擇自己的自然人憑證（數位簽章用）。',
    en: 'The browser remembers your first choice, also a cancelled one. Close all its windows, open it again, log in, and choose your own citizen certificate (the one for signatures).',
  },
};

const CARD_IN: Step = {
  title: { zh: '確認卡片與讀卡機', en: 'See to the card and the reader' },
  text: {
    zh: '插入自然人憑證，等讀卡機燈號亮起。Windows 與 macOS 安裝 HiCOS 後，憑證會自動出現在瀏覽器的選單中；Linux 須先設定一次。',
    en: 'Insert the citizen certificate card and wait for the light of the reader. On Windows and macOS HiCOS brings the certificate into the browser by itself; Linux has to be set up once.',
  },
  link: {
    to: 'help-browser-certificate',
    label: { zh: '以瀏覽器憑證登入的準備', en: 'Preparing the browser' },
  },
};

/** What can go wrong on the card host before there is a certificate to judge, and what only it can say. */
export const TLS_STORIES = {
  missing: {
    icon: 'card',
    tone: 'wait',
    title: { zh: '瀏覽器沒有出示憑證', en: 'The browser showed no certificate' },
    lead: {
      zh: '以這種方式登入時，瀏覽器會請您選擇自然人憑證並輸入 PIN 碼。這一次沒有收到憑證，您還沒有登入。',
      en: 'For this way of logging in the browser asks you to choose your citizen certificate and to type its PIN. No certificate came this time, and you are not logged in.',
    },
    steps: [CARD_IN, CHOOSE_AGAIN, ANOTHER_WAY],
  },
  unreadable: {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '收到的憑證無法判讀', en: 'The certificate received cannot be read' },
    lead: {
      zh: '憑證經由閘道前方的設備轉送，轉送的內容不正確。這不是您的卡片或電腦的問題，您還沒有登入。',
      en: 'The certificate was passed on by equipment in front of this gateway, and not correctly. Nothing is wrong with your card or computer; you are not logged in.',
    },
    steps: [ANOTHER_WAY],
  },
  encryption: {
    icon: 'card',
    tone: 'wait',
    title: { zh: '選到了加密用的憑證', en: 'That was the certificate for encryption' },
    lead: {
      zh: '自然人憑證卡上有兩張憑證，登入要用「數位簽章」那一張。您還沒有登入。',
      en: 'A citizen certificate card holds two certificates; logging in takes the one for signatures. You are not logged in.',
    },
    steps: [CHOOSE_AGAIN, ANOTHER_WAY],
  },
} as const satisfies Record<string, Story>;

/** A story of the portal as the card host tells it: a certificate can be chosen anew, and there are other ways. */
export function toldOnCardHost(story: Story): Story {
  const [first, ...others] = story.steps;
  return { ...story, steps: [first, ...others.filter(step => step.link?.to !== 'login'), CHOOSE_AGAIN, ANOTHER_WAY] };
}
