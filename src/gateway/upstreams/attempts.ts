import type { Dispatcher } from 'undici';
import { classifyFailure, isIdempotent } from './failures.ts';
import type { Upstream } from './upstream.ts';
import type { Attempt, UpstreamServer } from './upstream-server.ts';

/**
 * The attempts to have one request answered: by another server where one could not be reached, since nothing was sent to it;
 * and once more on a fresh connection where one was found closed, since servers close idle ones just when a request is sent.
 */
export class Attempts {
  #server: UpstreamServer | undefined;
  #attempt: Attempt | undefined;
  #isSent = false;
  #isAnswered = false;
  #isRepeated = false;
  /** Servers that could not be reached, and what is said if there is no other. */
  #away: Set<UpstreamServer> | undefined;
  #statusIfNone: 502 | 503 | 504 = 503;

  /** The server of the last attempt, for the log. */
  get server(): string | undefined {
    return this.#server?.origin;
  }

  /** Chooses a server for the next one; a status where there is none. Each ends with {@link ended}. */
  next(upstream: Upstream, isUpgrade: boolean): true | 502 | 503 | 504 {
    this.#server = upstream.choose(this.#away);
    if (this.#server === undefined) return this.#statusIfNone;
    this.#attempt = this.#server.attempt(isUpgrade, this.#isRepeated);
    this.#isSent = false;
    return true;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#attempt?.dispatch(options, handler);
  }

  /** From here on it may reach the server. */
  sent(): void {
    this.#isSent = true;
  }

  /** The first byte of a response has come, of an interim one too: there is no other attempt after that. */
  responseBegan(): void {
    this.#isAnswered = true;
  }

  answered(): void {
    this.#attempt?.answered();
  }

  /** No head of a response came in time. */
  timedOut(): void {
    if (!this.#isAnswered) this.#attempt?.timedOut();
  }

  ended(): void {
    this.#attempt?.ended();
  }

  /**
   * What is to be done about one that has failed.
   *
   * @param request.isUntouched whether nothing of its content has been taken off the client
   */
  judge(
    error: Error,
    request: { readonly method: string; readonly isUntouched: boolean },
  ): { readonly again: boolean; readonly status: 502 | 504 } {
    const failure = classifyFailure(error, this.#isSent);
    const status = failure === 'connect-timeout' ? 504 : 502;
    if (failure === 'invalid' || this.#isAnswered || !request.isUntouched) return { again: false, status };
    if (failure === 'closed' || failure === 'unprocessed') {
      const isStale = this.#attempt?.isOnUsedConnection === true && isIdempotent(request.method);
      const again = (isStale || failure === 'unprocessed') && !this.#isRepeated;
      this.#isRepeated ||= again;
      return { again, status };
    }
    this.#attempt?.failed();
    if (this.#server !== undefined) (this.#away ??= new Set()).add(this.#server);
    this.#statusIfNone = status;
    return { again: true, status };
  }
}
