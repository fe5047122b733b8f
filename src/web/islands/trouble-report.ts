import type { ShownState } from './component-state.ts';

/** A version as components write theirs; anything else is not passed on. */
const VERSION = /^\d{1,9}(?:\.\d{1,9}){1,4}$/;

/**
 * Tells the portal which step of the card failed, so that a whole office's trouble is seen. Nothing of reader, card or
 * person; the page neither waits for it nor minds when it fails.
 */
export function reportTrouble(purpose: string, shown: ShownState): void {
  if (shown.state === 'portal-unreachable' || shown.state === 'cookies-off') return;
  const { retCode, lastError, serverVersion } = shown.reply ?? {};
  const report = {
    purpose,
    state: shown.state,
    ...(shown.state === 'component-error' ? { trouble: shown.trouble } : {}),
    ...(retCode === undefined ? {} : { retCode, lastError }),
    ...(serverVersion !== undefined && VERSION.test(serverVersion) ? { componentVersion: serverVersion } : {}),
  };
  fetch('/login/card/trouble', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(report),
    // The page may be left at once.
    keepalive: true,
    redirect: 'error',
  }).catch(() => undefined);
}
