import type { FormDefinition } from '../form.ts';
import { PROSE, SHARED } from './parts.ts';

/** 業務帳號一日密碼申請單 (document 1, 六(五), 九(三); D1-182). */
export const D_06_11: FormDefinition = {
  ...SHARED,
  id: 'D-06-11',
  title: { zh: '業務帳號一日密碼申請單', en: 'Application for a one-day password' },
  notes: [
    {
      zh: '一日密碼限特殊情形使用，經單位主管同意並由註冊管理者啟用後，僅於當日有效，當日首次登入須變更密碼。',
      en: 'For special cases only: once the head has agreed and the registrar has enabled it, it holds on that day alone and is changed at that day’s first login.',
    },
  ],
  sections: [
    {
      id: 'subject',
      title: { zh: '申請資料', en: 'Application' },
      fields: [
        {
          name: 'loginName',
          kind: 'login-name',
          label: { zh: '帳號', en: 'Account' },
          maxLength: 32,
        },
        {
          name: 'effectiveDay',
          kind: 'day',
          label: { zh: '使用日期', en: 'Day of use' },
          hint: { zh: '原則為申請當日。', en: 'As a rule today.' },
          maxLength: 10,
        },
        {
          name: 'reasonKind',
          kind: 'choice',
          label: { zh: '申請原因', en: 'Cause' },
          choices: [
            { value: 'card-not-carried', label: { zh: '未攜帶憑證卡', en: 'Card not carried' } },
            { value: 'card-lost', label: { zh: '憑證卡遺失', en: 'Card lost' } },
            { value: 'card-locked', label: { zh: '憑證卡鎖卡', en: 'Card locked' } },
            { value: 'card-renewal', label: { zh: '憑證換發中', en: 'Card being reissued' } },
            { value: 'reader-broken', label: { zh: '讀卡機或元件故障', en: 'Reader or component out of order' } },
            { value: 'other', label: { zh: '其他', en: 'Other' } },
          ],
          maxLength: 20,
        },
        {
          name: 'reason',
          kind: 'prose',
          label: { zh: '事由說明', en: 'Reason' },
          hint: { zh: '寫明當日須辦理之業務。', en: 'Say what has to be done that day.' },
          maxLength: PROSE,
        },
      ],
    },
  ],
};
