import type { GatewayRole } from '../accounts/account.ts';
import { ACCESS, judgeAccess, type AccessVisitor, type Address, type AddressRules } from './access.ts';
import { OVERSEEING } from './audiences.ts';
import type { Bilingual } from './texts/bilingual.ts';

/** What a menu entry may say beside its name: how much waits there. */
export type MenuCounts = Readonly<Partial<Record<Address, number>>>;

interface MenuEntry {
  readonly address: Address;
  readonly label: Bilingual;
  /** Who finds it useful, where fewer than may open it; left out: whoever may open it. */
  readonly roles?: readonly GatewayRole[];
}

interface MenuSection {
  readonly title: Bilingual;
  readonly entries: readonly MenuEntry[];
}

/** The main menu of every role. What a visitor's row in `access.ts` refuses is not shown. */
const SECTIONS: readonly MenuSection[] = [
  {
    title: { zh: '我的', en: 'Mine' },
    entries: [
      { address: '/', label: { zh: '首頁', en: 'Start page' } },
      { address: '/profile', label: { zh: '我的資料', en: 'My data' } },
      { address: '/sessions', label: { zh: '我的連線', en: 'My sessions' } },
    ],
  },
  {
    title: { zh: '申請單', en: 'Applications' },
    entries: [
      { address: '/inbox', label: { zh: '待我辦理', en: 'Waiting for me' }, roles: OVERSEEING },
      { address: '/applications', label: { zh: '我的申請單', en: 'My applications' } },
      { address: '/applications/new', label: { zh: '新申請', en: 'New application' } },
      { address: '/applications/register', label: { zh: '申請單查詢', en: 'All applications' } },
      { address: '/reconcile', label: { zh: '異動核對', en: 'Second look at changes' } },
      { address: '/due', label: { zh: '到期與逾期', en: 'Due and late' } },
    ],
  },
  {
    title: { zh: '帳號與機關', en: 'Accounts and agencies' },
    entries: [
      { address: '/accounts', label: { zh: '業務帳號', en: 'Accounts' }, roles: OVERSEEING },
      { address: '/sessions/register', label: { zh: '連線查詢', en: 'Sessions' } },
      { address: '/deputies', label: { zh: '職務代理', en: 'Deputies' } },
      { address: '/organisations', label: { zh: '機關與單位', en: 'Agencies and units' } },
      { address: '/one-day-passwords', label: { zh: '一日密碼使用紀錄', en: 'Use of one-day passwords' } },
      { address: '/bindings', label: { zh: '待確認的憑證', en: 'Cards to confirm' } },
    ],
  },
  {
    title: { zh: '帳號維護', en: 'Keeping accounts' },
    entries: [
      { address: '/personnel', label: { zh: '人事資料比對', en: 'Personnel data' } },
      { address: '/dormancy', label: { zh: '閒置帳號', en: 'Dormant accounts' } },
      { address: '/outbox', label: { zh: '通知紀錄', en: 'Notices' } },
      { address: '/jobs', label: { zh: '排程工作', en: 'Scheduled jobs' } },
    ],
  },
  {
    title: { zh: '規則與系統', en: 'Rules and systems' },
    entries: [
      { address: '/systems', label: { zh: '業務系統', en: 'Business systems' } },
      { address: '/policy/explain', label: { zh: '存取判定查詢', en: 'Why a request passes' } },
      { address: '/rules/acknowledgements', label: { zh: '尚未閱讀規則', en: 'Rules not acknowledged' } },
      { address: '/compliance', label: { zh: '防護基準對照', en: 'Security controls' } },
    ],
  },
];

/** A group of the main menu, for one visitor. */
export interface MenuGroup {
  readonly title: Bilingual;
  readonly links: readonly {
    readonly href: string;
    readonly label: Bilingual;
    readonly count: number | null;
    readonly isCurrent: boolean;
  }[];
}

/**
 * The menu of one visitor at one page.
 *
 * @param path where he is: the entry of this address, or the closest one above it, is marked
 */
export function composeMenu(visitor: AccessVisitor, path: string, counts: MenuCounts): MenuGroup[] {
  const table: Readonly<Record<Address, AddressRules>> = ACCESS;
  const shown = ({ address, roles }: MenuEntry): boolean => {
    const rule = table[address].get;
    if (rule === undefined || judgeAccess(rule, visitor) !== null) return false;
    return roles === undefined || visitor.authorities.some(({ role }) => roles.includes(role));
  };
  const all = SECTIONS.flatMap(section => section.entries.filter(shown));
  const current = all
    .filter(({ address }) => path === address || (address !== '/' && path.startsWith(`${address}/`)))
    .sort((a, b) => b.address.length - a.address.length)[0];
  return SECTIONS.map(section => ({
    title: section.title,
    links: section.entries.filter(shown).map(entry => ({
      href: entry.address,
      label: entry.label,
      count: counts[entry.address] ?? null,
      isCurrent: entry === current,
    })),
  })).filter(group => group.links.length > 0);
}
