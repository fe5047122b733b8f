import type { Bilingual } from './bilingual.ts';

/** Words of the page of deputies; the names of fields are those of the form. */
export const DEPUTIES = {
  title: { zh: '職務代理', en: 'Deputies' },
  about: {
    zh: '單位主管請假或公出時，由職務代理人審核；紀錄會載明代理人與被代理的主管。',
    en: 'While a head is away his deputy decides; every record names both.',
  },
  now: { zh: '代理中與排定', en: 'Now and planned' },
  past: { zh: '已結束', en: 'Over' },
  none: { zh: '沒有職務代理。', en: 'No deputies.' },
  principalId: { zh: '單位主管', en: 'Unit head' },
  deputy: { zh: '代理人帳號', en: 'Account of the deputy' },
  deputyHint: {
    zh: '同機關有效的業務帳號；指定的人不能是自己。',
    en: 'An active account of the same agency; whoever names the deputy cannot be it.',
  },
  validFrom: { zh: '起日（年-月-日）', en: 'From (year-month-day)' },
  validUntil: { zh: '迄日（年-月-日）', en: 'Until (year-month-day)' },
  reason: { zh: '事由', en: 'Reason' },
  name: { zh: '指定職務代理人', en: 'Name a deputy' },
  nameAbout: {
    zh: '期間內，代理人可以審核主管範圍內的申請，起日與迄日均包含在內。',
    en: 'For the term, both days included, the deputy decides on what the head would decide on.',
  },
  end: { zh: '提前結束', en: 'End now' },
  term: { zh: '期間', en: 'Term' },
  noHeads: {
    zh: '您的機關目前沒有有效的單位主管帳號。',
    en: 'Your agency has no active unit head at present.',
  },
} as const satisfies Record<string, Bilingual>;
