import type { BrowserContext, Request } from '@playwright/test';

/** One request as it left the browser. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Address, fields and body: all of it that a peer could read. */
  readonly text: string;
}

/** Everything that all pages and pop-ups of the context send from now on, to whomever. */
export function recordRequests(context: BrowserContext): readonly SentRequest[] {
  const sent: SentRequest[] = [];
  context.on('request', (request: Request) => {
    const method = request.method();
    const url = request.url();
    const body = request.postDataBuffer()?.toString('latin1') ?? '';
    sent.push({ method, url, text: `${method} ${url}\n${JSON.stringify(request.headers())}\n${body}` });
  });
  return sent;
}
