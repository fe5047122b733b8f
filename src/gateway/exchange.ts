import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Soon } from '../flows/soon.ts';
import type { ResponseFields } from '../http-fields/upstream-response.ts';
import type { AccessTrace } from './access-trace.ts';
import {
  answerFailure,
  answerStalled,
  answerTooLarge,
  answerUnsent,
  breakResponse,
  logFailure,
} from './broken-exchanges.ts';
import type { ExchangeRoom, PassedVerdict } from './exchange-room.ts';
import { EventBoundary, isEventStream, isReadable } from './event-stream.ts';
import type { BreakCause, ExchangeKind, OpenExchange } from './open-exchanges.ts';
import { PassedResponse } from './passed-response.ts';
import { awaitContent, RequestContent } from './request-content.ts';
import { limitsOf } from './request-limits.ts';
import { composeResponseHead } from './response-head.ts';
import { hasContent, type SystemRequest } from './system-request.ts';
import { Attempts } from './upstreams/attempts.ts';
import type { Upstream } from './upstreams/upstream.ts';

/** Content that comes more slowly than so many bytes in the time for which it may stand still, stands still. */
const TRICKLE_BYTES = 1_024;

/** Why another attempt may be made to have a request answered. */
type Unsettled = 'check-too-old' | 'again';

/** One request passed on to a business system and its response passed back, both as they come. */
export class Exchange implements OpenExchange, Dispatcher.DispatchHandler {
  readonly sessionReference: string;
  readonly #responseS: number;
  readonly #contentIdleS: number;
  readonly #contentBytes: number;
  checkedMs: number;
  hasBegun = false;
  idleSeconds = 0;
  idleLimitS: number;
  isEndless = false;
  place = -1;

  readonly to: SystemRequest;
  protected readonly room: ExchangeRoom;
  readonly trace: AccessTrace;
  readonly #passed: PassedResponse;
  #controller: Dispatcher.DispatchController | undefined;
  /** The request's content as undici sends it; undefined where there is none, or nothing has been dispatched. */
  #content: RequestContent | undefined;
  /** Of an attempt under way. */
  #onUnsettled: ((outcome: Unsettled) => void) | undefined;
  readonly #attempts = new Attempts();
  /** Bytes of content since the last time that it was taken for moving. */
  #moved = 0;
  /** Settles {@link untilContent}. */
  #onContent: (() => void) | undefined;
  #isTooOld = false;
  #isOver = false;
  /** Why the gateway broke it off. */
  #broken: BreakCause | undefined;
  /** Of a response that is an event stream: where an event of ours could stand. */
  #events: EventBoundary | undefined;

  constructor(to: SystemRequest, verdict: PassedVerdict, room: ExchangeRoom, trace: AccessTrace) {
    this.to = to;
    this.room = room;
    this.trace = trace;
    this.#passed = new PassedResponse(to, trace);
    this.sessionReference = verdict.session.reference;
    this.checkedMs = verdict.checkedMs;
    const limits = limitsOf(to.system, to.target.path);
    this.#responseS = limits.responseS ?? room.settings.responseHeadS;
    this.#contentIdleS = limits.contentIdleS ?? room.settings.contentIdleS;
    this.#contentBytes = limits.contentBytes ?? room.settings.contentBytes;
    this.idleLimitS = this.#responseS;
    if (hasContent(to.head)) {
      this.idleLimitS = this.#contentIdleS;
      to.request.once('end', () => {
        this.idleSeconds = 0;
        this.idleLimitS = this.#responseS;
      });
    }
    trace.follower = this;
  }

  get kind(): ExchangeKind {
    return this.isEndless ? 'event-stream' : 'request';
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when the first of the content has come, or nothing comes any more: undici sends the head with it, and not before. */
  untilContent(): Soon<void> {
    const { request, head } = this.to;
    if (this.#isOver || !hasContent(head) || request.complete || request.readableLength > 0) return;
    return new Promise(resolve => (this.#onContent = awaitContent(request, resolve)));
  }

  /** Refuses at once what is stated to be longer than it may be. Tells whether it did. */
  refuseTooLarge(): boolean {
    const { contentLength } = this.to.head;
    if (contentLength === null || contentLength <= this.#contentBytes) return false;
    this.#onTooLarge();
    return true;
  }

  /**
   * Has the request sent to one of the servers, unless the check of its session is too old by the moment in which the first
   * byte would go. `onUnsettled` is told, afterwards and once, where it may be asked for again.
   */
  begin(
    upstream: Upstream,
    compose: (content: RequestContent | null) => Dispatcher.DispatchOptions,
    onUnsettled: (outcome: Unsettled) => void,
  ): void {
    if (this.#isOver) return;
    this.#onUnsettled = onUnsettled;
    if (this.room.open.isCheckTooOld(this)) {
      this.#onBegun('check-too-old');
      return;
    }
    const found = this.#attempts.next(upstream, this.to.head.isUpgrade);
    if (found !== true) {
      this.fail(found, upstream.retryAfterS);
      return;
    }
    if (hasContent(this.to.head)) this.#content = this.#takeContent();
    this.#attempts.dispatch(compose(this.#content ?? null), this);
  }

  #onBegun(outcome: Unsettled | 'settled'): void {
    const tell = this.#onUnsettled;
    this.#onUnsettled = undefined;
    // Not within what undici, or whoever breaks it off, is just doing.
    if (outcome !== 'settled' && tell !== undefined) queueMicrotask(() => tell(outcome));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#isTooOld = !this.#isOver && this.room.open.isCheckTooOld(this);
    if (this.#isOver || this.#isTooOld) {
      controller.abort(new Error('It may not be sent any more.'));
      return;
    }
    this.hasBegun = true;
    this.#attempts.sent();
  }

  onResponseStarted(): void {
    this.#attempts.responseBegan();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, upstream: ResponseFields): void {
    if (status < 200) {
      if (!this.#passed.inform(status, upstream)) controller.abort(new Error('It sends interim responses only.'));
      return;
    }
    this.idleSeconds = 0;
    this.#attempts.answered();
    this.#onBegun('settled');
    const fields = composeResponseHead(this.to, status, upstream);
    this.isEndless = isEventStream(upstream);
    this.idleLimitS = this.isEndless ? Number.POSITIVE_INFINITY : this.#contentIdleS;
    if (this.isEndless && isReadable(upstream)) this.#events = new EventBoundary();
    this.#passed.begin(controller, status, fields, this.isEndless);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#hasMoved(chunk.length);
    this.#events?.advance(chunk);
    if (this.#passed.write(chunk)) return;
    controller.pause();
    this.to.response.once('drain', () => {
      this.idleSeconds = 0;
      if (!this.#isOver) controller.resume();
    });
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: ResponseFields): void {
    this.#isOver = true;
    this.#attempts.ended();
    if (!this.to.request.complete) this.#content?.destroy();
    this.#passed.end(trailers, this.room.settings.readAwayBytes);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const outcome = this.#isOver ? 'settled' : this.#afterFailure(error);
    this.#attempts.ended();
    this.#onBegun(outcome);
  }

  breakOff(cause: BreakCause): void {
    if (this.#broken !== undefined) return;
    if (cause.kind === 'idle' && this.trace.isCommitting) {
      this.idleSeconds = 0;
      return;
    }
    this.#broken = cause;
    this.trace.settle(this.hasBegun ? 'broken-off' : 'refused');
    this.#onContent?.();
    if (this.#isOver || this.to.response.headersSent) {
      breakResponse(this.to, cause, !this.#isOver && this.#events?.isAtBoundary === true);
    } else if (!this.hasBegun && (cause.kind === 'session-over' || cause.kind === 'cannot-tell')) {
      this.#content?.destroy();
      answerUnsent(this.room.own, this.to, cause);
    } else if (cause.kind === 'idle') this.#answerStandstill();
    // It has been passed on, so nobody may be told that nothing was: only that no answer came.
    else this.fail(504);
    this.#isOver = true;
    this.#controller?.abort(new Error(`The gateway broke off: ${cause.kind}.`));
    this.#onBegun('settled');
  }

  /** Gives up on the upstream: a page if nothing was sent yet, otherwise the client's connection breaks off too. */
  protected fail(status: 502 | 503 | 504, retryAfterS?: number): void {
    this.#isOver = true;
    // Nobody takes the content any more; while it held some back, the rest could not be read away.
    if (!this.to.response.headersSent) this.#content?.destroy();
    const outcome = this.hasBegun ? 'upstream-failed' : 'refused';
    this.trace.conclude(outcome, status, () => answerFailure(this.room.own, this.to, status, retryAfterS));
  }

  /** It is a tunnel now, and over when that ends. */
  protected onTunnel(upstream: Duplex): void {
    this.#attempts.answered();
    upstream.once('close', () => this.#attempts.ended());
    this.#onBegun('settled');
  }

  /** An attempt has ended without a response, or without the whole of it. */
  #afterFailure(error: Error): Unsettled | 'settled' {
    if (this.#isTooOld) {
      this.#isTooOld = false;
      return 'check-too-old';
    }
    if (!this.to.response.destroyed) logFailure(this.room.log, this.to, this.#attempts.server, error);
    const isUntouched = this.#content?.isUntouched ?? true;
    const { again, status } = this.#attempts.judge(error, { method: this.to.head.method, isUntouched });
    if (again) this.#content?.destroy();
    else this.fail(status);
    return again ? 'again' : 'settled';
  }

  #takeContent(): RequestContent {
    return new RequestContent(this.to.request, this.#contentBytes, {
      onBytes: count => {
        this.trace.bytesIn += count;
        this.#hasMoved(count);
      },
      onTooLarge: () => this.#onTooLarge(),
    });
  }

  #onTooLarge(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#content?.destroy();
    const outcome = this.hasBegun ? 'broken-off' : 'refused';
    this.trace.conclude(outcome, 413, () => answerTooLarge(this.room.own, this.to, this.#contentBytes));
    this.#controller?.abort(new Error('The request carries more than it may.'));
    this.#onBegun('settled');
  }

  #hasMoved(bytes: number): void {
    this.#moved += bytes;
    if (this.#moved < TRICKLE_BYTES) return;
    this.#moved = 0;
    this.idleSeconds = 0;
  }

  #answerStandstill(): void {
    // Nothing has come yet, or our buffer is not full: it is the client that stopped sending.
    const { request, head } = this.to;
    const isWaitedFor = hasContent(head) && (this.#content === undefined || !request.isPaused());
    if (isWaitedFor && !request.complete) {
      this.trace.conclude('broken-off', 408, () => answerStalled(this.room.own, this.to));
    } else {
      this.#attempts.timedOut();
      this.fail(504);
    }
  }

  /** Also comes after the last byte of a finished response: the one place where an exchange ends. */
  onClosed(): void {
    this.room.open.remove(this);
    this.#onContent?.();
    this.#onBegun('settled');
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('The client went away.'));
  }
}
