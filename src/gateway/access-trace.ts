import type { AccessChannel, AccessOutcome, AccessRecord } from '../audit/access-record.ts';
import { composeAccessRecord, type RecognisedVerdict } from '../flows/access/compose-access-record.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import type { RequestVerdict } from '../flows/login/serve-request.ts';
import type { MeteredReason } from '../flows/ports/request-meter.ts';
import type { SystemRequest } from './system-request.ts';

type TraceContext = Pick<GatewayContext, 'access' | 'clock' | 'markKey' | 'meter' | 'randomness'>;

/**
 * Follows one request of somebody who was recognised, and has its record written when its response closes; before it ends,
 * where its system wants strict records.
 */
export class AccessTrace {
  /** Whether nothing may end, and nothing endless begin, before its record is durable. */
  readonly isStrict: boolean;
  /**
   * Told when the response has closed, which is after the record of it: one listener is enough for both. Not a function: with a
   * closure here V8 keeps requests for seconds that are over (a quarter of all memory that they took, instead of a twentieth).
   */
  follower: { onClosed(): void } | undefined;
  /** A record is waited for, for which the journal has a time limit. */
  isCommitting = false;
  bytesIn = 0;
  bytesOut = 0;
  readonly #context: TraceContext;
  readonly #to: SystemRequest;
  readonly #at: Date;
  readonly #beganMs = performance.now();
  #verdict: RecognisedVerdict;
  #channel: AccessChannel;
  #outcome: AccessOutcome | undefined;
  /** The request's own, until there is a second record of it. */
  #id: string;
  #isRecorded = false;
  #isMetered = false;

  constructor(context: TraceContext, to: SystemRequest, verdict: RecognisedVerdict, channel: AccessChannel = 'http') {
    this.#context = context;
    this.#to = to;
    this.#id = to.requestId;
    this.#verdict = verdict;
    this.#channel = channel;
    this.#at = context.clock.now();
    this.isStrict = to.system.audit === 'strict' && verdict.kind === 'pass';
    to.response.once('close', () => {
      this.end();
      this.follower?.onClosed();
    });
  }

  /** It was judged again before anything of it was passed on, or has gone on for so long that it was; the last verdict counts. */
  judgedAgain(verdict: RecognisedVerdict): void {
    this.#verdict = verdict;
  }

  /** What becomes of it, as far as is known now; the first word counts, but for a whole response that is broken off yet. */
  settle(outcome: AccessOutcome): void {
    if (this.#outcome === undefined || this.#outcome === 'complete') this.#outcome = outcome;
  }

  /** Has its response ended: at once if nothing was passed on, or when its record is durable; where it cannot be, the response is cut off. */
  conclude(outcome: AccessOutcome, status: number, end: () => void): void {
    this.settle(outcome);
    if (!this.isStrict || this.#isRecorded || this.#outcome === 'refused') end();
    else this.#commit(this.#outcome ?? outcome, status, end);
  }

  /** Has something endless begun, under the same condition. Its end is another record. */
  open(status: number, begin: () => void): void {
    if (!this.isStrict) begin();
    else {
      this.#commit('opened', status, () => {
        this.#id = this.#context.randomness.uuid();
        this.#isRecorded = false;
        begin();
      });
    }
  }

  /** From here on it is a WebSocket, and over when {@link end} says so. */
  becomeWebSocket(): void {
    this.#channel = 'websocket';
  }

  /** @param status as the client was told, where the response does not say */
  end(status?: number): void {
    const { response } = this.#to;
    const told = status ?? (response.headersSent ? response.statusCode : null);
    const durationMs = performance.now() - this.#beganMs;
    this.#meter(told, durationMs);
    if (this.#isRecorded) return;
    this.#isRecorded = true;
    const isCut = this.#outcome === 'complete' && this.#channel === 'http' && !response.writableFinished;
    const outcome = isCut ? 'client-gone' : (this.#outcome ?? 'client-gone');
    this.#context.access.add(this.#compose(outcome, told, durationMs));
  }

  #commit(outcome: AccessOutcome, status: number, proceed: () => void): void {
    this.#isRecorded = true;
    this.isCommitting = true;
    const { response } = this.#to;
    const told = response.headersSent ? response.statusCode : status;
    this.#context.access
      .commit(this.#compose(outcome, told, performance.now() - this.#beganMs))
      .finally(() => (this.isCommitting = false))
      .then(proceed, () => {
        this.#isRecorded = false;
        this.#outcome = 'broken-off';
        // Its close, should it have been closed already, has been missed.
        if (response.destroyed) this.end();
        else response.destroy();
      })
      // What a system says can turn out to be nothing that can be said to the client.
      .catch(() => response.destroy());
  }

  #meter(status: number | null, durationMs: number): void {
    if (this.#isMetered) return;
    this.#isMetered = true;
    const { reason } = this.#verdict;
    this.#context.meter.count({ systemId: this.#to.system.id, channel: this.#channel, status, reason, durationMs });
  }

  #compose(outcome: AccessOutcome, status: number | null, durationMs: number): AccessRecord {
    const { system, requestId, target, clientAddress, head } = this.#to;
    const asked = { system, requestId, method: head.method, target, clientAddress };
    return composeAccessRecord(this.#context, asked, this.#verdict, {
      id: this.#id,
      at: this.#at,
      channel: this.#channel,
      outcome,
      status,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationMs: Math.round(durationMs),
    });
  }
}

/** Counts a request of somebody who is not known, when its response closes; there is no record of it. */
export function meterUnknown(
  { meter }: Pick<GatewayContext, 'meter'>,
  { system, response }: SystemRequest,
  reason: MeteredReason,
  channel: AccessChannel = 'http',
): void {
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : null;
    meter.count({ systemId: system.id, channel, status, reason, durationMs: 0 });
  });
}

export function whyUnknown({ endedBecause }: Extract<RequestVerdict, { kind: 'no-session' }>): MeteredReason {
  return endedBecause === null ? 'not-logged-in' : 'session-over';
}
