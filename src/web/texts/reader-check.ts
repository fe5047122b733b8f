import type { Bilingual } from './bilingual.ts';

/** Words of the check that a person starts on the reader's help page. */
export const READER_CHECK = {
  heading: { zh: '檢測這台電腦', en: 'Check this computer' },
  start: { zh: '開始檢測', en: 'Start the check' },
  needScript: {
    zh: '檢測需要瀏覽器的 JavaScript，目前沒有啟用。',
    en: 'The check needs JavaScript, which is switched off in this browser.',
  },
  idle: { zh: '尚未檢測。', en: 'Not checked yet.' },
  running: { zh: '檢測中，小視窗會自行關閉。', en: 'Checking; the small window closes by itself.' },
  done: { zh: '檢測完成。', en: 'The check is complete.' },
  failed: { zh: '檢測沒有通過，請看下方說明。', en: 'The check did not pass; see below.' },
  component: { zh: '元件', en: 'Component' },
  componentFound: { zh: '有回應', en: 'Answers' },
  componentOutdated: { zh: '版本過舊，請更新', en: 'Too old, please update it' },
  version: { zh: '版本', en: 'version' },
  reader: { zh: '讀卡機', en: 'Reader' },
  cardIn: { zh: '已讀到卡片', en: 'A card is in' },
  cardAbsent: { zh: '沒有卡片', en: 'No card' },
  cardUnknown: { zh: '有卡片，但無法辨識', en: 'A card is in, but it cannot be read' },
  address: { zh: '元件位址', en: 'Address of the component' },
} as const satisfies Record<string, Bilingual>;
