import type { GatewayContext } from '../flows/gateway-context.ts';
import type { SystemPages } from '../flows/ports.ts';
import { createRequestJudge, type RequestVerdict } from '../flows/login/serve-request.ts';
import { splitCookies, type SplitCookies } from '../http-fields/gateway-cookies.ts';
import { answerPreflight } from '../http-fields/cross-origin.ts';
import { isOwnPath } from '../http-fields/own-path.ts';
import { isFromAllowedOrigin } from '../http-fields/request-origin.ts';
import { composeUpstreamFields } from '../http-fields/upstream-request.ts';
import { isWebSocketRequest } from '../http-fields/websocket-handshake.ts';
import { AccessTrace, meterUnknown, whyUnknown } from './access-trace.ts';
import { Exchange, type ExchangeRoom, type PassedVerdict } from './exchange.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { ListenerSettings } from './listener-settings.ts';
import type { BreakCause, OpenExchanges } from './open-exchanges.ts';
import { serveOwnPath } from './own-paths.ts';
import { answerable, OwnResponses } from './own-responses.ts';
import type { SystemRequest, UpgradingClient } from './system-request.ts';
import { turnAway } from './turn-away.ts';
import type { Upstreams } from './upstreams/upstreams.ts';
import { WebSocketExchange } from './websocket-exchange.ts';

type Judge = ReturnType<typeof createRequestJudge>;

/** A process that is held up again and again, or a system that takes seconds to connect to, must not keep a request for ever. */
const JUDGED_AGAIN = 3;

interface DataPlaneParts {
  readonly open: OpenExchanges;
  readonly upstreams: Upstreams;
  readonly settings: ListenerSettings;
  readonly log: GatewayLog;
}

/**
 * What happens to a request on a business system's host, by one configuration: own paths → origin → session and policy → passed on.
 * No byte reaches an upstream before the judgement is `pass` (D3-07).
 */
export class DataPlane {
  readonly #context: GatewayContext;
  readonly #pages: SystemPages;
  readonly #judge: Judge;
  readonly #upstreams: Upstreams;
  readonly #room: ExchangeRoom;

  /** @param parts what outlives a configuration, and with it this */
  constructor(context: GatewayContext, pages: SystemPages, parts: DataPlaneParts) {
    const { open, upstreams, settings, log } = parts;
    this.#context = context;
    this.#pages = pages;
    this.#judge = createRequestJudge(context);
    this.#upstreams = upstreams;
    this.#room = { own: new OwnResponses(context, pages, settings), open, settings, log };
  }

  /**
   * Answers or passes on one request.
   *
   * @param client who asks to become a WebSocket; absent where the request asks for an answer
   */
  async serve(to: SystemRequest, client?: UpgradingClient): Promise<void> {
    try {
      await this.#serve(to, client);
    } catch (error) {
      // A store that is down, or a mistake of ours: either way nobody knows whether this request may pass, so it does not.
      this.#room.log.error(
        { requestId: to.requestId, system: to.system.id, err: error },
        'A request could not be judged.',
      );
      this.#room.own.unavailable(to);
    }
  }

  /**
   * Judges anew what goes on for hours, by the rules and grants that hold now and without counting as activity: what may not
   * be begun any more does not go on. It is its session that is judged: the cookie that it began with may have given way.
   */
  async judgeStanding(): Promise<void> {
    for (const exchange of this.#room.open.standing()) {
      if (!(exchange instanceof Exchange)) continue;
      const cause = await this.#causeToEnd(exchange).catch((error: unknown): BreakCause => {
        const { requestId, system } = exchange.to;
        this.#room.log.error({ requestId, system: system.id, err: error }, 'A stream could not be judged anew.');
        return { kind: 'cannot-tell' };
      });
      if (cause !== undefined) exchange.breakOff(cause);
    }
  }

  async #causeToEnd({ to: begun, sessionReference }: Exchange): Promise<BreakCause | undefined> {
    const system = this.#context.systems.get(begun.system.id);
    if (system?.origin !== begun.system.origin) return { kind: 'not-allowed', reason: 'system-gone' };
    if (!isFromAllowedOrigin(begun.head, system.origin, system.allowedOrigins))
      return { kind: 'not-allowed', reason: 'foreign-origin' };
    const verdict = await this.#judge({ ...questionOf({ ...begun, system }), standsIn: sessionReference });
    switch (verdict.kind) {
      case 'pass':
        return undefined;
      case 'denied':
        return { kind: 'not-allowed', reason: verdict.reason };
      case 'no-session':
        // Its end is told of at once; where it was not, nobody knows.
        return { kind: 'cannot-tell' };
    }
  }

  async #serve(to: SystemRequest, client: UpgradingClient | undefined): Promise<void> {
    const { own } = this.#room;
    const cookies = splitCookies(to.head.cookies);
    if (isOwnPath(to.target.path)) {
      await serveOwnPath({ context: this.#context, judge: this.#judge, pages: this.#pages, own }, to, cookies);
      return;
    }
    const preflight = answerPreflight(to.head, to.system.allowedOrigins);
    if (preflight !== undefined) {
      meterUnknown(this.#context, to, 'preflight');
      own.send(answerable(to), 200, preflight, '');
      return;
    }
    if (!isFromAllowedOrigin(to.head, to.system.origin, to.system.allowedOrigins)) {
      meterUnknown(this.#context, to, 'foreign-origin');
      own.refuse(to, 403, { kind: 'foreign-origin' }, 'foreign-origin');
      return;
    }
    const verdict = await this.#judgeRequest(to, cookies, false);
    switch (verdict.kind) {
      case 'pass':
        if (to.system.upstream === null) own.refuse(to, 404, { kind: 'not-found' }, 'served-elsewhere');
        else await this.#passOn(to, cookies, verdict, client);
        return;
      case 'denied':
        new AccessTrace(this.#context, to, verdict).settle('refused');
        await turnAway(this.#context, own, to, cookies, verdict);
        return;
      case 'no-session':
        meterUnknown(this.#context, to, whyUnknown(verdict));
        await turnAway(this.#context, own, to, cookies, verdict);
    }
  }

  async #judgeRequest(to: SystemRequest, cookies: SplitCookies, isAgain: boolean): Promise<RequestVerdict> {
    return this.#judge({ ...questionOf(to), cookie: cookies.session, isAgain });
  }

  async #passOn(
    to: SystemRequest,
    cookies: SplitCookies,
    verdict: PassedVerdict,
    client: UpgradingClient | undefined,
  ): Promise<void> {
    if (to.response.destroyed) return;
    const trace = new AccessTrace(this.#context, to, verdict);
    if (trace.isStrict && !this.#context.access.isWritable) {
      trace.settle('refused');
      this.#room.own.unavailable(to);
      return;
    }
    if (client !== undefined && !isWebSocketRequest(to.head)) {
      trace.settle('refused');
      this.#room.own.problem(answerable(to), 400, 'websocket-handshake-invalid');
      return;
    }
    const exchange =
      client === undefined
        ? new Exchange(to, verdict, this.#room, trace)
        : new WebSocketExchange(to, verdict, this.#room, trace, client);
    if (!this.#room.open.add(exchange) || exchange.refuseTooLarge()) return;
    if (to.head.expectation === 'continue') to.response.writeContinue();
    await exchange.untilContent();
    let passed = verdict;
    for (let times = 1; ;) {
      const begun = await this.#begin(to, cookies, passed, exchange);
      if (begun === 'settled') return;
      if (begun === 'again') continue;
      if (times > JUDGED_AGAIN) {
        exchange.breakOff({ kind: 'cannot-tell' });
        return;
      }
      times += 1;
      // Until it is judged it is nobody's, and nothing breaks it off but its client.
      this.#room.open.remove(exchange);
      const again = await this.#judgeRequest(to, cookies, true);
      if (exchange.isOver) return;
      if (again.kind !== 'pass') {
        trace.settle('refused');
        if (again.kind === 'denied') trace.judgedAgain(again);
        await turnAway(this.#context, this.#room.own, to, cookies, again);
        return;
      }
      passed = again;
      exchange.checkedMs = passed.checkedMs;
      if (!this.#room.open.add(exchange)) return;
    }
  }

  #begin(
    to: SystemRequest,
    cookies: SplitCookies,
    { identity }: PassedVerdict,
    exchange: Exchange,
  ): ReturnType<Exchange['begin']> {
    return exchange.begin(this.#upstreams.of(to.system), body => ({
      path: to.target.path + to.target.query,
      method: to.head.method,
      headers: composeUpstreamFields(to.head, {
        authority: to.authority,
        clientAddress: to.clientAddress,
        cookies: cookies.others,
        identity,
      }),
      body,
      ...(to.head.isUpgrade ? { upgrade: 'websocket' } : {}),
    }));
  }
}

function questionOf({ system, target, head, requestId, clientAddress }: SystemRequest) {
  return { system, path: target.path, signs: head, requestId, clientAddress };
}
