import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CardQueue } from '../card-queue.ts';
import type { CardOutcome, CardReader, Inventory } from '../card-reader.ts';
import type { CardWatch } from '../card-watch.ts';
import { diagnose } from '../self-test/diagnosis.ts';
import { resultsSection, selfTestPage } from '../self-test/self-test-page.ts';
import type { PageTokens } from './page-token.ts';
import { isOwnPage, isTopLevelNavigation } from './request-source.ts';
import { send, sendHead, signalWhenGone } from './response.ts';

/** Open self-test pages of one person, some of them forgotten. */
const WATCHER_LIMIT = 8;

export interface SelfTestParts {
  readonly version: string;
  readonly allowedOrigins: readonly string[];
  readonly reader: CardReader;
  readonly queue: CardQueue;
  readonly watch: CardWatch;
  readonly tokens: PageTokens;
  readonly now: () => Date;
  readonly reportFault: (detail: string) => void;
}

/** The self-test page and its stream of changes. */
export function createSelfTest(parts: SelfTestParts) {
  const { queue, reader, tokens, watch, now } = parts;

  function results(outcome: CardOutcome<Inventory>): string {
    if (!outcome.ok && outcome.failure.detail !== undefined) parts.reportFault(outcome.failure.detail);
    const instant = now();
    return resultsSection(diagnose(parts, outcome, instant), instant);
  }

  /** Asks the card only for somebody at the machine, not because a foreign page led here. */
  async function page(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const site = request.headers['sec-fetch-site'];
    const isWanted =
      isTopLevelNavigation(request.headers) && (site === undefined || ['none', 'same-origin'].includes(site));
    const ask = () => reader.inventory({ withCertificates: true });
    const html = isWanted
      ? selfTestPage(results(await queue.run(ask, signalWhenGone(response))), tokens.issue(now().getTime()))
      : selfTestPage(undefined, undefined);
    send(response, 200, 'text/html', html, { 'cross-origin-opener-policy': 'same-origin' });
  }

  /** Server-sent events: each is the HTML of the results, in JSON. Only for a self-test page of this process. */
  function changes(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const token = url.searchParams.get('token') ?? '';
    if (!isOwnPage(request.headers) || !tokens.spend(token, now().getTime())) {
      send(response, 403, 'text/plain', 'Only the self-test page is told.\n');
      return;
    }
    if (watch.listeners >= WATCHER_LIMIT) {
      send(response, 503, 'text/plain', 'Too many self-test pages are open.\n');
      return;
    }
    sendHead(response, 200, 'text/event-stream');
    response.flushHeaders();
    const stop = watch.listen(outcome => response.write(`data: ${JSON.stringify(results(outcome))}\n\n`));
    response.once('close', stop);
  }

  return { page, changes };
}
