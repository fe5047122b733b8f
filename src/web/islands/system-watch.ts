/** A page of a business system that includes `/.gateway/activity.js`: the portal's warning, on somebody else's page. */
import { watchSession } from './session-warning.ts';
import type { WarningTexts } from './session-warning-parts.ts';

export interface SystemWatchSettings {
  readonly texts: Readonly<Record<'zh' | 'en', WarningTexts>>;
  /** Where the portal says that one is logged out. */
  readonly loggedOutAddress: string;
}

export function watchSystemPage({ texts, loggedOutAddress }: SystemWatchSettings): void {
  const { lang } = document.documentElement;
  // A page that does not say its language is taken for one in Chinese, as nearly all of them are.
  const language = lang === '' || /^zh\b/i.test(lang) ? 'zh' : 'en';
  // Whole addresses: a page may say that its own are relative to another host (`<base>`).
  const { origin } = location;
  watchSession({
    address: `${origin}/.gateway/session?lang=${language}`,
    texts: texts[language],
    logInAddress: `${origin}/`,
    logOut: () => void logOut(loggedOutAddress),
    reportsInteraction: true,
  });
}

/** Not by a form: the page's own policy may forbid that one leads to the portal. */
async function logOut(loggedOutAddress: string): Promise<void> {
  const address = `${location.origin}/.gateway/logout`;
  try {
    const answer = await fetch(address, { method: 'POST', redirect: 'manual' });
    location.assign(answer.type === 'opaqueredirect' ? loggedOutAddress : address);
  } catch {
    location.assign(address);
  }
}
