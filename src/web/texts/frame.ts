import type { Bilingual } from './bilingual.ts';

/** Words of the frame around every page. */
export const FRAME = {
  skip: { zh: '跳到主要內容', en: 'Skip to main content' },
  languageAndHelp: { zh: '語言與說明', en: 'Language and help' },
  chinese: { zh: '中文', en: '中文' },
  english: { zh: 'English', en: 'English' },
  help: { zh: '使用說明', en: 'Help' },
  rules: { zh: '使用管理規則', en: 'Rules of use' },
  privacy: { zh: '隱私權聲明', en: 'Privacy' },
  accessibility: { zh: '無障礙聲明', en: 'Accessibility' },
  version: { zh: '版本', en: 'Version' },
  mainMenu: { zh: '主要選單', en: 'Main menu' },
  menu: { zh: '選單', en: 'Menu' },
  closeMenu: { zh: '關閉選單', en: 'Close menu' },
  logOut: { zh: '登出', en: 'Log out' },
  idleUntil: { zh: '閒置至此時自動登出', en: 'Idle: logged out at' },
  newWindow: { zh: '（外部網站）', en: ' (external site)' },
} as const satisfies Record<string, Bilingual>;

/** Words of every page that tells a failure. */
export const FAILURE = {
  whatToTell: { zh: '給服務臺的資料', en: 'For the help desk' },
  code: { zh: '代碼', en: 'Code' },
  reference: { zh: '參考編號', en: 'Reference' },
  shownAt: { zh: '頁面時間（臺北時間）', en: 'Time of this page (Taipei)' },
  backToLogin: { zh: '回登入頁', en: 'Back to the login page' },
  typed: { zh: '您送出的內容', en: 'What you sent' },
  typedAbout: {
    zh: '內容沒有寫入，只顯示在這一頁；請複製需要的部分。附加的檔案請重新選取。',
    en: 'It was not taken and is shown on this page only; copy what you need. Attached files have to be chosen again.',
  },
  stillStuck: { zh: '仍無法解決', en: 'If it still does not work' },
  validUntil: { zh: '憑證有效至', en: 'Certificate valid until' },
  validFrom: { zh: '憑證自此時生效', en: 'Certificate valid from' },
  revokedAt: { zh: '憑證廢止於', en: 'Certificate revoked at' },
} as const satisfies Record<string, Bilingual>;

/** The last step of every failure. */
export function askHelpDesk(phone: string, hours: Bilingual): Bilingual {
  return {
    zh: `請洽服務臺 ${phone}，${hours.zh}，並告知本頁「給服務臺的資料」。`,
    en: `Call the help desk, ${phone}, ${hours.en}, and tell them what this page has under "For the help desk".`,
  };
}
