import type { ApplicationFailure } from '../../applications/failures.ts';
import type { Bilingual } from './bilingual.ts';

/** How each refusal leaves the house: its status, and what it says to people. */
export const APPLICATION_FAILURES: Readonly<
  Record<ApplicationFailure['code'], { readonly status: 400 | 403 | 404 | 409; readonly text: Bilingual }>
> = {
  'application-not-found': row(
    404,
    '沒有這張申請單，或不在您的職權範圍內。',
    'There is no such application within your reach.',
  ),
  'application-changed': row(
    409,
    '其他人剛處理過本案，以下是最新內容。',
    'Somebody else acted meanwhile; this is how it stands now.',
  ),
  'application-act-refused': row(409, '本案目前的狀態不能這樣處理。', 'As it stands, this cannot be done.'),
  'application-role-missing': row(403, '您目前的角色不能處理本案。', 'None of your roles acts here.'),
  'application-own': row(
    403,
    '不能處理自己的或自己填寫的申請單。',
    'Nobody acts on what is about him or what he filed.',
  ),
  'application-second-duty': row(
    403,
    '您在本案已負責另一關，須由他人辦理。',
    'You have had another duty in this application; somebody else must act.',
  ),
  'application-needs-card': row(403, '須以自然人憑證登入才能處理。', 'Only a session by citizen card may do this.'),
  'application-note-missing': row(400, '請填寫意見。', 'The note must be written.'),
  'application-note-invalid': row(
    400,
    '意見太長，或含有看不見的字元。',
    'The note is too long or holds invisible characters.',
  ),
  'application-form-incomplete': row(400, '申請單尚未填妥。', 'The form is not filled in yet.'),
  'application-sheet-missing': row(
    400,
    '為他人填寫時，須附上其簽名之申請單。',
    'For somebody else the sheet that he has signed must be attached.',
  ),
  'application-letter-invalid': row(400, '函文資料尚未填妥。', 'The letter’s data is not complete.'),
  'application-letter-missing': row(400, '請附上函文檔案。', 'The letter itself must be attached.'),
  'application-organisation-foreign': row(403, '只能向自己的主管機關申請。', 'Applications go to one’s own authority.'),
  'application-form-not-yours': row(
    403,
    '這張表單只能由本人、同單位同仁、單位主管或註冊管理者填寫。',
    'Only the person, a colleague of the unit, its head or the registrar files this.',
  ),
  'application-card-has-account': row(
    403,
    '這張卡已有業務帳號，請直接登入。',
    'This card has an account; please log in.',
  ),
  'application-too-many-drafts': row(
    409,
    '未送出的草稿過多，請先送出或撤回。',
    'Too many open drafts; submit or withdraw some.',
  ),
  'application-open-already': row(
    409,
    '您向此機關已有處理中的申請單，請先完成或撤回。',
    'You have an application under way at this authority; finish or withdraw it first.',
  ),
  'application-too-many-today': row(
    409,
    '今日可建立的申請單已達上限，請明日再試。',
    'You have begun as many applications as one day allows; please try again tomorrow.',
  ),
  'attachment-refused': row(400, '檔案不能接受。', 'The file cannot be taken.'),
  'application-signature-refused': row(403, '憑證簽章未能驗證。', 'The signature could not be verified.'),
  'execution-account-gone': row(409, '帳號已不存在或不是啟用中。', 'The account is gone or not active.'),
  'execution-transition-refused': row(
    409,
    '帳號目前的狀態不能這樣異動。',
    'The account cannot be changed that way now.',
  ),
  'execution-login-name-taken': row(
    409,
    '希望之帳號已有人使用，請退回補正。',
    'The wished login name is taken; return the form.',
  ),
  'execution-person-has-account': row(
    409,
    '此人已有有效帳號，一人一帳號。',
    'This person has a live account; one each.',
  ),
  'execution-unit-gone': row(409, '申請的單位已不存在。', 'The unit is gone.'),
  'execution-role-unknown': row(
    409,
    '申請的系統角色已不存在。',
    'A right that was applied for does not exist any more.',
  ),
  'execution-last-registrar': row(
    409,
    '這是機關最後一位註冊管理者，須先有接任者。',
    'This is the agency’s last registrar; a successor is needed.',
  ),
  'execution-successor-unfit': row(409, '指定的接任者不適用。', 'The successor does not fit.'),
  'execution-last-officer': row(
    409,
    '這是本署最後一位計畫承辦人或系統管理者，須先有接任者。',
    'This is the last case officer or administrator of the ministry; another one is needed first.',
  ),
  'execution-taking-away-waits': row(
    409,
    '此帳號已排定停用、刪除、調離或移除權限，在該日之前不能執行其他異動；如有變更，請另送停用、刪除或調離之申請。',
    'A suspension, deletion, move or removal of rights is scheduled for this account; until that day only another such application may replace it.',
  ),
  'execution-day-ahead': row(409, '生效日期未到，請於當日再執行。', 'Its day has not come; execute it on that day.'),
  'execution-day-over': row(409, '日期已過，不能再執行。', 'The day is over.'),
};

function row(status: 400 | 403 | 404 | 409, zh: string, en: string) {
  return { status, text: { zh, en } };
}
