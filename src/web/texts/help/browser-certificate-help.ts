import type { HelpPage } from './help-page.ts';

export const BROWSER_CERTIFICATE: HelpPage = {
  title: { zh: '以瀏覽器憑證登入', en: 'Logging in by the certificate in the browser' },
  lead: {
    zh: '不經過跨平台網頁元件，由瀏覽器自己讀取卡片。瀏覽器請您選擇憑證、輸入 PIN 碼，其餘與一般登入相同。',
    en: 'The browser reads the card itself, without the cross-platform web component. It asks you to choose a certificate and to type the PIN; the rest is as with any login.',
  },
  sections: [
    {
      heading: { zh: '登入', en: 'Logging in' },
      list: {
        ordered: true,
        items: [
          {
            zh: '插入自然人憑證，等讀卡機燈號亮起，再開啟瀏覽器。',
            en: 'Insert the card, wait for the light of the reader, then open the browser.',
          },
          {
            zh: '在登入頁按「以瀏覽器憑證登入」。',
            en: 'On the login page choose “Use the certificate in this browser”.',
          },
          {
            zh: '選擇以您姓名核發的憑證；看到兩張時，選「數位簽章」用的一張。',
            en: 'Choose the certificate in your name; of two, take the one for signatures.',
          },
          {
            zh: '在卡片程式的視窗輸入 PIN 碼。PIN 碼只交給卡片，瀏覽器與伺服器都不會收到。',
            en: "Type the PIN in the card software's window. It goes to the card only; neither browser nor server receives it.",
          },
        ],
      },
      paragraphs: [
        {
          zh: '連續輸錯 3 次 PIN 碼，卡片會自行鎖住，和一般登入相同。',
          en: 'After 3 wrong PINs in a row the card locks itself, as with any login.',
        },
      ],
    },
    {
      heading: { zh: 'Windows 與 macOS', en: 'Windows and macOS' },
      paragraphs: [
        {
          zh: '安裝「HiCOS 卡片管理工具」後，插入卡片時憑證會自動登記到系統，Chrome、Edge 與 Safari 都能使用，不需要其他設定。',
          en: 'Once the HiCOS card tool is installed, it registers the certificates of an inserted card with the system by itself; Chrome, Edge and Safari use them, and nothing else has to be set.',
        },
        {
          zh: 'Firefox 請在「設定 → 隱私權與安全性 → 安全性裝置」載入 HiCOS 的 PKCS#11 模組。',
          en: 'For Firefox, load the PKCS#11 module of HiCOS under Settings → Privacy & Security → Security Devices.',
        },
      ],
      link: { to: 'component-download', label: { zh: '下載 HiCOS', en: 'Download HiCOS' } },
    },
    {
      heading: { zh: 'Linux 電腦', en: 'Linux' },
      paragraphs: [
        {
          zh: '在終端機把卡片的 PKCS#11 模組登記到瀏覽器使用的 NSS 資料庫，一次即可：',
          en: 'Register the PKCS#11 module of the card with the NSS database that the browser uses, once, in a terminal:',
        },
        {
          zh: 'modutil -dbdir sql:$HOME/.pki/nssdb -add HiCOS -libfile 安裝位置/libHicos_p11v1.so',
          en: 'modutil -dbdir sql:$HOME/.pki/nssdb -add HiCOS -libfile FOLDER/libHicos_p11v1.so',
        },
        {
          zh: '執行前請關閉瀏覽器；modutil 在 Debian 與 Ubuntu 的 libnss3-tools 套件中。',
          en: 'Close the browser before; modutil is in the package libnss3-tools of Debian and Ubuntu.',
        },
      ],
    },
    {
      heading: { zh: '選錯了，或沒有出現選單', en: 'Chosen wrongly, or nothing to choose' },
      paragraphs: [
        {
          zh: '瀏覽器會記住第一次的選擇，包括取消。請關閉所有瀏覽器視窗後再試一次。仍然沒有選單時，請用一般方式登入，或洽服務臺。',
          en: 'The browser remembers the first choice, also a cancelled one. Close all its windows and try again. If it still offers nothing, log in the usual way or ask the help desk.',
        },
      ],
      link: { to: 'login', label: { zh: '回登入頁', en: 'Back to the login page' } },
    },
    {
      heading: { zh: '登出', en: 'Logging out' },
      paragraphs: [
        {
          zh: '登出後，下一次登入一定會再用到卡片。離開座位時，請登出並取回卡片。',
          en: 'After logging out, the next login needs the card again. When you leave your desk, log out and take the card with you.',
        },
      ],
    },
  ],
};
