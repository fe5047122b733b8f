/** The notice that a session is over: a bar on top of the page, which stays as it was left. */
import { make, makeButton, type WarningTexts } from './session-warning-parts.ts';

/** @param root where it goes; shown is it only while that is in a page */
export function makeEndNotice(root: ShadowRoot, texts: WarningTexts, logInAddress: string) {
  // A popover lies above whatever the page has, its own dialogues included.
  const bar = make('section', { hidden: true, tabIndex: -1, popover: 'manual' });
  bar.setAttribute('role', 'alert');
  bar.setAttribute('aria-labelledby', 'over-title');
  const why = make('p', {});
  const logIn = make('a', { href: logInAddress, target: '_blank', rel: 'noopener', textContent: texts.logIn });
  bar.append(
    make('h2', { id: 'over-title', textContent: texts.overTitle }),
    why,
    make('p', { textContent: texts.overKept }),
    logIn,
  );
  // Beside a modal dialogue of the page nothing can be operated, whatever lies above it, but another modal one.
  const block = make('dialog', { className: 'end' });
  block.setAttribute('aria-labelledby', 'over-title');
  const buttons = make('p', { className: 'buttons' });
  const read = makeButton(texts.overRead, '');
  buttons.append(read);
  block.append(buttons);
  root.append(bar, block);

  let isRead = false;
  let room: HTMLElement | null = null;

  const lay = (): void => {
    takeBack();
    bar.hidden = false;
    if ('showPopover' in bar) bar.showPopover();
    if (isRead || isReachable(root, bar)) {
      // It stays in sight, and the top of the page must not lie under it for good.
      room?.style.setProperty('padding-block-start', `${bar.offsetHeight}px`);
      return;
    }
    block.prepend(bar);
    block.showModal();
    logIn.focus();
  };
  /** A popover that is moved is closed, and opened anew lies on top. */
  const takeBack = (): void => {
    root.prepend(bar);
    if (block.open) block.close();
  };
  const hide = (): void => {
    if (bar.hidden) return;
    takeBack();
    bar.hidden = true;
    room?.style.removeProperty('padding-block-start');
    room = null;
  };

  return {
    /** Makes it operable: by handlers, as {@link openWarningView} says. */
    wire(): void {
      read.onclick = () => block.close();
      block.onclose = () => {
        if (bar.parentNode !== block) return;
        isRead = true;
        lay();
      };
    },
    /** @param message empty: nobody knows why */
    say(message: string): void {
      why.textContent = message === '' ? texts.gone : message;
    },
    /** Shows it, on top again where the page has put something above it before it was read. */
    show(place: HTMLElement): void {
      const isElsewhere = room !== place;
      room = place;
      if (bar.hidden || isElsewhere || (!isRead && !isReachable(root, bar))) lay();
    },
    hide,
    /** It is over no more. */
    forget(): void {
      hide();
      isRead = false;
    },
    focus: () => bar.focus(),
  };
}

/** Whether it can be clicked on: hit testing passes over whatever a modal dialogue has made inert. */
function isReachable(root: ShadowRoot, element: HTMLElement): boolean {
  const { left, top } = element.getBoundingClientRect();
  return element.contains(root.elementFromPoint(left + 4, top + 4));
}
