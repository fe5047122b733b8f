import type { Replacement, SessionEndReason } from '../../../sessions/session.ts';
import { tellEnd } from '../session-ends.ts';
import type { Step, Story } from '../story.ts';

const SEND_AGAIN: Step = {
  title: { zh: '重新登入，再送出一次', en: 'Log in again, then send it again' },
  text: {
    zh: '請先複製這一頁上您要保留的內容，再重新登入並送出。',
    en: 'Copy what you want to keep from this page first; then log in and send it again.',
  },
  link: { to: 'login', label: { zh: '登入', en: 'Log in' } },
};

const OVER: Story = {
  icon: 'wait',
  tone: 'wait',
  title: { zh: '連線已結束，沒有執行', en: 'The session is over; nothing was done' },
  lead: {
    zh: '送出時您的連線已經結束，沒有執行任何動作。',
    en: 'When you sent this your session had ended. Nothing was done.',
  },
  steps: [SEND_AGAIN],
};

/** What is told of sessions that ended, and of stores that cannot be asked whether one stands. */
export const SESSION_STORIES = {
  over: OVER,
  'none-to-end': {
    icon: 'info',
    tone: 'off',
    title: { zh: '沒有可以結束的連線', en: 'There is no session to end' },
    lead: {
      zh: '您送出時，您要結束的連線都已經結束，或只剩您目前使用的這一個。沒有執行任何動作。',
      en: 'When you sent this, the sessions that you meant were over already, or only the one you are using was left. Nothing was done.',
    },
    steps: [
      {
        title: { zh: '查看目前的連線', en: 'See which sessions stand' },
        text: {
          zh: '連線查詢顯示目前還有哪些連線；要登出自己，請按頁首的「登出」。',
          en: 'The list shows which sessions stand at this moment. To leave yourself, log out at the top of the page.',
        },
        link: { to: 'sessions', label: { zh: '連線查詢', en: 'Sessions' } },
      },
    ],
  },
  unavailable: {
    icon: 'warn',
    tone: 'stop',
    title: { zh: '認證閘道暫時無法服務', en: 'The gateway is not available at the moment' },
    lead: {
      zh: '目前無法查驗登入或存取資料，因此不放行任何要求。您剛才的動作可能沒有完成。',
      en: 'Logins cannot be checked or data cannot be reached right now, and so nothing is let through. What you just did may not have been done.',
    },
    steps: [
      {
        title: { zh: '稍後再試', en: 'Try again in a moment' },
        text: {
          zh: '服務會自行恢復。請過一分鐘，再按一次「重新整理」；再送出表單前，請先查明剛才的動作是否已經完成。',
          en: 'It comes back by itself. Wait a minute, then reload the page; before you send a form again, see whether it was taken after all.',
        },
        link: { to: 'start', label: { zh: '入口首頁', en: 'Start page' } },
      },
      {
        title: { zh: '如果您正要登出', en: 'If you were logging out' },
        text: {
          zh: '登出可能沒有完成。請關閉所有瀏覽器視窗、取回卡片，或稍後再登出一次。',
          en: 'You may still be logged in. Close all browser windows and take your card, or log out again later.',
        },
      },
    ],
  },
} as const satisfies Record<string, Story>;

/** Why the session of whoever sent something is over. */
export function sessionOverStory(reason: SessionEndReason, replacedBy?: Replacement): Story {
  const why = tellEnd(reason, replacedBy);
  const { lead } = OVER;
  return { ...OVER, lead: { zh: `${why.zh}${lead.zh}`, en: `${why.en} ${lead.en}` } };
}
