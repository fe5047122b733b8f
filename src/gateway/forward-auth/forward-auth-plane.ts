import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayContext } from '../../flows/gateway-context.ts';
import { createRequestJudge, type RequestVerdict } from '../../flows/login/serve-request.ts';
import type { SystemPages } from '../../flows/ports.ts';
import { soon, type Soon } from '../../flows/soon.ts';
import { canonicalAuthority } from '../../http-fields/authority.ts';
import { clientAddressOf } from '../../http-fields/client-address.ts';
import { readAskedRequest, type QuestionFailure } from '../../http-fields/forward-auth/asked-request.ts';
import type { ForwardAuthDialect } from '../../http-fields/forward-auth/dialect.ts';
import { splitCookies, type SplitCookies } from '../../http-fields/gateway-cookies.ts';
import { IDENTITY_FIELDS } from '../../http-fields/identity-assertion.ts';
import { isOwnPath } from '../../http-fields/own-path.ts';
import { isFromAllowedOrigin } from '../../http-fields/request-origin.ts';
import { AccessTrace, meterUnknown, whyUnknown } from '../access-trace.ts';
import { routesByAuthority, type Route } from '../authority-routes.ts';
import { isCheckTooOld } from '../check-age.ts';
import { readForwardedFor } from '../forwarded-for.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { TAKEN_METHODS } from '../../http-fields/taken-methods.ts';
import type { ListenerSettings } from '../listener-settings.ts';
import type { OwnResponses } from '../own-responses.ts';
import type { SystemRequest } from '../system-request.ts';
import { turnAway } from '../turn-away.ts';
import { ForwardAuthAnswers, NginxAnswers } from './forward-auth-answers.ts';

/** A proxy's question that waits for its answer. */
export interface Question {
  readonly dialect: ForwardAuthDialect;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type PassedVerdict = Extract<RequestVerdict, { kind: 'pass' }>;

type RefusalCode = QuestionFailure['code'] | 'host-unknown' | 'method-refused' | 'forwarded-for-invalid' | 'own-path';

/** A process that is held up again and again must not keep a question for ever. */
const JUDGED_AGAIN = 3;

/**
 * Answers proxies that ask whether they may pass a request on: the same judgement as the data plane's, by one
 * configuration. Nothing but 200 lets a request through (D3-07).
 */
export class ForwardAuthPlane {
  readonly #context: GatewayContext;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #judge: ReturnType<typeof createRequestJudge>;
  readonly #own: OwnResponses;
  readonly #nginx: NginxAnswers;
  readonly #isTrusted: (address: string) => boolean;
  readonly #log: GatewayLog;

  constructor(
    context: GatewayContext,
    pages: SystemPages,
    parts: {
      readonly isTrusted: (address: string) => boolean;
      readonly settings: ListenerSettings;
      readonly log: GatewayLog;
    },
  ) {
    this.#context = context;
    this.#routes = routesByAuthority(context);
    this.#judge = createRequestJudge(context);
    this.#own = new ForwardAuthAnswers(context, pages, parts.settings);
    this.#nginx = new NginxAnswers(context, pages, parts.settings);
    this.#isTrusted = parts.isTrusted;
    this.#log = parts.log;
  }

  answer({ dialect, request, response }: Question): void {
    const requestId = this.#context.randomness.uuid();
    const own = dialect === 'nginx' ? this.#nginx : this.#own;
    const reading = this.#read(dialect, request);
    if (!reading.ok) {
      const { code } = reading;
      this.#log.info(
        { requestId, code, dialect, peer: clientAddressOf(request.socket) },
        'A question of a proxy was refused.',
      );
      const rest = code === 'content-refused' ? 'leave' : 'nothing';
      own.problem({ request, response, requestId, rest }, code === 'host-unknown' ? 421 : 400, code);
      return;
    }
    const to = { ...reading.read, requestId, request, response };
    const refuse = (error: unknown): void => {
      this.#log.error({ requestId, system: to.system.id, err: error }, 'A question of a proxy could not be judged.');
      own.unavailable(to);
    };
    try {
      const deciding = this.#decide(to, own);
      if (deciding instanceof Promise) deciding.catch(refuse);
    } catch (error) {
      refuse(error);
    }
  }

  #read(
    dialect: ForwardAuthDialect,
    request: IncomingMessage,
  ):
    | { readonly ok: true; readonly read: Omit<SystemRequest, 'requestId' | 'request' | 'response'> }
    | { readonly ok: false; readonly code: RefusalCode } {
    const { method = '', url = '', rawHeaders, socket } = request;
    const reading = readAskedRequest(dialect, { method, target: url, rawFields: rawHeaders });
    if (!reading.ok) return { ok: false, code: reading.failure.code };
    const { head, target, forwardedFor } = reading.asked;
    const authority = canonicalAuthority(head.host) ?? '';
    const route = this.#routes.get(authority);
    if (route?.kind !== 'system') return { ok: false, code: 'host-unknown' };
    if (!TAKEN_METHODS.has(head.method)) return { ok: false, code: 'method-refused' };
    // The proxy leads these to the public listener; asked about them, it would lead them to the system.
    if (isOwnPath(target.path)) return { ok: false, code: 'own-path' };
    const peer = clientAddressOf(socket);
    const clientAddress = readForwardedFor(['X-Forwarded-For', forwardedFor], peer, this.#isTrusted);
    if (clientAddress === undefined) return { ok: false, code: 'forwarded-for-invalid' };
    return { ok: true, read: { system: route.system, authority, clientAddress, head, target } };
  }

  #decide(to: SystemRequest, own: OwnResponses): Soon<void> {
    if (!isFromAllowedOrigin(to.head, to.system.origin, to.system.allowedOrigins)) {
      meterUnknown(this.#context, to, 'foreign-origin', 'forward-auth');
      own.refuse(to, 403, { kind: 'foreign-origin' }, 'foreign-origin');
      return;
    }
    const cookies = splitCookies(to.head.cookies);
    return soon(this.#judgeRequest(to, cookies, false), verdict => this.#tell(to, own, cookies, verdict, 1));
  }

  /** @param times how often it has been judged, this time included */
  #tell(
    to: SystemRequest,
    own: OwnResponses,
    cookies: SplitCookies,
    verdict: RequestVerdict,
    times: number,
  ): Soon<void> {
    if (verdict.kind !== 'pass') {
      if (verdict.kind === 'denied') new AccessTrace(this.#context, to, verdict, 'forward-auth').settle('refused');
      else meterUnknown(this.#context, to, whyUnknown(verdict), 'forward-auth');
      return turnAway(this.#context, own, to, cookies, verdict);
    }
    if (!isCheckTooOld(this.#context.sessions, verdict.checkedMs)) this.#pass(to, own, cookies, verdict);
    else if (times > JUDGED_AGAIN) own.unavailable(to);
    else {
      return soon(this.#judgeRequest(to, cookies, true), again => this.#tell(to, own, cookies, again, times + 1));
    }
  }

  /** Says yes, with the record of the decision: what comes of the request, the proxy alone sees. */
  #pass(to: SystemRequest, own: OwnResponses, cookies: SplitCookies, verdict: PassedVerdict): void {
    const trace = new AccessTrace(this.#context, to, verdict, 'forward-auth');
    if (trace.isStrict && !this.#context.access.isWritable) {
      trace.settle('refused');
      own.unavailable(to);
    } else trace.conclude('complete', 200, () => sayYes(to, verdict, cookies));
  }

  #judgeRequest(to: SystemRequest, cookies: SplitCookies, isAgain: boolean): Soon<RequestVerdict> {
    return this.#judge({
      system: to.system,
      cookie: cookies.session,
      path: to.target.path,
      signs: to.head,
      clientAddress: to.clientAddress,
      isAgain,
    });
  }
}

/** `Cookie` is what the system may see, without the gateway's own: the proxy puts it in the place of the client's. */
function sayYes({ response, requestId }: SystemRequest, { identity }: PassedVerdict, cookies: SplitCookies): void {
  const fields = [...identity, IDENTITY_FIELDS.requestId, requestId, 'Cookie', cookies.others, ...NEVER_KEPT];
  response.writeHead(200, fields);
  response.end();
}

const NEVER_KEPT = ['Cache-Control', 'no-store', 'Content-Length', '0'] as const;
