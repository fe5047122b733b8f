import type { PopupFailure } from './component-popup.ts';
import { copyOf, elementById, findTemplate } from './templates.ts';

/** A state of the component, or of the way to our own server, that leaves the person where he is. */
export type ShownState = PopupFailure | { readonly state: 'portal-unreachable' };

/** Shows the compact failure in the page's `#state`, with what only the component knows: tries left, its numbers. */
export function showState(shown: ShownState): void {
  const content = copyOf(findTemplate('state', shown.state));
  if (shown.state === 'pin-wrong' && shown.triesLeft !== undefined) {
    content.querySelector(`[data-tries="${shown.triesLeft}"]`)?.removeAttribute('hidden');
  }
  if (shown.state === 'component-error') {
    content.querySelector('.code')?.append(` ${shown.trouble} ${hex(shown.retCode)} / ${hex(shown.lastError)}`);
  }
  elementById('state', HTMLElement).replaceChildren(content);
}

/** Takes the failure away again. */
export function clearState(): void {
  elementById('state', HTMLElement).replaceChildren();
}

function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
