import type { Bilingual } from './bilingual.ts';

/** Words of the lists of sessions: one's own, and those within one's duties. */
export const SESSIONS = {
  ownTitle: { zh: '我的連線', en: 'My sessions' },
  ownAbout: {
    zh: '您的帳號目前在哪些瀏覽器登入。有不是您本人的連線時，請立即結束，並告知註冊管理者。',
    en: 'Where your account is logged in at this moment. End any that is not yours, and tell your registration manager at once.',
  },
  thisOne: { zh: '這個瀏覽器', en: 'this browser' },
  method: { zh: '登入方式', en: 'Logged in by' },
  since: { zh: '登入時間', en: 'Since' },
  address: { zh: '來源位址', en: 'From address' },
  lastActivity: { zh: '最後操作', en: 'Last activity' },
  idleFor: { zh: '閒置', en: 'idle' },
  endsAt: { zh: '不再操作則登出於', en: 'Ends if nothing is done' },
  systems: { zh: '進入過的系統', en: 'Systems entered' },
  noSystems: { zh: '無', en: 'none' },
  ending: { zh: '已中斷，待記錄', en: 'over, to be recorded' },
  end: { zh: '結束', en: 'End' },
  act: { zh: '處理', en: 'Action' },
  endThis: { zh: '登出這個瀏覽器', en: 'Log out here' },
  endOthers: { zh: '結束其他所有連線', en: 'End all other sessions' },
  endOthersAbout: {
    zh: '除了這個瀏覽器，您的帳號在入口網與所有業務系統的連線立即結束，尚未儲存的資料不會保留。',
    en: 'All your sessions but this one end at once, here and in every business system; what is not saved there is lost.',
  },
  endAll: { zh: '結束所有連線並登出', en: 'End all sessions and log out' },
  endAllAbout: {
    zh: '包括這個瀏覽器在內，您的帳號的所有連線立即結束，尚未儲存的資料不會保留。',
    en: 'All your sessions end at once, this one included; what is not saved is lost.',
  },
  history: { zh: '最近 30 天已結束的連線', en: 'Sessions that ended in the last 30 days' },
  historyNote: { zh: '最多顯示最近 100 筆。', en: 'The latest 100 at most.' },
  noHistory: { zh: '沒有已結束的連線。', en: 'None.' },
  endedAt: { zh: '結束時間', en: 'Ended' },
  why: { zh: '結束原因', en: 'Why' },
  by: { zh: '結束者', en: 'Ended by' },
  note: { zh: '說明', en: 'note' },
  reference: { zh: '連線編號', en: 'Session' },

  title: { zh: '連線查詢', en: 'Sessions' },
  about: {
    zh: '您職務範圍內目前登入的帳號；範圍以外的不列入，也不計數。',
    en: 'Who is logged in within your duties; others are neither shown nor counted.',
  },
  filter: { zh: '篩選連線', en: 'Filter sessions' },
  shown: { zh: '顯示', en: 'Show' },
  open: { zh: '目前連線', en: 'Open' },
  withEnded: { zh: '含 30 天內已結束', en: 'With those ended within 30 days' },
  account: { zh: '帳號', en: 'Account' },
  none: { zh: '沒有符合條件的連線。', en: 'No session fits.' },
  notAnAddress: {
    zh: '來源位址：請填寫完整的 IPv4 或 IPv6 位址，例如 192.0.2.1 或 2001:db8::1',
    en: 'From address: please give one whole IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1',
  },
  endShown: { zh: '結束符合條件的所有連線', en: 'End all sessions that fit' },
  endShownAbout: {
    zh: '下一頁會列出共幾個、是誰的，確認後才結束。',
    en: 'The next page says how many and whose before anything ends.',
  },
  openAll: { zh: '在連線查詢中開啟', en: 'Open in the list of sessions' },

  confirmTitle: { zh: '結束連線', en: 'End sessions' },
  confirmAbout: {
    zh: '連線立即結束：入口網與所有業務系統都須重新登入，尚未儲存的資料不會保留。帳號不會停用，本人可以再登入。',
    en: 'The sessions end at once, here and in every business system; what is not saved is lost. The accounts are not suspended: people can log in again.',
  },
  confirmRace: {
    zh: '送出時符合條件的連線都會結束，包括這一頁開啟之後才登入的。',
    en: 'All that fit when you send this end, those that logged in since this page was opened included.',
  },
  ownKept: {
    zh: '您目前使用的這個連線不在其中，不會被結束；要登出請按頁首的「登出」。',
    en: 'The session you are using is not among them and does not end; to leave, log out at the top of the page.',
  },
  beyondReach: {
    zh: '另有符合條件但不在您職權範圍內的連線，不會結束：',
    en: 'Others fit but are beyond your authority and do not end: ',
  },
  everything: {
    zh: '沒有任何篩選條件：將結束您職權範圍內的全部連線。',
    en: 'There is no filter: all sessions within your authority end.',
  },
  whose: { zh: '對象', en: 'Whose' },
  nothingToEnd: { zh: '沒有可以結束的連線。', en: 'There is no session to end.' },
  reason: { zh: '理由', en: 'Reason' },
  reasonHint: { zh: '會留在紀錄中，本人也看得到。', en: 'It stays in the record, and the person sees it.' },
  send: { zh: '結束這些連線', en: 'End these sessions' },
  cancel: { zh: '不結束，回查詢', en: 'End none, back to the list' },
} as const satisfies Record<string, Bilingual>;

/** "3 sessions of 2 accounts". */
export function countOf(sessions: number, accounts: number): Bilingual {
  return {
    zh: `共 ${accounts} 個帳號的 ${sessions} 個連線`,
    en: `${sessions} ${sessions === 1 ? 'session' : 'sessions'} of ${accounts} ${accounts === 1 ? 'account' : 'accounts'}`,
  };
}

/** How many of one account's. */
export function timesOf(sessions: number): Bilingual {
  return { zh: `${sessions} 個連線`, en: sessions === 1 ? '1 session' : `${sessions} sessions` };
}

export function andOthers(accounts: number): Bilingual {
  return { zh: `以及其他 ${accounts} 個帳號`, en: `and ${accounts} more accounts` };
}

/** What the act has done. */
export function endedCount(sessions: number): Bilingual {
  if (sessions === 0) {
    return {
      zh: '沒有連線因此結束：它先前已經結束了。',
      en: 'No session ended by this: it was over before.',
    };
  }
  return {
    zh: `已結束 ${sessions} 個連線。`,
    en: sessions === 1 ? '1 session has ended.' : `${sessions} sessions have ended.`,
  };
}

/** A length of time, in the two greatest units. */
export function durationOf(milliseconds: number): Bilingual {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return { zh: `${hours} 小時 ${minutes} 分`, en: `${hours} h ${minutes} min` };
  return { zh: `${minutes} 分 ${seconds % 60} 秒`, en: `${minutes} min ${seconds % 60} s` };
}
