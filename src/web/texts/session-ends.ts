import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { Ender } from '../../flows/sessions/find-enders.ts';
import type { Replacement, SessionEndReason } from '../../sessions/session.ts';
import type { Bilingual } from './bilingual.ts';
import { METHOD_NAMES } from './home.ts';

/** Why a session is over, told to the browser that held it: what happened, and what to do if that was nobody's doing. */
const ENDED_BECAUSE = {
  logout: { zh: '您已登出。', en: 'You have logged out.' },
  'logout-elsewhere': {
    zh: '您的帳號在另一個瀏覽器結束了這個連線。若不是您本人，請立即聯絡註冊管理者。',
    en: 'Your account ended this session from another browser. If that was not you, tell your registration manager at once.',
  },
  idle: { zh: '閒置時間過長，已自動登出。', en: 'You were logged out because nothing was done for too long.' },
  lifetime: {
    zh: '連線已達最長時間，請重新登入。',
    en: 'The session has reached its longest duration. Please log in again.',
  },
  'day-over': {
    zh: '一日密碼只在當日有效，連線已於 24:00 結束。',
    en: 'The one-day password was good for that day only; the session ended at 24:00.',
  },
  'account-changed': {
    zh: '您的帳號狀態已變更，連線已結束。如有疑問，請洽註冊管理者。',
    en: "Your account's state has changed, and so the session was ended. Ask your registration manager if you do not know why.",
  },
  replaced: {
    zh: '您的帳號已重新登入，原來的連線已結束。若不是您本人，請立即聯絡註冊管理者。',
    en: 'Your account has logged in anew, and so this session was ended. If that was not you, tell your registration manager at once.',
  },
  'card-blocked': {
    zh: '您的卡片已被封鎖，連線因此結束。請洽註冊管理者。',
    en: 'Your card was blocked, and so the session was ended. Please ask your registration manager.',
  },
  'card-revoked': {
    zh: '您的憑證已遭廢止，連線因此結束。請洽自然人憑證發卡單位換發新卡。',
    en: 'Your certificate was revoked, and so the session was ended. Please ask for a new card where yours was issued.',
  },
  administrator: {
    zh: '連線已由管理人員結束。如有疑問，請洽註冊管理者。',
    en: 'The session was ended by an administrator. Ask your registration manager if you do not know why.',
  },
  'store-lost': { zh: '連線資料已遺失，請重新登入。', en: 'The session was lost. Please log in again.' },
} as const satisfies Record<SessionEndReason, Bilingual>;

/**
 * The sentence for a browser whose session is over.
 *
 * @param replacedBy the login that took its place: when, how and, where that may be said, whence stand in the sentence, so
 *   that a person sees whether it was his own
 */
export function tellEnd(
  reason: SessionEndReason,
  replacedBy?: Pick<Replacement, 'method' | 'at'> & Partial<Replacement>,
): Bilingual {
  if (reason !== 'replaced' || replacedBy === undefined) return ENDED_BECAUSE[reason];
  const { method, clientAddress } = replacedBy;
  const at = formatTaipeiTime(replacedBy.at);
  const whence =
    clientAddress === undefined ? { zh: '', en: '' } : { zh: `自 ${clientAddress} `, en: ` from ${clientAddress}` };
  return {
    zh: `您的帳號於 ${at}（臺北時間）${whence.zh}以${METHOD_NAMES[method].zh}登入，此處的連線因此結束。若不是您本人，請立即聯絡註冊管理者停用帳號；重新登入後，可在「我的連線」查看各連線的來源位址，並結束其他連線。`,
    en: `Your account logged in at ${at} (Taipei time)${whence.en} by ${METHOD_NAMES[method].en.toLowerCase()}, and so this session was ended. If that was not you, have your registration manager suspend the account at once; once logged in again you can see under "My sessions" which addresses your sessions come from, and end them.`,
  };
}

/**
 * At whose word a session ended, for lists: beside the reason, and in a column of its own.
 *
 * @param ownAccountId whose list it is, where it is one's own
 */
export function tellEnder(ender: Ender, ownAccountId?: string): Bilingual {
  switch (ender.kind) {
    case 'login':
      return ender.login === null ? { zh: '另一個登入', en: 'by another login' } : tellLogin(ender.login);
    case 'same-browser':
      return { zh: '同一個瀏覽器', en: 'in the same browser' };
    case 'account': {
      if (ender.accountId === ownAccountId) return { zh: '本人', en: 'you' };
      const { name } = ender;
      return { zh: name, en: name };
    }
    case 'operator':
      return { zh: '維運人員', en: 'an operator' };
    case 'gateway':
      return { zh: '系統', en: 'the gateway' };
  }
}

function tellLogin({ method, clientAddress, at }: Replacement): Bilingual {
  const time = formatTaipeiTime(at);
  return {
    zh: `${time} 自 ${clientAddress} 以${METHOD_NAMES[method].zh}登入`,
    en: `by the login at ${time} from ${clientAddress}, ${METHOD_NAMES[method].en.toLowerCase()}`,
  };
}
