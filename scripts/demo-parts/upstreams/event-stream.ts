import type { ServerResponse } from 'node:http';

const INTERVAL_MS = 1_000;

/** Server-sent events (HTML Standard §9.2): one at once, then one a second until the reader goes. */
export function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  let number = 0;
  const sendNext = (): void => {
    number += 1;
    response.write(`id: ${number}\nevent: tick\ndata: {"number":${number},"at":"${new Date().toISOString()}"}\n\n`);
  };
  sendNext();
  const timer = setInterval(sendNext, INTERVAL_MS);
  response.once('close', () => clearInterval(timer));
}
