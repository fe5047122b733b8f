/** Words, elements and looks of the session warning. */

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
  /** Closes the notice of the end where it had to stop the page. */
  readonly overRead: string;
  /** The browser has no session any more, and nobody knows of one. */
  readonly gone: string;
  /** The time is up, and nobody answers. */
  readonly unknown: string;
  /** Somebody else has logged in in this browser. */
  readonly another: string;
  readonly minutes: string;
  readonly seconds: string;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}

export function makeButton(text: string, className: string): HTMLButtonElement {
  return make('button', { type: 'button', textContent: text, className });
}

/** Gives the shadow root its styles: made anew for each document, since a sheet serves in the one alone that made it. */
export function dress(root: ShadowRoot, { defaultView }: Document): void {
  if (defaultView === null) return;
  const sheet = new defaultView.CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
}

/**
 * The look of the portal's pages, in figures: a business system's page has none of its variables, and may style whatever it
 * holds. The host is a block, so that it has a box exactly where the page is rendered, and takes no room.
 */
const STYLES = `
:host { all: initial !important; display: block !important; position: absolute !important; }
dialog, section, button { font: 400 16px/1.7 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif; }
h2, p { margin: 0 0 12px; color: #16211f; }
h2 { font-size: 22px; line-height: 1.35; }
h2:focus { outline: 0; }
dialog { box-sizing: border-box; inline-size: min(30rem, 100vw - 32px); max-block-size: calc(100vh - 32px); overflow: auto;
  padding: 24px; border: 1px solid #73807c; border-block-start: 6px solid #7a4d00; border-radius: 6px; background: #fff; }
dialog.end { border-block-start-color: #a12a1b; }
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
section { display: block; box-sizing: border-box; position: fixed; inset: 0 0 auto; z-index: 2147483647; inline-size: auto;
  block-size: auto; max-block-size: 60vh; overflow: auto; margin: 0; padding: 16px 24px; border: 0;
  border-block-end: 3px solid #a12a1b; background: #fbebe7; box-shadow: 0 0 0 1px #d4dbd8; }
dialog section { position: static; max-block-size: none; overflow: visible; padding: 0; border: 0; background: none; box-shadow: none; }
section h2 { font-size: 18px; margin-block-end: 4px; }
section p { max-inline-size: 60rem; margin-block-end: 8px; }
[hidden] { display: none !important; }
@media print { dialog, section { display: none; } }
`;
