import { expect, test } from 'vitest';
import { noticeSchema } from '../../src/config/notice.ts';

test('D2-080 a blank of a notice is not filled by what stands for one', () => {
  const fills = (purpose: string) =>
    noticeSchema.safeParse({ purpose, users: '各機關公司登記', purposeEn: 'statistics', usersEn: 'the agencies' })
      .success;
  const signs = [
    'OO',
    'ＯＯ',
    '●●',
    '□□',
    '△△',
    'XX',
    '＊＊',
    '？？',
    '〇',
    '0',
    '無',
    'TBD',
    '請填入',
    '[purpose]',
    '＜目的＞',
  ];
  const within = ['○○管理', 'OO目的', 'ＸＸ業務', '〇〇機關', '□', 'work of XX'];
  expect([...signs, ...within].filter(fills)).toEqual([]);
  const filled = [
    '一〇〇年統計',
    '二〇〇〇年統計',
    '〇九八',
    'cooperation',
    'XXL goods',
    '統計',
    '統計（年報）',
    'Is it? Yes',
  ];
  expect(filled.filter(text => !fills(text))).toEqual([]);
});
