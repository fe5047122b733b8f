/**
 * The advice to install a newer component, for those too whose login works: what the component last said of its version
 * is kept in this browser, and judged anew by each page that can show the advice.
 */
import { withStorage } from './browser-storage.ts';
import type { EnvironmentOutcome, SignOutcome } from './card-bridge.ts';
import { isTooOld, judgeVersionHere } from './component-version.ts';
import { elementById } from './templates.ts';

const KEY = 'gateway-component-version';

/** What the component said of its version, whether it did what it was asked or not. */
export function serverVersionOf(outcome: SignOutcome | EnvironmentOutcome): string | undefined {
  return 'serverVersion' in outcome ? outcome.serverVersion : outcome.reply?.serverVersion;
}

/** A component that tells no version, or something that is none, leaves what is known. */
export function keepComponentVersion(version: string | undefined): void {
  if (judgeVersionHere(version) === 'untold' || version === undefined) return;
  withStorage('localStorage', storage => storage.setItem(KEY, version));
}

/** Shows the page's notice if the component that was last used here is too old, else hides it. */
export function showComponentNotice(): void {
  const kept = withStorage('localStorage', storage => storage.getItem(KEY)) ?? undefined;
  elementById('old-component', HTMLElement).hidden = !isTooOld(judgeVersionHere(kept));
}
