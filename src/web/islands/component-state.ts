import { TROUBLES_WITH_A_STORY } from './component-codes.ts';
import type { PopupFailure } from './component-popup.ts';
import { judgeVersionHere } from './component-version.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

/** A state of the component, of the browser or of the way to our own server that leaves the person where he is. */
export type ShownState =
  | PopupFailure
  | { readonly state: 'portal-unreachable' | 'cookies-off'; readonly reply?: never; readonly pinInDoubt?: never };

/** The compact failure, with what only the component knows: tries left, card family, its numbers, its age. */
export function composeState(shown: ShownState): DocumentFragment {
  const content = copyOf(findTemplate('state', storyNameOf(shown)));
  const reveal = (selector: string) => content.querySelector(selector)?.removeAttribute('hidden');
  if (shown.state === 'pin-wrong' && shown.triesLeft !== undefined) reveal(`[data-tries="${shown.triesLeft}"]`);
  if (shown.state === 'wrong-card-family' && shown.family !== undefined) reveal(`[data-family="${shown.family}"]`);
  if (shown.pinInDoubt === true) reveal('[data-pin="in-doubt"]');
  const trust = content.querySelector<HTMLAnchorElement>('a[href$="/addDomain"]');
  if (trust !== null) trust.search = `?domain=${location.hostname}`;
  if (shown.reply === undefined) return content;
  const { retCode, lastError, serverVersion } = shown.reply;
  if (judgeVersionHere(serverVersion) === 'outdated') reveal('[data-version="outdated"]');
  const codes = retCode === 0 ? [] : [hex(retCode), '/', hex(lastError)];
  const parts = shown.state === 'component-error' ? [shown.trouble, ...codes] : codes;
  content.querySelector('.code')?.append(...parts.map(part => ` ${part}`));
  return content;
}

/** Shows the failure in the page's `#state`. */
export function showState(shown: ShownState): void {
  elementById('state', HTMLElement).replaceChildren(composeState(shown));
}

/** Takes the failure away again. */
export function clearState(): void {
  elementById('state', HTMLElement).replaceChildren();
}

function storyNameOf(shown: ShownState): string {
  const hasOwn = shown.state === 'component-error' && TROUBLES_WITH_A_STORY.includes(shown.trouble);
  return hasOwn ? `component-error.${shown.trouble}` : shown.state;
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
