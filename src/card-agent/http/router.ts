import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CardOperations } from '../hipki/card-operations.ts';
import { RetCode } from '../hipki/codes.ts';
import type { PageOrigin } from '../hipki/page-origin.ts';
import type { Reply } from '../hipki/replies.ts';
import { homePage, popupPage, popupScript } from '../pages/pages.ts';
import { styleSheet } from '../pages/style-sheet.ts';
import { selfTestScript } from '../self-test/self-test-page.ts';
import type { PageTokens } from './page-token.ts';
import { formField, readBody } from './request-body.ts';
import { send, signalWhenGone } from './response.ts';
import type { createSelfTest } from './self-test.ts';
import { isOwnHost, isOwnPage, isTopLevelNavigation } from './request-source.ts';

export interface RouterParts {
  readonly version: string;
  readonly allowedOrigins: readonly PageOrigin[];
  readonly tokens: PageTokens;
  readonly operations: CardOperations;
  readonly selfTest: ReturnType<typeof createSelfTest>;
  readonly now: () => Date;
}

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

/**
 * The agent's paths. Pages are for people and change nothing; the card's endpoints answer only the agent's own popup
 * (`refusalOf`). Answers about a card are 200 with a `ret_code`, as the component gives them.
 */
export function createRouter(parts: RouterParts, port: () => number) {
  const { allowedOrigins, operations, tokens, version } = parts;
  const originTexts = allowedOrigins.map(origin => origin.text);

  const pages: Readonly<Record<string, Handler>> = {
    '/': (_request, response) => send(response, 200, 'text/html', homePage(version, originTexts)),
    // where pages send people whose site is not on the list: here it says whose list that is
    '/addDomain': (_request, response) => send(response, 200, 'text/html', homePage(version, originTexts)),
    '/popupForm': popup,
    '/ChtPopupForm': popup,
    '/popup-bridge.js': (_request, response) => send(response, 200, 'text/javascript', popupScript),
    '/agent.css': (_request, response) => send(response, 200, 'text/css', styleSheet),
    '/selfTest.htm': parts.selfTest.page,
    '/selfTest/changes': parts.selfTest.changes,
    '/self-test.js': (_request, response) => send(response, 200, 'text/javascript', selfTestScript),
  };
  const endpoints: Readonly<Record<string, (call: CardCall) => Promise<Reply> | Reply>> = {
    '/pkcs11info': call => operations.inventory(call.url.searchParams.get('withcert') === 'true', call.gone),
    '/sign': call =>
      call.tbsPackage === undefined
        ? operations.refuse('sign', RetCode.wrongParameter)
        : operations.sign(call.tbsPackage, call.origin, parts.now(), call.gone),
    '/decrypt': () => operations.refuse('decrypt', RetCode.unsupportedMethod),
    '/umakeSig': () => operations.refuse('sign', RetCode.unsupportedMethod),
    '/CardManagement/sendCardCommand': call => operations.refuse(funcOf(call), RetCode.unsupportedMethod),
  };

  return async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request.headers.host, port())) {
      send(response, 421, 'text/plain', 'This is not that host.\n');
      return;
    }
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    if (url === null) {
      send(response, 400, 'text/plain', 'This is not a path.\n');
      return;
    }
    const page = Object.hasOwn(pages, url.pathname) ? pages[url.pathname] : undefined;
    if (page !== undefined) {
      if (request.method !== 'GET') {
        send(response, 405, 'text/plain', 'GET only.\n');
        return;
      }
      await page(request, response, url);
      return;
    }
    if (!Object.hasOwn(endpoints, url.pathname)) {
      send(response, 404, 'text/plain', 'There is no such page.\n');
      return;
    }
    await answerPopup(request, response, url);
  };

  function popup(request: IncomingMessage, response: ServerResponse): void {
    if (!isTopLevelNavigation(request.headers)) {
      send(response, 403, 'text/plain', 'Open this in a window.\n');
      return;
    }
    send(response, 200, 'text/html', popupPage(tokens.issue(parts.now().getTime()), originTexts));
  }

  async function answerPopup(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const func = url.pathname === '/pkcs11info' ? 'pkcs11info' : url.pathname === '/decrypt' ? 'decrypt' : 'sign';
    const origin = callerOf(request);
    if (origin === undefined) {
      sendJson(response, 403, operations.refuse(func, RetCode.forbiddenDomain));
      return;
    }
    const gone = signalWhenGone(response);
    const body = await readBody(request);
    if (!body.ok) {
      sendJson(response, 413, operations.refuse(func, RetCode.tooLarge));
      return;
    }
    const tbsPackage = formField(body.bytes, 'tbsPackage');
    body.bytes.fill(0); // it held the PIN
    const handler = endpoints[url.pathname];
    if (handler === undefined) throw new Error(`No handler for a path that was checked: ${url.pathname}`);
    sendJson(response, 200, await handler({ url, origin, gone, ...(tbsPackage === undefined ? {} : { tbsPackage }) }));
  }

  /**
   * The page behind a card request; nothing unless the request comes from this agent's own popup: same origin, a
   * token that was not used before, and a page origin on the list. The token is spent last, so that a refused
   * stranger cannot use one up.
   */
  function callerOf(request: IncomingMessage): PageOrigin | undefined {
    const { headers, method } = request;
    const isPost =
      method === 'POST' && headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const isInfoQuery = method === 'GET' && request.url?.startsWith('/pkcs11info') === true;
    if (!isOwnPage(headers) || !(isPost || isInfoQuery)) return undefined;
    const origin = allowedOrigins.find(({ text }) => text === headers['page-origin']);
    const token = headers['popup-token'];
    if (origin === undefined || typeof token !== 'string') return undefined;
    return tokens.spend(token, parts.now().getTime()) ? origin : undefined;
  }
}

interface CardCall {
  readonly url: URL;
  readonly origin: PageOrigin;
  readonly gone: AbortSignal;
  readonly tbsPackage?: string;
}

/** Card management answers under the name it was called by. */
function funcOf(call: CardCall): string {
  return /"func"\s*:\s*"(?<name>[A-Za-z]{1,64})"/.exec(call.tbsPackage ?? '')?.groups?.['name'] ?? 'pkcs11info';
}

function sendJson(response: ServerResponse, status: number, reply: Reply): void {
  send(response, status, 'application/json', JSON.stringify(reply));
}
