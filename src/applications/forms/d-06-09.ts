import type { FormDefinition } from '../form.ts';
import {
  ADD,
  APPLICABLE_ROLES,
  BASIS_SECTION,
  OTHER_CHANGES,
  RIGHTS_SECTION,
  ROLE_WORDS,
  SHARED,
  SUBJECT_FIELDS,
  UNIT_FIELDS,
} from './parts.ts';

/** 業務帳號一般使用者異動申請單 (document 1, 三(二)2, 八(二), 九(二); D1-181). */
export const D_06_09: FormDefinition = {
  ...SHARED,
  id: 'D-06-09',
  title: { zh: '業務帳號一般使用者異動申請單', en: 'Change application, general user' },
  notes: [
    {
      zh: '五(一) 於一般使用者之異動誤植為 D-06-20（清查單）；三(二)2、八(二)1 與九(二) 均為本單 D-06-09，從之。',
      en: 'Rule 5(1) names D-06-20 (the review list) for general users by mistake; 3(2)2, 8(2)1 and 9(2) name this form, D-06-09.',
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
          choices: [ADD, ...OTHER_CHANGES],
          maxLength: 20,
        },
        ...SUBJECT_FIELDS,
        ...UNIT_FIELDS,
        {
          name: 'gatewayRole',
          kind: 'choice',
          label: { zh: '角色', en: 'Role' },
          hint: {
            zh: '一般使用者以外之角色，由本署審核並執行。',
            en: 'Roles other than general user are decided and executed at the ministry administration.',
          },
          choices: APPLICABLE_ROLES.map(value => ({ value, label: ROLE_WORDS[value] })),
          maxLength: 30,
          when: { field: 'change', oneOf: ['add', 'change'] },
          isOptional: true,
        },
        {
          name: 'roleAct',
          kind: 'choice',
          label: { zh: '角色之異動', en: 'The role is' },
          choices: [
            { value: 'add', label: { zh: '新增', en: 'Added' } },
            { value: 'remove', label: { zh: '移除', en: 'Removed' } },
          ],
          maxLength: 10,
          when: { field: 'change', oneOf: ['change'] },
          isOptional: true,
        },
      ],
    },
    RIGHTS_SECTION,
    BASIS_SECTION,
  ],
};
