import { fieldOf, textOf } from './component-environment.ts';
import { failureOfCodes, normaliseCode, quoteWideCodes } from './component-codes.ts';
import type { ComponentFailure } from './component-codes.ts';
import { isPinInDoubt } from './pin-doubt.ts';

export interface ComponentTimeouts {
  /** until the popup reports itself, default 10 s: then the component is not installed or not running */
  readonly readyMs?: number;
  /** from then until there is a request to send, default 20 s */
  readonly requestMs?: number;
  /** from the request to the reply: then the component hangs */
  readonly replyMs?: number;
}

/** What a component said of itself when it failed. */
export interface ReplyFacts {
  /** unsigned 32 bit, to be shown in small print as hexadecimal */
  readonly retCode: number;
  readonly lastError: number;
  readonly serverVersion?: string;
}

export type PopupFailure = (
  | { readonly state: 'popup-blocked' }
  | { readonly state: 'component-absent' }
  | { readonly state: 'component-silent' }
  | ComponentFailure
) & {
  /** Absent where the component did not answer. */
  readonly reply?: ReplyFacts;
  /** The card may have been given the PIN and may have counted it. */
  readonly pinInDoubt?: true;
};

export type PopupReply = { readonly state: 'replied'; readonly fields: unknown } | PopupFailure;

const READY_MS = 10_000;
const REQUEST_MS = 20_000;
const CLOSED_POLL_MS = 400;
const WINDOW_FEATURES = 'height=200,width=320,left=100,top=20';

/** What the popup is sent when it asks. */
interface PopupRequest {
  /** the JSON for the component; may still be on its way when the popup opens */
  readonly text: Promise<string>;
  readonly holdsPin: boolean;
}

/**
 * One operation of the component: opens its popup, answers its `getTbs` with the request, waits for the reply.
 *
 * Must be called in the click itself, before any `await`: later the browser blocks the window. Some limit of time runs
 * in every phase. Messages count only from the popup that was opened and from exactly
 * `componentOrigin`, and the request, which holds the PIN, is posted to that origin alone.
 *
 * @param componentOrigin for example `http://localhost:61161`
 * @returns the reply whose `ret_code` is 0, or the state that says why there is none
 * @throws  what `request.text` rejects with, or an Error when it does not arrive in time; the popup is closed then
 */
export function askComponent(
  componentOrigin: string,
  request: PopupRequest,
  timeouts: ComponentTimeouts & { readonly replyMs: number },
): Promise<PopupReply> {
  return new Promise((resolve, reject) => {
    let popup: Window | null = null;
    let text: string | undefined;
    let isReady = false;
    let isAsked = false;
    let isOver = false;
    let wasClosed = false;
    let requestTimer = 0;
    let replyTimer = 0;

    const end = (settle: () => void) => {
      isOver = true;
      window.removeEventListener('message', receive);
      for (const timer of [readyTimer, requestTimer, replyTimer]) window.clearTimeout(timer);
      window.clearInterval(closedPoll);
      if (popup !== null && !popup.closed) popup.close();
      settle();
    };
    const fail = (error: unknown) =>
      end(() => reject(error instanceof Error ? error : new Error('There is no request to send.')));
    const finish = (reply: PopupReply) => {
      const inDoubt = reply.state !== 'replied' && request.holdsPin && isAsked && isPinInDoubt(reply);
      end(() => resolve(inDoubt ? { ...reply, pinInDoubt: true } : reply));
    };

    function receive(event: MessageEvent<unknown>): void {
      // browser extensions post objects; another window of the component may belong to another tab's operation
      if (popup === null || event.source !== popup || event.origin !== componentOrigin) return;
      if (typeof event.data !== 'string') return;
      const fields = parseJson(event.data);
      if (textOf(fields, 'func') === 'getTbs') {
        if (isReady) return;
        isReady = true;
        window.clearTimeout(readyTimer);
        requestTimer = window.setTimeout(() => fail(undefined), timeouts.requestMs ?? REQUEST_MS);
        ask();
        // before the request nothing can be its reply, after it everything is: garbage is no reply, and no silence
      } else if (isAsked) finish(judgeReply(fields));
    }

    /** Sends the request once, as soon as both the popup and the request are there. */
    function ask(): void {
      if (isOver || isAsked || !isReady || popup === null || text === undefined) return;
      isAsked = true;
      window.clearTimeout(requestTimer);
      popup.postMessage(text, componentOrigin);
      replyTimer = window.setTimeout(() => finish({ state: 'component-silent' }), timeouts.replyMs);
    }

    /** A popup posts its reply and closes at once, so the reply may still be under way when it is first seen closed. */
    function poll(): void {
      if (popup?.closed !== true) return;
      if (wasClosed) finish({ state: 'cancelled' });
      wasClosed = true;
    }

    window.addEventListener('message', receive);
    const readyTimer = window.setTimeout(() => finish({ state: 'component-absent' }), timeouts.readyMs ?? READY_MS);
    const closedPoll = window.setInterval(poll, CLOSED_POLL_MS);
    popup = window.open(`${componentOrigin}/popupForm`, '', WINDOW_FEATURES);
    if (popup === null || popup.closed) finish({ state: 'popup-blocked' });
    request.text.then(arrived => {
      text = arrived;
      ask();
    }, fail);
  });
}

function judgeReply(fields: unknown): PopupReply {
  const retCode = normaliseCode(fieldOf(fields, 'ret_code'));
  if (retCode === 0) return { state: 'replied', fields };
  if (retCode === undefined) return componentError('malformed-reply', fields);
  const lastError = normaliseCode(fieldOf(fields, 'last_error')) ?? 0;
  return { ...failureOfCodes(retCode, lastError), reply: factsOf(fields, retCode, lastError) };
}

/** The failure of a reply that claims success and is none. */
export function componentError(trouble: 'malformed-reply' | 'signature-type', fields: unknown): PopupFailure {
  return { state: 'component-error', trouble, reply: factsOf(fields, 0, 0) };
}

function factsOf(fields: unknown, retCode: number, lastError: number): ReplyFacts {
  const serverVersion = textOf(fields, 'serverVersion');
  return { retCode, lastError, ...(serverVersion === undefined ? {} : { serverVersion }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(quoteWideCodes(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // not the component's
    throw error;
  }
}
