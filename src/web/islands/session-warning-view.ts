/** The dialogue and the notice of the session warning, in a shadow root: no style of the page reaches in, none leaks out. */
import { makeEndNotice } from './session-end-notice.ts';
import { findPlace } from './session-frames.ts';
import { dress, make, makeButton, type WarningTexts } from './session-warning-parts.ts';

interface Acts {
  readonly stay: () => void;
  /** The person has taken note that the session cannot be prolonged. */
  readonly read: () => void;
  readonly logOut: () => void;
  readonly logInAddress: string;
}

/** Seconds left at which the time is said aloud: every second would drown everything else. */
const SAID_AT_S = [300, 240, 180, 120, 60, 30, 10];

/**
 * Nothing is put into the page before there is something to show, and only where it is rendered: a modal dialogue that nobody
 * sees would hold up everything. A page that writes itself anew, or whose frames load others, gets it again.
 */
export function openWarningView(texts: WarningTexts, acts: Acts) {
  const host = make('div', { lang: texts.lang });
  const root = host.attachShadow({ mode: 'open' });

  const title = make('h2', { id: 'title', tabIndex: -1 });
  const lead = make('p', { id: 'lead' });
  const clock = make('p', { className: 'clock' });
  clock.setAttribute('role', 'timer');
  // Said politely at a few moments; the clock itself stays silent.
  clock.setAttribute('aria-live', 'off');
  const said = make('p', { className: 'unseen' });
  said.setAttribute('aria-live', 'polite');
  const trouble = make('p', { className: 'trouble' });
  trouble.setAttribute('role', 'alert');
  const stay = makeButton(texts.stay, 'main');
  const read = makeButton(texts.read, 'main');
  const leave = makeButton(texts.logOut, '');
  const buttons = make('p', { className: 'buttons' });
  buttons.append(stay, read, leave);
  const dialog = make('dialog', {});
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.setAttribute('aria-describedby', 'lead');
  dialog.append(title, lead, clock, said, trouble, buttons);
  root.append(dialog);
  const end = makeEndNotice(root, texts, acts.logInAddress);

  /** What the person is to see; whether the page has room for it is another matter. */
  let due: 'nothing' | 'warning' | 'end' = 'nothing';
  let saidAtS = Infinity;

  const isRendered = (): boolean => host.getClientRects().length > 0;
  const isWarning = (): boolean => dialog.matches(':modal') && isRendered();
  const focusMain = (): void => (stay.hidden ? read : stay).focus();

  const escape = (event: Event): void => {
    event.preventDefault();
    if (stay.disabled) return;
    if (stay.hidden) acts.read();
    else acts.stay();
  };
  /** Each time it goes into a page: `document.open` takes the handlers off all that it throws out. */
  const wire = (): void => {
    stay.onclick = acts.stay;
    read.onclick = acts.read;
    leave.onclick = acts.logOut;
    // Before the browser makes a close request of it: a second one in a row it would grant by itself.
    dialog.onkeydown = event => {
      if (event.key === 'Escape') escape(event);
    };
    dialog.oncancel = escape;
    dialog.onclose = settle;
    end.wire();
  };
  /** Makes what is seen follow what is due. */
  const settle = (): void => {
    const place = due === 'nothing' ? null : findPlace();
    if (place !== null && host.parentNode !== place) {
      place.append(host);
      dress(root, place.ownerDocument);
      wire();
    }
    const shown = place !== null && isRendered() ? due : 'nothing';
    if (shown === 'warning' && !dialog.matches(':modal')) {
      // Open, but not modal: it was taken out of the page and has come in again.
      if (dialog.open) dialog.close();
      dialog.showModal();
      focusMain();
    } else if (shown !== 'warning' && dialog.open) dialog.close();
    if (shown === 'end' && place !== null) end.show(place);
    else if (due === 'end') end.hide();
    else end.forget();
    if (due === 'nothing') host.remove();
  };
  const say = (leftS: number): void => {
    const moment = SAID_AT_S.find(second => second >= leftS && second < saidAtS);
    if (moment === undefined && saidAtS !== Infinity) return;
    saidAtS = SAID_AT_S.filter(second => second >= leftS).at(-1) ?? leftS;
    said.textContent = texts.left.replace('{left}', inWords(leftS, texts));
  };

  return {
    /** Whether the dialogue is before the person. */
    isWarning,
    /** The page may have changed. */
    settle,
    openWarning(canStay: boolean): void {
      title.textContent = canStay ? texts.title : texts.fixedTitle;
      lead.textContent = canStay ? texts.lead : texts.fixedLead;
      const isAsBefore = isWarning() && stay.hidden !== canStay;
      stay.hidden = !canStay;
      read.hidden = canStay;
      trouble.textContent = '';
      if (!isAsBefore) saidAtS = Infinity;
      due = 'warning';
      settle();
      if (!isAsBefore) focusMain();
    },
    count(leftMs: number): void {
      settle();
      if (!isWarning()) return;
      const leftS = Math.max(0, Math.ceil(leftMs / 1_000));
      clock.textContent = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
      say(leftS);
    },
    tell(what: 'unreachable'): void {
      trouble.textContent = texts[what];
    },
    setBusy(isBusy: boolean): void {
      stay.disabled = isBusy;
      if (!isBusy && !stay.hidden) stay.focus();
    },
    /** @param message why; null: as said before, only brought before the eye again */
    showEnd(message: string | null): void {
      if (message !== null) end.say(message);
      due = 'end';
      settle();
      if (message === null) end.focus();
    },
    /** The session stands, and its end is not near. */
    close(): void {
      due = 'nothing';
      settle();
    },
  };
}

function inWords(leftS: number, { minutes, seconds }: WarningTexts): string {
  return leftS >= 60 ? minutes.replace('{n}', String(Math.round(leftS / 60))) : seconds.replace('{n}', String(leftS));
}
