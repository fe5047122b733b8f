import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { ExportedTable, TwoLanguages } from '../../flows/ports/files.ts';

/** Lines that follow the rows in every file: what it is, who took it out, when, out of what, and whose it is. */
export type Footer = readonly (readonly [string, string])[];

export function composeFooter(table: ExportedTable, notice: TwoLanguages): Footer {
  return [
    ['資料名稱 Data', columnTitle(table.title)],
    ['匯出人員 Exported by', table.exportedBy],
    ['匯出時間 Exported at', `${formatTaipeiTime(table.exportedAt)} Asia/Taipei`],
    ['篩選條件 Filter', table.filter],
    ['筆數 Rows', String(table.rows.length)],
    ['資料所有權', notice.zh],
    ['Ownership notice', notice.en],
  ];
}

/** Both languages in one cell. */
export function columnTitle({ zh, en }: TwoLanguages): string {
  return `${zh} ${en}`;
}
