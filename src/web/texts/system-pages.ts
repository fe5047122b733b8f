import type { SystemPage } from '../../flows/ports.ts';
import type { Bilingual } from './bilingual.ts';
import { tellEnd } from './session-ends.ts';
import { type Step, type Story } from './story.ts';

/** Words of the gateway's own pages on a business system's host. */
export const SYSTEM = {
  toPortal: { zh: '回入口首頁', en: 'To the portal' },
  askTitle: { zh: '登出？', en: 'Log out?' },
  ask: {
    zh: '登出後，入口網與所有業務系統的連線都會結束；未儲存的資料不會保留。',
    en: 'This ends the session in the portal and in every business system; what is not saved is lost.',
  },
  confirm: { zh: '登出所有系統', en: 'Log out of all systems' },
  stay: { zh: '不登出，回系統', en: 'Stay, back to the system' },
} as const satisfies Record<string, Bilingual>;

const ENTER_AGAIN: Step = {
  title: { zh: '從入口網重新進入', en: 'Enter again from the portal' },
  text: {
    zh: '回到入口首頁，再選一次要進入的業務系統。',
    en: "Go to the portal's start page and choose the business system again.",
  },
  link: { to: 'start', label: { zh: '入口首頁', en: 'Portal' } },
};

const DENIED = {
  'no-grant-for-system': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '您沒有這個系統的權限', en: 'You have no role in this system' },
    lead: {
      zh: '您已經登入，但業務帳號沒有這個業務系統的權限，或權限期間已過。要求沒有送進系統。',
      en: 'You are logged in, but your business account has no role in this system, or its term is over. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '因業務需要使用', en: 'If your work needs it' },
        text: {
          zh: '請填寫異動申請單（D-06-09），經單位主管核准後由業務帳號註冊管理者設定權限。',
          en: 'File the change application (D-06-09); once the unit head approves it, the registration manager sets the role.',
        },
        link: { to: 'start', label: { zh: '看我可以進入的系統', en: 'See the systems I may enter' } },
      },
    ],
  },
  'rules-not-acknowledged': {
    icon: 'info',
    tone: 'wait',
    title: { zh: '請先閱讀新版使用管理規則', en: 'Please read the new rules of use first' },
    lead: {
      zh: '使用管理規則有新的版本，閱讀並同意後才能繼續使用業務系統。要求沒有送進系統。',
      en: 'A new version of the rules of use is in force; acknowledge it to go on. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '到入口網閱讀並同意', en: 'Read and acknowledge them in the portal' },
        text: {
          zh: '入口首頁會先顯示新版規則；同意後再回到這個業務系統即可繼續。',
          en: 'The portal shows the new version first; then come back to this system and go on.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Portal' } },
      },
    ],
  },
  'account-not-active': {
    icon: 'off',
    tone: 'off',
    title: { zh: '帳號目前不能使用', en: 'The account cannot be used' },
    lead: {
      zh: '您的業務帳號已停用或尚未啟用，要求沒有送進系統。',
      en: 'Your business account is suspended or not activated. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '聯絡註冊管理者', en: 'Ask your registration manager' },
        text: {
          zh: '請單位的業務帳號註冊管理者查明帳號狀態。',
          en: "Your unit's registration manager can see and change the state of the account.",
        },
      },
    ],
  },
  'rule-denies': roleTooLow(),
  'no-rule-matches': roleTooLow(),
  'card-required': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '須以自然人憑證登入', en: 'This needs a login with your card' },
    lead: {
      zh: '您是以一日密碼登入，這項作業只開放以自然人憑證登入者使用。要求沒有送進系統。',
      en: 'You logged in with a one-day password; this is open only after a login with a citizen certificate card. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '改以自然人憑證登入', en: 'Log in with your card' },
        text: {
          zh: '請先登出，再插入自然人憑證 IC 卡重新登入，回到這個業務系統繼續作業。',
          en: 'Log out, log in again with your card, then come back to this system.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Portal' } },
      },
    ],
  },
  'address-not-allowed': {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '這項作業不能從目前的網路使用', en: 'This cannot be used from your present network' },
    lead: {
      zh: '這項作業只開放從指定的網路使用，您目前的網路位址不在其中。要求沒有送進系統。',
      en: 'It is open only from certain networks, and the address you come from is not in them. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '改用機關內部網路或 VPN', en: "Use your agency's network or its VPN" },
        text: {
          zh: '請在機關內部網路，或以機關核准的 VPN 連線後再試。',
          en: "Try again from your agency's own network, or through a VPN that it has approved.",
        },
        link: { to: 'system', label: { zh: '再試一次', en: 'Try again' } },
      },
    ],
  },
  'purpose-required': {
    icon: 'draft',
    tone: 'wait',
    title: { zh: '須先申報使用目的', en: 'Please say why you ask first' },
    lead: {
      zh: '這項作業須先申報使用目的（必要時含案號或文號），或先前申報的已經過期。要求沒有送進系統。',
      en: 'This needs a declared purpose, with the number of the case where one belongs to it, or the one declared before no longer counts. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '在另一個分頁申報', en: 'Declare it in another tab' },
        text: {
          zh: '申報後回到這個分頁按「上一頁」，表單內容仍在，重新送出即可。',
          en: 'Then come back to this tab and press "back": the form is still filled in and can be sent again.',
        },
        link: { to: 'purpose', label: { zh: '申報使用目的', en: 'Declare the purpose' } },
      },
    ],
  },
  'outside-service-hours': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '現在不是這項作業的開放時間', en: 'This is not open at this hour' },
    lead: {
      zh: '這項作業只在規定的時間開放（臺北時間）。要求沒有送進系統。',
      en: 'It is open at set hours only (Taipei time). Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '在開放時間內再使用', en: 'Come back when it is open' },
        text: {
          zh: '請於開放時間內再試；開放時間請洽業務系統的管理單位。',
          en: 'Try again within the hours of service; the unit in charge of the system can tell them.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Portal' } },
      },
    ],
  },
} as const satisfies Record<Extract<SystemPage, { kind: 'denied' }>['reason'], Story>;

/** Which rule it was is told to those who keep the rules, not here. */
function roleTooLow(): Story {
  return {
    icon: 'lock',
    tone: 'stop',
    title: { zh: '您的權限不包含這項作業', en: 'Your role does not cover this' },
    lead: {
      zh: '您可以使用這個業務系統，但您的權限不包含剛才的作業。要求沒有送進系統。',
      en: 'You may use this system, but your role in it does not cover what you asked for. Nothing was passed on to the system.',
    },
    steps: [
      {
        title: { zh: '因業務需要使用', en: 'If your work needs it' },
        text: {
          zh: '請填寫異動申請單（D-06-09），經單位主管核准後由業務帳號註冊管理者設定權限。',
          en: 'File the change application (D-06-09); once the unit head approves it, the registration manager sets the role.',
        },
        link: { to: 'start', label: { zh: '看我可以進入的系統', en: 'See the systems I may enter' } },
      },
    ],
  };
}

const ENTRY_FAILED = {
  'entry-code-unknown': entryOver(),
  'entry-session-over': entryOver(),
  'entry-of-another-system': entryForeign(),
  'entry-of-another-browser': entryForeign(),
  'entry-cookies-off': {
    icon: 'warn',
    tone: 'wait',
    title: { zh: '瀏覽器沒有接受 Cookie', en: 'The browser does not accept cookies' },
    lead: {
      zh: '進入業務系統需要 Cookie 記住您的登入，但瀏覽器沒有送回，因此無法進入。',
      en: 'A business system needs a cookie to remember your login, but the browser does not send it back.',
    },
    steps: [
      {
        title: { zh: '允許本站使用 Cookie', en: 'Allow cookies' },
        text: {
          zh: '在瀏覽器設定中允許本站與入口網的 Cookie，關閉會封鎖 Cookie 的擴充功能，再重新進入。',
          en: "Allow cookies for this site and the portal in the browser's settings, switch off extensions that block them, then enter again.",
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Portal' } },
      },
    ],
  },
} as const satisfies Record<Extract<SystemPage, { kind: 'entry-failed' }>['code'], Story>;

function entryOver(): Story {
  return {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '進入的連結已經失效', en: 'The way in has run out' },
    lead: {
      zh: '進入業務系統的連結只能在 60 秒內使用一次，這一個已經失效或已經用過。',
      en: 'A way into a business system is good for one use within 60 seconds; this one is over or has been used.',
    },
    steps: [ENTER_AGAIN],
  };
}

function entryForeign(): Story {
  return {
    icon: 'shield',
    tone: 'stop',
    title: { zh: '進入的連結不屬於這個瀏覽器', en: 'This way in is not yours' },
    lead: {
      zh: '這個連結是為另一個瀏覽器或另一個業務系統製作的，不能在這裡使用。',
      en: 'It was made for another browser or another business system and cannot be used here.',
    },
    steps: [ENTER_AGAIN],
  };
}

const OTHERS = {
  'session-over': {
    icon: 'wait',
    tone: 'wait',
    title: { zh: '連線已結束，表單沒有送出', en: 'The session is over; the form was not sent' },
    lead: {
      zh: '送出時您的登入已經結束，表單內容沒有送進業務系統，也沒有遺失。',
      en: 'When you sent the form your login had ended. It was not passed on to the system, and it is not lost.',
    },
    steps: [
      {
        title: { zh: '在另一個分頁登入', en: 'Log in in another tab' },
        text: {
          zh: '在新的分頁登入並進入這個系統，再回到這個分頁按「上一頁」，表單內容仍在，重新送出即可。',
          en: 'Log in and enter this system in a new tab; then press "back" in this one: the form is still filled in and can be sent again.',
        },
        link: { to: 'system', label: { zh: '在新的分頁登入', en: 'Log in in a new tab' } },
      },
    ],
  },
  'foreign-origin': {
    icon: 'shield',
    tone: 'stop',
    title: { zh: '要求不是來自這個系統', en: 'The request did not come from this system' },
    lead: {
      zh: '這個要求來自其他網站，或無法確認來源，沒有送進業務系統。',
      en: 'The request came from another site, or its origin cannot be told. It was not passed on to the system.',
    },
    steps: [ENTER_AGAIN],
  },
  unavailable: {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '認證閘道暫時無法服務', en: 'The gateway is not available at the moment' },
    lead: {
      zh: '目前無法查驗登入，因此不放行任何要求。您送出的內容沒有送進業務系統。',
      en: 'Logins cannot be checked right now, and so nothing is let through. What you sent was not passed on.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a moment' },
        text: { zh: '請過一分鐘，再按一次「重新整理」。', en: 'Wait a minute, then reload the page.' },
      },
    ],
  },
  'not-found': {
    icon: 'info',
    tone: 'off',
    title: { zh: '沒有這個頁面', en: 'There is no such page' },
    lead: {
      zh: '這個網址屬於認證閘道，但沒有對應的頁面。',
      en: 'This address belongs to the gateway, but there is no page at it.',
    },
    steps: [ENTER_AGAIN],
  },
} as const satisfies Record<'session-over' | 'foreign-origin' | 'unavailable' | 'not-found', Story>;

const UPSTREAM = {
  502: upstream({ zh: '業務系統沒有回應', en: 'The business system does not answer' }),
  503: {
    icon: 'plug',
    tone: 'wait',
    title: { zh: '業務系統暫停服務', en: 'The business system is out of service' },
    lead: {
      zh: '您的登入沒有問題，是後端的業務系統目前無法連線。剛才的要求沒有送進系統。',
      en: 'Nothing is wrong with your login; the system behind the gateway cannot be reached. The last request was not passed on to it.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a while' },
        text: {
          zh: '系統恢復後會自動開放，請過一分鐘再按「重新整理」。剛才送出的內容需要重新送出。',
          en: 'The way opens by itself once the system is back: wait a minute, then reload. What you sent has to be sent again.',
        },
      },
    ],
  },
  504: upstream({ zh: '業務系統逾時沒有回應', en: 'The business system did not answer in time' }),
} as const satisfies Record<Extract<SystemPage, { kind: 'upstream-failed' }>['status'], Story>;

function upstream(title: Bilingual): Story {
  return {
    icon: 'plug',
    tone: 'wait',
    title,
    lead: {
      zh: '您的登入沒有問題，是後端的業務系統目前無法處理。剛才的要求可能沒有完成。',
      en: 'Nothing is wrong with your login; the system behind the gateway cannot serve. The last request may not have been carried out.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a while' },
        text: {
          zh: '再送出之前，請先查明剛才的動作是否已經完成，以免重複。',
          en: 'Before sending anything again, see whether the last action was carried out after all.',
        },
      },
    ],
  };
}

function contentTooLarge({ limitBytes }: Extract<SystemPage, { kind: 'content-too-large' }>): Story {
  const limit = tellSize(limitBytes);
  return {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '送出的內容超過上限', en: 'What was sent is too large' },
    lead: {
      zh: `這項作業一次最多可送出 ${limit}，您送出的檔案或內容超過上限，業務系統沒有收到完整的內容。`,
      en: `Up to ${limit} can be sent here at once. Your files or form were larger, and the business system has not received the whole of them.`,
    },
    steps: [
      {
        title: { zh: '減少內容再送出', en: 'Send less at once' },
        text: {
          zh: '請縮小檔案，或分成幾次送出；按「上一頁」可回到填寫的表單。',
          en: 'Make the files smaller or send them one by one; "back" leads to the form as it was filled in.',
        },
      },
    ],
  };
}

function tellSize(bytes: number): string {
  const [unit, size] = bytes < 1_048_576 ? ['KB', 1_024] : ['MB', 1_048_576];
  return `${Math.floor((bytes / size) * 10) / 10} ${unit}`;
}

/** Why it is over comes first, where that is known: somebody else may have logged in as this person. */
function sessionOver({ endedBecause, replacedBy }: Extract<SystemPage, { kind: 'session-over' }>): Story {
  const story: Story = OTHERS['session-over'];
  if (endedBecause === null) return story;
  const why = tellEnd(endedBecause, replacedBy);
  return { ...story, lead: { zh: `${why.zh}${story.lead.zh}`, en: `${why.en} ${story.lead.en}` } };
}

/** Every page that tells something; the others ask. */
export type ToldPage = Exclude<SystemPage, { kind: 'ask-logout' | 'purpose' }>;

export function storyOfSystemPage(page: ToldPage): Story {
  switch (page.kind) {
    case 'denied':
      return DENIED[page.reason];
    case 'entry-failed':
      return ENTRY_FAILED[page.code];
    case 'upstream-failed':
      return UPSTREAM[page.status];
    case 'session-over':
      return sessionOver(page);
    case 'content-too-large':
      return contentTooLarge(page);
    case 'foreign-origin':
    case 'unavailable':
    case 'not-found':
      return OTHERS[page.kind];
  }
}
