import type { OrganisationKind } from '../../accounts/organisation.ts';
import type { Bilingual } from './bilingual.ts';

export const KIND_NAMES = {
  ministry: { zh: '本署', en: 'Ministry administration' },
  agency: { zh: '主管機關', en: 'Competent authority' },
  other: { zh: '非主管機關', en: 'Not a competent authority' },
} as const satisfies Record<OrganisationKind, Bilingual>;

/** Words of the organisation tree and of its upkeep. */
export const ORGANISATIONS = {
  title: { zh: '機關與單位', en: 'Agencies and units' },
  about: {
    zh: '本署管理各機關的註冊管理者；註冊管理者管理本機關的一般使用者。',
    en: 'The ministry administration manages the registration managers of the agencies; they manage the general users of their agency.',
  },
  figure: { zh: '圖 1　帳號管理架構', en: 'Figure 1: who manages whom' },
  derived: {
    zh: '規則的圖 1 只有圖片，本圖依條文三、八推導。',
    en: 'Figure 1 of the rules is an image without text; this one is derived from sections 3 and 8.',
  },
  asList: { zh: '架構（文字）', en: 'The same as a list' },
  registrars: { zh: '業務帳號註冊管理者', en: 'Registration managers' },
  heads: { zh: '單位主管', en: 'Unit heads' },
  noRegistrar: {
    zh: '沒有註冊管理者：一般使用者的申請以函文送本署辦理。',
    en: 'No registration manager: applications go to the ministry administration by official letter.',
  },
  people: { zh: '人', en: 'people' },
  manage: { zh: '維護', en: 'Maintain' },
  add: { zh: '新增機關', en: 'Add an organisation' },
  addAbout: {
    zh: '代碼會出現在業務系統收到的身分資料中，新增後不能變更，也不能刪除。',
    en: 'Business systems see the code; it can neither be changed nor deleted afterwards.',
  },
  code: { zh: '代碼', en: 'Code' },
  codeHint: {
    zh: '小寫英文字母、數字、連字號，例如 taipei-city',
    en: 'Lower-case letters, digits, hyphens, such as taipei-city',
  },
  name: { zh: '名稱', en: 'Name' },
  kind: { zh: '類別', en: 'Kind' },
  kindHint: {
    zh: '非主管機關的申請，須有法律依據並經主管單位同意（規則五(三)）。',
    en: 'Applications of other bodies need a legal basis and the consent of the competent unit (rule 5(3)).',
  },
  rename: { zh: '變更名稱', en: 'Rename' },
  renameAbout: {
    zh: '只變更名稱，代碼不變；已歸檔的表單保留當時的名稱。',
    en: 'Only the name changes, the code stays; filed forms keep the name they had.',
  },
  units: { zh: '單位', en: 'Units' },
  noUnits: { zh: '沒有單位。', en: 'No units.' },
  addUnit: { zh: '新增單位', en: 'Add a unit' },
  unitCode: { zh: '單位代碼', en: 'Code of the unit' },
  unitName: { zh: '單位名稱', en: 'Name of the unit' },
} as const satisfies Record<string, Bilingual>;
