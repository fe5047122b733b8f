import type { FieldProblem, FieldProblemCode } from '../../applications/field-problem.ts';
import type { FieldError } from '../field-errors.ts';
import type { Bilingual } from './bilingual.ts';

/** What is wrong with a field, without its name; `…` stands for the limit. */
const PROBLEMS = {
  missing: { zh: '請填寫', en: 'must be filled in' },
  'too-long': { zh: '太長，最多 … 個字', en: 'is too long: at most … characters' },
  'control-character': {
    zh: '含有看不見的控制字元，請刪除後重新輸入',
    en: 'holds invisible control characters; please type it anew',
  },
  'not-half-width': { zh: '請用半形字元', en: 'needs half-width characters' },
  'not-a-choice': { zh: '請從選項中選擇', en: 'must be one of the choices' },
  'not-a-day': { zh: '請填寫存在的日期，例如 2026-11-20', en: 'must be a day such as 2026-11-20' },
  'day-out-of-range': { zh: '日期不在允許的範圍內（最晚 …）', en: 'is outside the days allowed (latest …)' },
  'not-a-login-name': {
    zh: '須為 3 至 32 個小寫英文字母、數字或 . _ -',
    en: 'must be 3 to 32 of a–z, 0–9, dot, underscore, hyphen',
  },
  'not-four-characters': { zh: '須為 4 個半形數字或大寫字母', en: 'must be 4 digits or capitals' },
  'not-a-mail-address': { zh: '不是電子郵件地址', en: 'is not a mail address' },
  'not-a-telephone-number': { zh: '不是電話號碼', en: 'is not a telephone number' },
  'system-unknown': { zh: '沒有這個業務系統', en: 'names no business system' },
  'role-unknown': { zh: '業務系統沒有這個角色', en: 'names no role of the system' },
  'repeated-row': { zh: '與另一列重複', en: 'repeats another row' },
  'too-many-rows': { zh: '列數過多，最多 … 列', en: 'has too many rows: at most …' },
  'account-unknown': { zh: '沒有這個業務帳號', en: 'names no business account' },
  'account-unfit': { zh: '這個業務帳號不適用', en: 'names an account that does not fit' },
  'login-name-taken': { zh: '這個帳號名稱已有人使用', en: 'is taken by another account' },
  'name-not-of-card': { zh: '與憑證上的姓名不符', en: 'differs from the name on the card' },
  'legal-basis-missing': { zh: '非主管機關申請時，請填寫法律依據', en: 'needs the legal basis' },
  'successor-missing': { zh: '最後一位註冊管理者離任前須有接任者', en: 'the last registrar needs a successor' },
  'not-a-code': {
    zh: '須為 1 至 40 個小寫英文字母、數字或連字號',
    en: 'must be 1 to 40 of a–z, 0–9 and hyphen',
  },
  'code-taken': { zh: '這個代碼已有人使用', en: 'is taken' },
  'term-overlaps': { zh: '與另一段代理期間重疊', en: 'overlaps another term' },
  'not-a-number-of-a-case': { zh: '須含有文字或數字', en: 'must hold a letter or a digit' },
  'not-for-this-choice': { zh: '所選項目不需填寫，請清空', en: 'does not go with what is chosen: leave it empty' },
  'too-often': { zh: '短時間內申報次數過多，請於 … 秒後再試', en: 'was declared too often: try again in … seconds' },
} as const satisfies Record<FieldProblemCode, Bilingual>;

/**
 * A problem beside its field, for the field and for the summary.
 *
 * @param labels names of the fields as the form shows them; one without a name stands for itself
 */
export function fieldError(problem: FieldProblem, labels: Readonly<Record<string, Bilingual>>): FieldError {
  const text = PROBLEMS[problem.code];
  const label = labels[problem.field];
  const limit = problem.limit ?? '';
  return {
    field: problem.field,
    text: {
      zh: `${label === undefined ? '' : `${label.zh}：`}${text.zh.replace('…', limit)}`,
      en: `${label?.en ?? 'This field'} ${text.en.replace('…', limit)}`,
    },
  };
}
