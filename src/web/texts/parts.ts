import type { Bilingual } from './bilingual.ts';

/** Words of the parts that many pages are made of. */
export const PARTS = {
  required: { zh: '（必填）', en: ' (required)' },
  notSent: { zh: '尚未送出：請修正下列欄位', en: 'Not sent: please correct these fields' },
  whereAmI: { zh: '所在位置', en: 'Where you are' },
  applied: { zh: '已套用', en: 'Applied' },
  remove: { zh: '，移除', en: ', remove' },
  clearAll: { zh: '全部清除', en: 'Clear all' },
  all: { zh: '全部', en: 'All' },
  search: { zh: '搜尋', en: 'Search' },
  pages: { zh: '分頁', en: 'Pages' },
  previous: { zh: '← 上一頁', en: '← Previous' },
  following: { zh: '下一頁 →', en: 'Next →' },
  lastPage: { zh: '最後一頁', en: 'Last page' },
  emptyPage: { zh: '清單沒有這麼多頁。', en: 'The list has fewer pages than that.' },
  scrollable: { zh: '，可左右捲動', en: ', scrolls sideways' },
  ascending: { zh: '遞增排序', en: 'ascending' },
  descending: { zh: '遞減排序', en: 'descending' },
  nothingFound: { zh: '沒有符合條件的資料。', en: 'Nothing fits.' },
  zone: { zh: '時間為臺北時間（UTC+8）', en: 'Times are Taipei time (UTC+8)' },
  choose: { zh: '請選擇', en: 'Please choose' },
  saved: { zh: '已完成', en: 'Done' },
} as const satisfies Record<string, Bilingual>;

/** "1 – 50 of 1,054". */
export function rangeOf(from: number, to: number, total: number): Bilingual {
  const [first, last, all] = [from, to, total].map(number => number.toLocaleString('en'));
  return { zh: `第 ${first}–${last} 筆，共 ${all} 筆`, en: `${first}–${last} of ${all}` };
}

/** "105 in all, on 3 pages". */
export function extentOf(total: number, pages: number): Bilingual {
  const [all, last] = [total, pages].map(number => number.toLocaleString('en'));
  return {
    zh: `共 ${all} 筆，${last} 頁`,
    en: `${all} in all, on ${last} ${pages === 1 ? 'page' : 'pages'}`,
  };
}
