import { GATEWAY_ROLES, type GatewayRole } from '../../accounts/account.ts';
import type { FormDefinition, FormField, FormSection, Words } from '../form.ts';

/** What all three forms say alike. */
export const SHARED: Pick<FormDefinition, 'purpose' | 'references'> = {
  purpose: {
    zh: '本單所填個人資料，僅供業務帳號之登記、設定與稽核使用，依個人資料保護法保護，不作其他用途。',
    en: 'The personal data on this form is used only to register, set and audit business accounts, is protected by the Personal Data Protection Act, and serves no other purpose.',
  },
  references: [
    { id: 'B-06-01', title: { zh: '存取控制管理規範', en: 'Access Control Management Rules' } },
    { id: 'C-06-03', title: { zh: '工商憑證系統存取管理工作指導書', en: 'Work Instruction on Access Management' } },
  ],
};

/** Longest text of one line and of several: what a paper form has room for. */
const LINE = 100;
export const PROSE = 1_000;

export const ROLE_WORDS: Readonly<Record<GatewayRole, Words>> = {
  'case-officer': { zh: '計畫承辦人', en: 'Case officer' },
  'ministry-administrator': { zh: '本署系統管理者', en: 'Ministry administrator' },
  'unit-head': { zh: '單位主管', en: 'Unit head' },
  registrar: { zh: '業務帳號註冊管理者', en: 'Registrar' },
  'general-user': { zh: '業務帳號一般使用者', en: 'General user' },
  checker: { zh: '查核人員', en: 'Checker' },
  auditor: { zh: '稽核人員', en: 'Auditor' },
};

/** The kinds of change that both account forms know (D1-180, D1-181). */
export const ADD = { value: 'add', label: { zh: '新增', en: 'Add' } };
export const APPOINT = { value: 'appoint', label: { zh: '現有帳號派任', en: 'Appoint an existing account' } };
export const OTHER_CHANGES = [
  { value: 'change', label: { zh: '異動', en: 'Change' } },
  { value: 'suspend', label: { zh: '停用', en: 'Suspend' } },
  { value: 'resume', label: { zh: '恢復', en: 'Resume' } },
  { value: 'delete', label: { zh: '刪除（離職）', en: 'Delete (leaving)' } },
  { value: 'move', label: { zh: '職務異動（調離現職）', en: 'I am moving (position change)' } },
];
const EXISTING = ['appoint', 'change', 'suspend', 'resume', 'delete', 'move'];

/** One, the person: somebody new, or an account that is there. */
export const SUBJECT_FIELDS: readonly FormField[] = [
  {
    name: 'loginName',
    kind: 'login-name',
    label: { zh: '帳號（現有）', en: 'Account (existing)' },
    hint: { zh: '新增帳號時免填。', en: 'Not for a new account.' },
    maxLength: 32,
    when: { field: 'change', oneOf: EXISTING },
  },
  newPerson('name', 'text', { zh: '姓名', en: 'Name' }, LINE, {
    zh: '新增帳號時填寫，須與自然人憑證相同。',
    en: 'For a new account; as on the citizen certificate.',
  }),
  newPerson('idLastFour', 'last-four', { zh: '身分證字號末四碼', en: 'Last four of the identity number' }, 4),
  newPerson('title', 'text', { zh: '職稱', en: 'Title' }, 50),
  newPerson('phone', 'telephone', { zh: '公務電話', en: 'Office telephone' }, 40),
  newPerson('email', 'mail', { zh: '公務信箱', en: 'Office mail' }, 254),
  newPerson('wishedLoginName', 'login-name', { zh: '希望之帳號', en: 'Wished login name' }, 32, {
    zh: '3 至 32 個半形小寫英文字母、數字、點、底線、連字號，以字母或數字開頭。',
    en: '3 to 32 of a–z, 0–9, dot, underscore, hyphen; begins with a letter or digit.',
  }),
];

function newPerson(name: string, kind: FormField['kind'], label: Words, maxLength: number, hint?: Words): FormField {
  return {
    name,
    kind,
    label,
    maxLength,
    when: { field: 'change', oneOf: ['add'] },
    isPersonal: true,
    ...(hint === undefined ? {} : { hint }),
  };
}

export const UNIT_FIELDS: readonly FormField[] = [
  {
    name: 'destination',
    kind: 'choice',
    label: { zh: '調離後', en: 'Goes to' },
    choices: [
      { value: 'other-unit', label: { zh: '本機關其他單位', en: 'Another unit of this agency' } },
      { value: 'leaves-agency', label: { zh: '離開本機關', en: 'Leaves this agency' } },
    ],
    maxLength: 20,
    when: { field: 'change', oneOf: ['move'] },
  },
  {
    name: 'unit',
    kind: 'choice',
    label: { zh: '單位', en: 'Unit' },
    hint: { zh: '異動、調任時為新單位；不變更者免選。', en: 'On a change, the new unit; leave empty to keep it.' },
    choices: 'units',
    maxLength: 64,
    when: { field: 'change', oneOf: ['add', 'change', 'move'] },
    isOptional: true,
  },
];

export const RIGHTS_SECTION: FormSection = {
  id: 'rights',
  title: { zh: '申請權限', en: 'Rights' },
  fields: [
    {
      name: 'grants',
      kind: 'grants',
      label: { zh: '業務系統權限', en: 'Rights in business systems' },
      hint: {
        zh: '預設沒有任何權限；逐項寫明業務系統、角色與業務需要。',
        en: 'Nothing by default; name system, role and need, one by one.',
      },
      // Of each row's reason.
      maxLength: 300,
      when: { field: 'change', oneOf: ['add', 'appoint', 'change', 'move'] },
      isOptional: true,
    },
  ],
};

export const BASIS_SECTION: FormSection = {
  id: 'basis',
  title: { zh: '生效日期與依據', en: 'Effective day and basis' },
  fields: [
    {
      name: 'effectiveDay',
      kind: 'day',
      label: { zh: '生效日期', en: 'Effective day' },
      hint: { zh: '西元年-月-日，例如 2026-11-20。', en: 'YYYY-MM-DD, such as 2026-11-20.' },
      maxLength: 10,
    },
    { name: 'reason', kind: 'prose', label: { zh: '申請事由', en: 'Reason' }, maxLength: PROSE },
    {
      name: 'basis',
      kind: 'text',
      label: { zh: '依據', en: 'Basis' },
      hint: { zh: '例如人事派令文號。', en: 'Such as the number of the personnel order.' },
      maxLength: LINE,
    },
    {
      name: 'legalBasis',
      kind: 'prose',
      label: { zh: '法律依據（非主管機關必填）', en: 'Legal basis (mandatory for a non-competent body)' },
      maxLength: PROSE,
      isOptional: true,
    },
  ],
};

/** The gateway roles that D-06-09 asks for; registrars are D-06-10's. */
export const APPLICABLE_ROLES = GATEWAY_ROLES.filter(role => role !== 'registrar');
