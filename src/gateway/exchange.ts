import type { Dispatcher } from 'undici';
import { errors } from 'undici';
import type { RequestVerdict } from '../flows/login/serve-request.ts';
import { IDENTITY_FIELDS } from '../http-fields/identity-assertion.ts';
import { composeResponseFields, composeTrailers, type ResponseFields } from '../http-fields/upstream-response.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { ListenerSettings } from './listener-settings.ts';
import { EventBoundary, farewellEvent, isEventStream, isReadable } from './event-stream.ts';
import type { BreakCause, OpenExchange, OpenExchanges } from './open-exchanges.ts';
import { answerable, HSTS, type OwnResponses } from './own-responses.ts';
import { readAway } from './read-away.ts';
import { RequestContent } from './request-content.ts';
import { hasContent, type SystemRequest } from './system-request.ts';

/** What exchanges share; one per listener. */
export interface ExchangeRoom {
  readonly own: OwnResponses;
  readonly open: OpenExchanges;
  readonly settings: ListenerSettings;
  readonly log: GatewayLog;
}

export type PassedVerdict = Extract<RequestVerdict, { kind: 'pass' }>;

/** How long a client may take to read the last event of a stream. */
const FAREWELL_MS = 1_000;

/** More interim responses than any system has reason to send; an endless row of them would outlast every time limit. */
const INTERIM_LIMIT = 16;

/** One request passed on to a business system and its response passed back, both as they come. */
export class Exchange implements OpenExchange, Dispatcher.DispatchHandler {
  readonly sessionReference: string;
  checkedMs: number;
  hasBegun = false;
  idleSeconds = 0;
  idleLimitS: number;
  isEndless = false;

  protected readonly to: SystemRequest;
  protected readonly room: ExchangeRoom;
  #controller: Dispatcher.DispatchController | undefined;
  /** The request's content as undici sends it; undefined where there is none, or nothing has been dispatched. */
  #content: RequestContent | undefined;
  /** Settles {@link begin}. */
  #onBegun: (outcome: 'settled' | 'check-too-old') => void = () => undefined;
  /** Settles {@link untilContent}. */
  #onContent: () => void = () => undefined;
  #isTooOld = false;
  #isOver = false;
  #interims = 0;
  #hasFlushed = false;
  /** Why the gateway broke it off. */
  #broken: BreakCause | undefined;
  /** Of a response that is an event stream: where an event of ours could stand. */
  #events: EventBoundary | undefined;

  constructor(to: SystemRequest, verdict: PassedVerdict, room: ExchangeRoom) {
    this.to = to;
    this.room = room;
    this.sessionReference = verdict.session.reference;
    this.checkedMs = verdict.checkedMs;
    this.idleLimitS = room.settings.responseHeadS;
    if (hasContent(to.head)) {
      this.idleLimitS = room.settings.contentIdleS;
      to.request.once('end', () => (this.idleLimitS = room.settings.responseHeadS));
    }
    // Also comes after the last byte of a finished response: the one place where an exchange ends.
    to.response.once('close', () => this.#onClientClose());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the first of the content has come, or nothing comes any more: undici sends the head with it, and not before. */
  untilContent(): Promise<void> {
    const { request, head } = this.to;
    if (this.#isOver || !hasContent(head) || request.complete || request.readableLength > 0) return Promise.resolve();
    return new Promise(resolve => {
      this.#onContent = () => {
        request.off('readable', this.#onContent);
        resolve();
      };
      request.once('readable', this.#onContent);
    });
  }

  /**
   * Has the request sent, unless the check of its session is too old by the moment in which the first byte would go: then
   * nothing has gone, and it may be sent again after another check.
   *
   * @param send hands it to undici, with its content
   */
  begin(send: (content: RequestContent | null) => void): Promise<'settled' | 'check-too-old'> {
    if (this.#isOver) return Promise.resolve('settled');
    if (this.room.open.isCheckTooOld(this)) return Promise.resolve('check-too-old');
    return new Promise(resolve => {
      this.#onBegun = resolve;
      if (hasContent(this.to.head)) {
        this.#content = new RequestContent(this.to.request, () => (this.idleSeconds = 0));
      }
      send(this.#content ?? null);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#isTooOld = !this.#isOver && this.room.open.isCheckTooOld(this);
    this.hasBegun = !this.#isOver && !this.#isTooOld;
    if (this.hasBegun) this.#onBegun('settled');
    else controller.abort(new Error('It may not be sent any more.'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, upstream: ResponseFields): void {
    this.idleSeconds = 0;
    if (status < 200) {
      this.#interims += 1;
      if (this.#interims > INTERIM_LIMIT) controller.abort(new Error('The upstream sends interim responses only.'));
      return;
    }
    // undici undoes the chunks only; another coding would be lost with its field, and the content be read wrongly.
    if (!/^(?:chunked)?$/i.test(single(upstream['transfer-encoding']))) {
      throw new Error('The upstream uses a transfer coding other than chunked.');
    }
    const { request, response, requestId } = this.to;
    this.isEndless = isEventStream(upstream);
    this.idleLimitS = this.isEndless ? Number.POSITIVE_INFINITY : this.room.settings.contentIdleS;
    if (this.isEndless && isReadable(upstream)) this.#events = new EventBoundary();

    const additions = [...HSTS, IDENTITY_FIELDS.requestId, requestId];
    // The upstream answers without having read it all; the rest cannot be told from a next request.
    if (!request.complete) additions.push('Connection', 'close');
    const fields = composeResponseFields(upstream, additions, {
      hasContent: status !== 204,
      takesTrailers: this.#takesTrailers(status, upstream),
    });
    response.writeHead(status, fields);
    // What came in the same packet goes out with the head; a head alone (an event stream's) must not wait for content.
    queueMicrotask(() => {
      if (!this.#hasFlushed && !response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.idleSeconds = 0;
    this.#hasFlushed = true;
    this.#events?.advance(chunk);
    const { response } = this.to;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => {
      this.idleSeconds = 0;
      if (!this.#isOver) controller.resume();
    });
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: ResponseFields): void {
    const { request, response } = this.to;
    this.#isOver = true;
    this.#hasFlushed = true;
    if (response.chunkedEncoding && this.to.head.acceptsTrailers) {
      for (const trailer of composeTrailers(trailers)) response.addTrailers([trailer]);
    }
    if (request.complete) response.end();
    else {
      this.#content?.destroy();
      void readAway(request, this.room.settings.readAwayBytes).then(() => response.end());
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#isTooOld && !this.#isOver) {
      this.#isTooOld = false;
      this.#onBegun('check-too-old');
      return;
    }
    this.#onBegun('settled');
    const wasOver = this.#isOver;
    this.#isOver = true;
    if (wasOver) return;
    if (this.#broken === undefined && !this.to.response.destroyed) {
      const { requestId, system, target } = this.to;
      // Not the error itself: undici keeps received bytes in it.
      const facts = { requestId, system: system.id, path: target.path, reason: error.name, message: error.message };
      this.room.log.warn(facts, 'A business system failed.');
    }
    this.fail(isTimeout(error) ? 504 : 502);
  }

  breakOff(cause: BreakCause): void {
    if (this.#broken !== undefined) return;
    this.#broken = cause;
    this.#onContent();
    if (this.#isOver || this.to.response.headersSent) this.#breakResponse(cause);
    else if (!this.hasBegun && (cause.kind === 'session-over' || cause.kind === 'cannot-tell')) this.#refuse(cause);
    else if (cause.kind === 'idle') this.#answerStandstill();
    // It has been passed on, so nobody may be told that nothing was: only that no answer came.
    else this.fail(504);
    this.#isOver = true;
    this.#controller?.abort(new Error(`The gateway broke off: ${cause.kind}.`));
    this.#onBegun('settled');
  }

  /** Gives up on the upstream: a page if nothing was sent yet, otherwise the client's connection breaks off too. */
  protected fail(status: 502 | 504): void {
    this.#isOver = true;
    if (this.to.response.headersSent) this.to.response.destroy();
    else {
      // Nobody takes the content any more; while it held some back, the rest could not be read away.
      this.#content?.destroy();
      const code = status === 504 ? 'upstream-timeout' : 'upstream-failed';
      this.room.own.refuse(this.to, status, { kind: 'upstream-failed', status }, code);
    }
  }

  /** Says why nothing was passed on. */
  #refuse(cause: Extract<BreakCause, { kind: 'session-over' | 'cannot-tell' }>): void {
    this.#content?.destroy();
    const { own } = this.room;
    if (cause.kind === 'cannot-tell') own.unavailable(this.to);
    else own.refuse(this.to, 401, { kind: 'session-over', endedBecause: cause.reason }, 'session-over');
  }

  /** A response under way is cut off, so that nobody takes it for whole; an event stream ends in an event that says why. */
  #breakResponse(cause: BreakCause): void {
    const { request, response } = this.to;
    const event = farewellEvent(cause);
    const hasRoom = this.#events?.isAtBoundary === true && response.chunkedEncoding && request.complete;
    if (this.#isOver || event === undefined || !hasRoom) {
      response.destroy();
      return;
    }
    response.end(event);
    const grace = setTimeout(() => response.destroy(), FAREWELL_MS);
    response.once('close', () => clearTimeout(grace));
  }

  #answerStandstill(): void {
    // Nothing has come yet, or our buffer is not full: it is the client that stopped sending.
    const { request, head } = this.to;
    const isWaitedFor = hasContent(head) && (this.#content === undefined || !request.isPaused());
    const isClientStalled = isWaitedFor && !request.complete;
    if (!isClientStalled) this.fail(504);
    else this.room.own.problem({ ...answerable(this.to), rest: 'leave' }, 408, 'request-stalled');
  }

  #onClientClose(): void {
    this.room.open.remove(this);
    this.#onContent();
    this.#onBegun('settled');
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('The client went away.'));
  }

  #takesTrailers(status: number, upstream: ResponseFields): boolean {
    const { head } = this.to;
    const isChunked = upstream['content-length'] === undefined && status !== 204 && status !== 304;
    return isChunked && head.acceptsTrailers && head.method !== 'HEAD';
  }
}

function single(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function isTimeout(error: Error): boolean {
  return error instanceof errors.ConnectTimeoutError || error instanceof errors.HeadersTimeoutError;
}
