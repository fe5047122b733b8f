import { TROUBLES_WITH_A_STORY } from './component-codes.ts';
import type { PopupFailure, ReplyFacts } from './component-popup.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

/** A state of the component, of the browser or of the way to our own server that leaves the person where he is. */
export type ShownState =
  | PopupFailure
  /** A reader was asked for by its name and is not there any more. */
  | {
      readonly state: 'no-reader';
      readonly goneReader: string;
      readonly reply?: ReplyFacts | undefined;
      readonly pinInDoubt?: never;
    }
  | { readonly state: 'portal-unreachable' | 'cookies-off'; readonly reply?: never; readonly pinInDoubt?: never };

/** The compact failure, with what only the component knows: tries left, card family, its numbers. */
export function composeState(shown: ShownState): DocumentFragment {
  const content = copyOf(findTemplate('state', storyNameOf(shown)));
  const reveal = (selector: string) => content.querySelector(selector)?.removeAttribute('hidden');
  if (shown.state === 'pin-wrong' && shown.triesLeft !== undefined) reveal(`[data-tries="${shown.triesLeft}"]`);
  if (shown.state === 'wrong-card-family' && shown.family !== undefined) reveal(`[data-family="${shown.family}"]`);
  if ('goneReader' in shown) content.querySelector('[data-reader]')?.append(shown.goneReader);
  if (shown.pinInDoubt === true) reveal('[data-pin="in-doubt"]');
  const trust = content.querySelector<HTMLAnchorElement>('a[href$="/addDomain"]');
  if (trust !== null) trust.search = `?domain=${location.hostname}`;
  if (shown.reply === undefined) return content;
  const { retCode, lastError } = shown.reply;
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
  if ('goneReader' in shown) return 'no-reader.chosen';
  const hasOwn = shown.state === 'component-error' && TROUBLES_WITH_A_STORY.includes(shown.trouble);
  return hasOwn ? `component-error.${shown.trouble}` : shown.state;
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
