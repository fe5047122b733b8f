import { LOG_IN_AGAIN, type Story } from '../story.ts';

/** What can stand in the way of applying by card, and of signing a decision. */
export const APPLICATION_STORIES = {
  'card-has-account': {
    icon: 'user',
    tone: 'off',
    title: { zh: '這張卡已有業務帳號', en: 'This card has an account' },
    lead: {
      zh: '這裡只供尚無業務帳號的人申請；您的申請單在登入後填寫。',
      en: 'This way in is for people without an account; yours are filed after login.',
    },
    steps: [
      {
        ...LOG_IN_AGAIN,
        title: { zh: '以這張卡登入', en: 'Log in with this card' },
      },
    ],
  },
  'signing-refused': {
    icon: 'card',
    tone: 'wait',
    title: { zh: '簽章未能採用', en: 'The signature could not be used' },
    lead: {
      zh: '決定尚未送出。可能是卡片不是登記在您帳號的那一張，或簽章期間案件已有變動。',
      en: 'The decision has not been sent. The card may not be the one registered to your account, or the application has changed meanwhile.',
    },
    steps: [
      {
        title: { zh: '回到申請單再試一次', en: 'Go back to the application and try again' },
        text: {
          zh: '確認讀卡機中是您登記的卡片，查看案件的最新狀態，再簽章送出。',
          en: 'See that your registered card is in the reader, look at how the application stands now, and sign again.',
        },
        link: { to: 'start', label: { zh: '回首頁', en: 'Start page' } },
      },
    ],
  },
} as const satisfies Record<string, Story>;
