import type { CsvProblem } from '../../flows/operations/read-csv.ts';
import type { FieldError } from '../field-errors.ts';
import type { Bilingual } from './bilingual.ts';

/** What is wrong with a file that is imported, for people who have not seen the rules of its columns. */
export const CSV_PROBLEM_WORDS = {
  'file-too-large': { zh: '檔案超過 4 MiB', en: 'the file is larger than 4 MiB' },
  'too-many-lines': { zh: '列數過多', en: 'the file has too many lines' },
  'not-utf-8': {
    zh: '檔案不是 UTF-8 文字，請另存為「CSV UTF-8」',
    en: 'the file is not UTF-8; save it as "CSV UTF-8"',
  },
  'not-csv': { zh: '引號未成對，或一列過長', en: 'a quotation mark is not closed, or a line is too long' },
  'no-lines': { zh: '標題列之下沒有資料', en: 'the file has no lines below its header' },
  'column-missing': { zh: '標題列缺少這個欄位', en: 'this column is missing in the header' },
  'column-unknown': { zh: '沒有這個欄位名稱', en: 'there is no such column' },
  'column-twice': { zh: '標題列中這個欄位重複', en: 'this column stands twice in the header' },
  'cells-missing-or-too-many': { zh: '欄數與標題列不同', en: 'the line has more or fewer cells than the header' },
  missing: { zh: '不可空白', en: 'must not be empty' },
  'too-long': { zh: '太長', en: 'is too long' },
  'control-character': { zh: '含有看不見的字元或換行', en: 'holds a character that cannot be seen, or a second line' },
  'not-half-width': { zh: '請用半形字元', en: 'is written in full-width characters; use half-width ones' },
  'not-of-its-kind': { zh: '格式不符', en: 'is not of the form that this column has' },
  'not-a-choice': { zh: '不是這個欄位的用詞', en: 'is none of the words that this column knows' },
  repeated: { zh: '在檔案中重複', en: 'stands in the file twice' },
  unknown: { zh: '查無此代碼', en: 'is not known here' },
  taken: { zh: '帳號已存在', en: 'belongs to an account that exists already' },
  'person-repeated': {
    zh: '同一人（姓名與身分證末四碼相同）在檔案中重複',
    en: 'is of a person who stands in the file twice (same name and last four)',
  },
  'person-taken': {
    zh: '此人（姓名與身分證末四碼相同）已有業務帳號',
    en: 'is of a person who has an account already (same name and last four)',
  },
  namesake: {
    zh: '另有同名者，須填身分證末四碼以資辨別',
    en: 'is needed here: there is another person of the same name',
  },
  contradiction: {
    zh: '此類機關不得移轉權限，須依法律依據提出申請',
    en: 'cannot be taken over for such an organisation; it needs an application with its legal basis',
  },
} as const satisfies Record<CsvProblem['code'], Bilingual>;

/** As lines of the error summary, each leading to the file's field. */
export function csvErrors(problems: readonly CsvProblem[], field: string): FieldError[] {
  return problems.map(({ line, column, code, cell }) => {
    const words = CSV_PROBLEM_WORDS[code];
    const [zhCell, enCell] = cell === undefined || cell === '' ? ['', ''] : [`「${cell}」`, ` "${cell}"`];
    return {
      field,
      text: {
        zh: `第 ${line} 列${column === null ? '' : ` ${column}`}${zhCell}：${words.zh}`,
        en: `Line ${line}${column === null ? '' : `, ${column}`}${enCell}: ${words.en}`,
      },
    };
  });
}
