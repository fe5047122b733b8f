/** The dialogue and the notice of the session warning, in a shadow root: no style of the page reaches in, none leaks out. */

/** Every word that is shown; `{left}` stands for the time left. */
export interface WarningTexts {
  readonly lang: string;
  readonly title: string;
  readonly lead: string;
  readonly left: string;
  readonly stay: string;
  readonly logOut: string;
  readonly fixedTitle: string;
  readonly fixedLead: string;
  readonly read: string;
  readonly unreachable: string;
  readonly overTitle: string;
  readonly overKept: string;
  readonly logIn: string;
  /** The browser has no session any more, and nobody knows of one. */
  readonly gone: string;
  /** The time is up, and nobody answers. */
  readonly unknown: string;
  /** Somebody else has logged in in this browser. */
  readonly another: string;
  readonly minutes: string;
  readonly seconds: string;
}

interface Acts {
  readonly stay: () => void;
  /** The person has taken note that the session cannot be prolonged. */
  readonly read: () => void;
  readonly logOut: () => void;
  readonly logInAddress: string;
}

/** Seconds left at which the time is said aloud: every second would drown everything else. */
const SAID_AT_S = [300, 240, 180, 120, 60, 30, 10];

export function openWarningView(texts: WarningTexts, acts: Acts) {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styleSheet()];
  host.lang = texts.lang;

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
  const stay = button(texts.stay, 'main', acts.stay);
  const read = button(texts.read, 'main', acts.read);
  const leave = button(texts.logOut, '', acts.logOut);
  const buttons = make('p', { className: 'buttons' });
  buttons.append(stay, read, leave);
  const dialog = make('dialog', {});
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.setAttribute('aria-describedby', 'lead');
  dialog.append(title, lead, clock, said, trouble, buttons);
  const escape = (event: Event): void => {
    event.preventDefault();
    if (stay.disabled) return;
    if (stay.hidden) acts.read();
    else acts.stay();
  };
  // Before the browser makes a close request of it: a second one in a row it would grant by itself.
  dialog.addEventListener('keydown', event => {
    if (event.key === 'Escape') escape(event);
  });
  dialog.addEventListener('cancel', escape);
  let isMeantOpen = false;
  dialog.addEventListener('close', () => {
    if (isMeantOpen) dialog.showModal();
  });

  const over = make('section', { hidden: true, tabIndex: -1 });
  over.setAttribute('role', 'alert');
  over.setAttribute('aria-labelledby', 'over-title');
  const why = make('p', {});
  const logIn = make('a', { href: acts.logInAddress, target: '_blank', rel: 'noopener', textContent: texts.logIn });
  over.append(
    make('h2', { id: 'over-title', textContent: texts.overTitle }),
    why,
    make('p', { textContent: texts.overKept }),
    logIn,
  );
  root.append(dialog, over);
  document.body.append(host);

  let saidAtS = Infinity;
  const say = (leftS: number): void => {
    const due = SAID_AT_S.find(second => second >= leftS && second < saidAtS);
    if (due === undefined && saidAtS !== Infinity) return;
    saidAtS = SAID_AT_S.filter(second => second >= leftS).at(-1) ?? leftS;
    said.textContent = texts.left.replace('{left}', inWords(leftS, texts));
  };

  return {
    isWarning: () => dialog.open,
    openWarning(canStay: boolean): void {
      title.textContent = canStay ? texts.title : texts.fixedTitle;
      lead.textContent = canStay ? texts.lead : texts.fixedLead;
      const isAsBefore = dialog.open && stay.hidden !== canStay;
      stay.hidden = !canStay;
      read.hidden = canStay;
      trouble.textContent = '';
      if (isAsBefore) return;
      saidAtS = Infinity;
      isMeantOpen = true;
      if (!dialog.open) dialog.showModal();
      (canStay ? stay : read).focus();
    },
    closeWarning(): void {
      isMeantOpen = false;
      if (dialog.open) dialog.close();
    },
    count(leftMs: number): void {
      if (!dialog.open) return;
      const leftS = Math.max(0, Math.ceil(leftMs / 1_000));
      clock.textContent = `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}`;
      say(leftS);
    },
    tell(what: 'unreachable'): void {
      trouble.textContent = texts[what];
    },
    setBusy(isBusy: boolean): void {
      stay.disabled = isBusy;
      if (!isBusy && dialog.open && !stay.hidden) stay.focus();
    },
    /** @param message why; null: as said before, only brought before the eye again */
    showEnd(message: string | null): void {
      if (message !== null) why.textContent = message === '' ? texts.gone : message;
      const wasShown = !over.hidden;
      over.hidden = false;
      // It stays in sight, and the top of the page must not lie under it for good.
      document.body.style.setProperty('padding-block-start', `${over.offsetHeight}px`);
      if (wasShown) over.focus();
    },
    hideEnd(): void {
      over.hidden = true;
      document.body.style.removeProperty('padding-block-start');
    },
  };
}

function inWords(leftS: number, { minutes, seconds }: WarningTexts): string {
  return leftS >= 60 ? minutes.replace('{n}', String(Math.round(leftS / 60))) : seconds.replace('{n}', String(leftS));
}

function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', textContent: text, className });
  made.addEventListener('click', act);
  return made;
}

function styleSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  return sheet;
}

/** The look of the portal's pages, in figures: a business system's page has none of its variables, and may style whatever it holds. */
const STYLES = `
:host { all: initial !important; }
dialog, section, button { font: 400 16px/1.7 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif; }
[hidden] { display: none !important; }
h2, p { margin: 0 0 12px; color: #16211f; }
h2 { font-size: 22px; line-height: 1.35; }
h2:focus { outline: 0; }
dialog { box-sizing: border-box; inline-size: min(30rem, 100vw - 32px); max-block-size: calc(100vh - 32px); overflow: auto;
  padding: 24px; border: 1px solid #73807c; border-block-start: 6px solid #7a4d00; border-radius: 6px; background: #fff; }
dialog::backdrop { background: rgb(22 33 31 / 55%); }
.clock { font-size: 38px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.trouble { color: #a12a1b; font-weight: 700; }
.trouble:empty { display: none; }
.buttons { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0 0; }
button, a { box-sizing: border-box; display: inline-block; min-block-size: 44px; padding: 7px 20px; border: 1px solid #0b5557;
  border-radius: 6px; background: #fff; color: #0b5557; cursor: pointer; text-decoration: none; }
button.main, a { background: #0b5557; color: #fff; }
button:hover { border-color: #073f41; box-shadow: inset 0 0 0 1px #073f41; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid #b4560a; outline-offset: 2px; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
section { position: fixed; inset: 0 0 auto; z-index: 2147483647; max-block-size: 60vh; overflow: auto; padding: 16px 24px;
  border-block-end: 3px solid #a12a1b; background: #fbebe7; box-shadow: 0 0 0 1px #d4dbd8; }
section h2 { font-size: 18px; margin-block-end: 4px; }
section p { max-inline-size: 60rem; margin-block-end: 8px; }
@media print { dialog, section { display: none; } }
`;
