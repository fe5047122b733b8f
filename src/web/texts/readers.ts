import type { Bilingual } from './bilingual.ts';

/** Words of the choice among several readers, on every card dialogue. */
export const READER_CHOICE = {
  open: { zh: '多個讀卡機？選擇讀卡機', en: 'Several readers? Choose the reader' },
  chosen: { zh: '使用讀卡機', en: 'Reader in use' },
  legend: { zh: '要使用哪一台讀卡機', en: 'Which reader to use' },
  hint: {
    zh: '選擇立即生效，並記在這個瀏覽器；只記讀卡機名稱。',
    en: 'Your choice holds at once and is kept in this browser, by the name of the reader only.',
  },
  automatic: { zh: '自動', en: 'Automatic' },
  automaticAbout: { zh: '由元件選用第一台有卡片的讀卡機', en: 'The component takes the first reader with a card' },
} as const satisfies Record<string, Bilingual>;

/** What is in a reader; `islands/card-line.ts` says what each kind is. */
export const CARD_LINES = {
  absent: { zh: '沒有卡片', en: 'No card' },
  unknown: {
    zh: '有卡片，但無法辨識（例如健保卡）',
    en: 'A card that cannot be read (a health insurance card, for instance)',
  },
  'no-sign': { zh: '有卡片，但沒有簽章憑證', en: 'A card without a certificate for signing' },
  'other-family': { zh: '不是自然人憑證', en: 'Not a citizen certificate' },
  'not-yet-valid': { zh: '自然人憑證，尚未生效', en: 'Citizen certificate, not valid yet' },
  expired: { zh: '自然人憑證，已逾期', en: 'Citizen certificate, expired' },
  citizen: { zh: '自然人憑證', en: 'Citizen certificate' },
  from: { zh: '生效日', en: 'valid from' },
  until: { zh: '有效至', en: 'valid until' },
} as const satisfies Record<string, Bilingual>;

/** Card families that share reader and component. */
export const CARD_FAMILIES = {
  MOICA: {
    zh: '元件認出的是自然人憑證，請更新元件後再試。',
    en: 'The component found a citizen certificate; update the component and try again.',
  },
  MOEACA: { zh: '讀到的是工商憑證（公司行號用）。', en: 'The card read is a business certificate (MOEACA).' },
  GCA: { zh: '讀到的是政府機關憑證。', en: 'The card read is an agency certificate (GCA).' },
  XCA: { zh: '讀到的是組織及團體憑證。', en: 'The card read is an organisation certificate (XCA).' },
} as const satisfies Record<string, Bilingual>;

/** Names of the families, for a line of facts. */
export const FAMILY_NAMES = {
  MOEACA: { zh: '工商憑證', en: 'business certificate (MOEACA)' },
  GCA: { zh: '政府機關憑證', en: 'agency certificate (GCA)' },
  XCA: { zh: '組織及團體憑證', en: 'organisation certificate (XCA)' },
} as const satisfies Record<string, Bilingual>;

export const COMPONENT_VERSION = {
  last: { zh: '依上次讀卡的結果：', en: 'When a card was last read here:' },
  warn: {
    zh: '這台電腦的元件版本過舊，建議更新；這不會阻擋登入。',
    en: 'The component on this computer is old; an update is advised. It does not stop a login.',
  },
  refuse: {
    zh: '這台電腦的元件版本過舊，更新後才能用卡片登入。',
    en: 'The component on this computer is old; a login by card needs an update first.',
  },
  download: { zh: '下載新版元件', en: 'Download the newest component' },
} as const satisfies Record<string, Bilingual>;
