/**
 * Warns before a session ends for want of activity, lets the person stay, and tells when it is over and why. Stands
 * alone: the portal's pages and the script for business systems both use it, each with its own address and words.
 *
 * The server is asked before anything is believed: this page's own clock may have slept, and other tabs may have been
 * at work. Asking is no activity; staying is a request of its own, and the dialogue closes only when it was granted.
 */
import { askSession, type SessionState } from './session-answer.ts';
import { claimWindow, windowsIn } from './session-frames.ts';
import type { WarningTexts } from './session-warning-parts.ts';
import { openWarningView } from './session-warning-view.ts';

export interface WarningSettings {
  /** Answers a {@link SessionState}: to GET, which is no activity, and to POST, by which the person stays. */
  readonly address: string;
  readonly texts: WarningTexts;
  /** Where one logs in again, in a tab of its own. */
  readonly logInAddress: string;
  readonly logOut: () => void;
  /** What the page itself knows of its session; left out, the server is asked at once. */
  readonly first?: { readonly idleRemainingMs: number; readonly account: string };
  /** Whether forms stay where they are once the session is over: they could only be refused. */
  readonly holdsForms?: boolean;
  /**
   * Whether keys and pointers count as activity: else somebody who fills in a long form is logged out over it (D1-099).
   * Only a person's own, in the tab that he sees, and not what he does about the warning; in frames of the page's own origin
   * as in the page itself.
   */
  readonly reportsInteraction?: boolean;
  /** Called with every answer that says that the session stands. */
  readonly onAlive?: (state: Extract<SessionState, { alive: true }>) => void;
}

/** WCAG 2.2.1 asks for 20 seconds; nobody is back at his desk in so short a time. */
const WARN_MS = 5 * 60_000;

/** While a warning is open: another tab may have stayed, or somebody may have ended the session. */
const ASK_AGAIN_MS = 5_000;

/** What a timer may be late before the computer is taken to have slept. */
const SLEPT_MS = 5_000;

/** Activity is reported this often at most (oftener where the limit is of minutes): the end may come so much early. */
const REPORT_MS = 60_000;

/** After an end that nobody has told: whether there is an answer again. */
const LOOK_AGAIN_MS = 15_000;

/** What a person does at a page. */
const ACTS = ['keydown', 'pointerdown'];

/** Timers wait no longer than this, so that a sleep is noticed. */
const LONGEST_WAIT_MS = 30_000;

/** Once for each window, however often its page asks for it. */
export function watchSession(settings: WarningSettings): void {
  if (claimWindow()) new Watch(settings).start();
}

class Watch {
  readonly #settings: WarningSettings;
  readonly #view: ReturnType<typeof openWarningView>;
  #account: string | undefined;
  /** On the clock of {@link performance}. */
  #endsAt = Infinity;
  /** The most that the session ever had left here: its limit, as far as this page can know. */
  #limitMs = 0;
  #canStay = true;
  /** The person has read that it cannot be prolonged. */
  #isRead = false;
  #isOver = false;
  #askedAt = -Infinity;
  /** Opening the page was activity, too. */
  #reportedAt = performance.now();
  #tickedAt = Date.now();
  #timer = 0;

  constructor(settings: WarningSettings) {
    this.#settings = settings;
    const { texts, logInAddress, logOut } = settings;
    this.#view = openWarningView(texts, {
      stay: () => void this.#answer(),
      read: () => this.#read(),
      logOut,
      logInAddress,
    });
  }

  start(): void {
    const { first, holdsForms } = this.#settings;
    if (first === undefined) void this.#ask();
    else {
      this.#account = first.account;
      this.#take({ ...first, alive: true, canStay: true }, false);
    }
    // Shown again as it was left (back button): anything may have happened meanwhile.
    window.addEventListener('pageshow', event => {
      if (event.persisted) void this.#ask();
    });
    if (holdsForms === true) document.addEventListener('submit', event => this.#holdForm(event), true);
    this.#listen();
  }

  /** Here and in all frames that there are now; what is listened to already is so no more than once. */
  #listen(): void {
    document.addEventListener('visibilitychange', this.#onLook);
    window.addEventListener('focus', this.#onLook);
    for (const { document } of windowsIn(window)) {
      // Of a frame that has loaded: of what it holds nothing has been heard, and what was shown in it is gone.
      document.addEventListener('load', this.#onLoad, true);
      if (this.#settings.reportsInteraction !== true) continue;
      for (const kind of ACTS) document.addEventListener(kind, this.#onAct, { capture: true, passive: true });
    }
  }

  readonly #onLook = (): void => {
    if (document.visibilityState === 'visible') void this.#ask();
  };

  readonly #onLoad = (): void => {
    this.#listen();
    this.#view.settle();
  };

  readonly #onAct = (event: Event): void => this.#report(event);

  async #stay(): Promise<void> {
    const state = await askSession(this.#settings.address, 'POST');
    this.#askedAt = performance.now();
    this.#take(state, true);
  }

  /** "Stay signed in", and Escape: the server's answer decides whether the dialogue closes. */
  async #answer(): Promise<void> {
    this.#view.setBusy(true);
    try {
      await this.#stay();
    } catch {
      this.#view.tell('unreachable');
    } finally {
      this.#view.setBusy(false);
    }
  }

  #read(): void {
    this.#isRead = true;
    this.#view.close();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    // Several events may come at once.
    if (performance.now() - this.#askedAt < 500) return;
    this.#askedAt = performance.now();
    try {
      this.#take(await askSession(this.#settings.address, 'GET'), false);
    } catch {
      this.#missAnswer();
    }
  }

  #take(state: SessionState, hasStayed: boolean): void {
    if (!state.alive) {
      this.#end(state.message);
      return;
    }
    this.#account ??= state.account;
    if (state.account !== this.#account) {
      this.#end(this.#settings.texts.another);
      return;
    }
    this.#isOver = false;
    this.#endsAt = performance.now() + state.idleRemainingMs;
    this.#limitMs = Math.max(this.#limitMs, state.idleRemainingMs);
    this.#canStay = state.canStay;
    this.#settings.onAlive?.(state);
    const isNear = state.idleRemainingMs <= this.#warnMs();
    if (!isNear) this.#isRead = false;
    // What was prolonged and is still near can be prolonged no further.
    if (hasStayed && isNear) this.#canStay = false;
    if (isNear && !this.#isRead) this.#view.openWarning(this.#canStay);
    else this.#view.close();
    this.#tick();
  }

  #end(message: string, isCertain = true): void {
    this.#isOver = true;
    window.clearTimeout(this.#timer);
    this.#view.showEnd(message);
    if (!isCertain) this.#timer = window.setTimeout(() => void this.#ask(), LOOK_AGAIN_MS);
  }

  #report({ isTrusted }: Event): void {
    const isAtWork = isTrusted && document.visibilityState === 'visible' && !this.#isOver && !this.#view.isWarning();
    if (!isAtWork || performance.now() - this.#reportedAt < Math.min(REPORT_MS, this.#limitMs / 4)) return;
    this.#reportedAt = performance.now();
    // A report that is lost makes the end come early, and the warning before it.
    this.#stay().catch(() => undefined);
  }

  /** Nobody answers: until the end is due it is only said; afterwards the session must be taken for over. */
  #missAnswer(): void {
    if (performance.now() >= this.#endsAt) this.#end(this.#settings.texts.unknown, false);
    else if (!this.#isOver) {
      this.#view.tell('unreachable');
      this.#tick();
    }
  }

  #warnMs(): number {
    return Math.min(WARN_MS, this.#limitMs / 2);
  }

  /** Counts down, and asks when that is due. */
  #tick(): void {
    window.clearTimeout(this.#timer);
    if (this.#isOver) return;
    const leftMs = this.#endsAt - performance.now();
    this.#view.count(leftMs);
    const waitMs = this.#nextWait(leftMs);
    this.#tickedAt = Date.now();
    this.#timer = window.setTimeout(() => this.#wake(waitMs), waitMs);
  }

  #nextWait(leftMs: number): number {
    if (this.#view.isWarning()) return 1_000;
    const untilDueMs = this.#isRead ? leftMs : leftMs - this.#warnMs();
    return Math.min(Math.max(untilDueMs + 100, 1_000), LONGEST_WAIT_MS);
  }

  #wake(waitMs: number): void {
    const hasSlept = Date.now() - this.#tickedAt > waitMs + SLEPT_MS;
    const leftMs = this.#endsAt - performance.now();
    // Nothing is known before the first answer.
    const isDue = leftMs === Infinity || leftMs <= (this.#isRead ? 0 : this.#warnMs());
    const isTime = performance.now() - this.#askedAt >= (leftMs <= 0 ? 1_000 : ASK_AGAIN_MS);
    if (hasSlept || (isDue && isTime)) void this.#ask();
    // Frames that have not loaded yet, and pages that were written anew, tell nobody.
    this.#listen();
    this.#tick();
  }

  #holdForm(event: SubmitEvent): void {
    const form = event.target;
    if (!this.#isOver || !(form instanceof HTMLFormElement) || form.method !== 'post') return;
    // Leaving and the language need no session.
    if (/^\/(logout|language)$/.test(new URL(form.action).pathname)) return;
    event.preventDefault();
    this.#view.showEnd(null);
  }
}
