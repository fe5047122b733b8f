import type { FormDefinition } from '../form.ts';
import {
  ADD,
  APPOINT,
  BASIS_SECTION,
  OTHER_CHANGES,
  RIGHTS_SECTION,
  SHARED,
  SUBJECT_FIELDS,
  UNIT_FIELDS,
} from './parts.ts';

/** 業務帳號註冊管理者異動申請單 (document 1, 三(二)1, 八(一), 九(一); D1-180). */
export const D_06_10: FormDefinition = {
  ...SHARED,
  id: 'D-06-10',
  title: { zh: '業務帳號註冊管理者異動申請單', en: 'Change application, registrar' },
  notes: [
    {
      zh: '本單由單位主管審核後函送本署；註冊管理者調離現職時亦填本單，並指定接任者。',
      en: 'After the head’s review this form goes to the ministry administration by letter; a registrar who moves files it too, and names a successor.',
    },
  ],
  sections: [
    {
      id: 'subject',
      title: { zh: '申請資料', en: 'Application' },
      fields: [
        {
          name: 'change',
          kind: 'choice',
          label: { zh: '申請類別', en: 'Kind of change' },
          choices: [ADD, APPOINT, ...OTHER_CHANGES],
          maxLength: 20,
        },
        ...SUBJECT_FIELDS,
        ...UNIT_FIELDS,
        {
          name: 'successor',
          kind: 'login-name',
          label: { zh: '接任之註冊管理者（帳號）', en: 'Successor (login name)' },
          hint: {
            zh: '機關最後一位註冊管理者停用、刪除或調離時必填。',
            en: 'Mandatory when the last registrar of an agency is suspended, deleted or moves.',
          },
          maxLength: 32,
          when: { field: 'change', oneOf: ['suspend', 'delete', 'move'] },
          isOptional: true,
        },
      ],
    },
    RIGHTS_SECTION,
    BASIS_SECTION,
  ],
};
