import { CardQueue } from './card-queue.ts';
import type { CardReader } from './card-reader.ts';
import { CardOperations } from './hipki/card-operations.ts';
import type { PageOrigin } from './hipki/page-origin.ts';
import { listenOnLoopback } from './http/listener.ts';
import { PopupTokens } from './http/popup-token.ts';
import { createRouter } from './http/router.ts';

/** Puts the parts together and listens; `close` ends the listener and the reader. */
export async function startAgent(parts: {
  readonly port: number;
  readonly version: string;
  readonly reader: CardReader;
  readonly allowedOrigins: readonly PageOrigin[];
  readonly reportFault: (detail: string) => void;
}) {
  const { reader, version, allowedOrigins, reportFault } = parts;
  const queue = new CardQueue();
  const operations = new CardOperations({ reader, queue, serverVersion: version, reportFault });
  const tokens = new PopupTokens();
  let actualPort = parts.port;
  const now = () => new Date();
  const route = createRouter({ version, allowedOrigins, tokens, operations, reader, queue, now }, () => actualPort);
  const listener = await listenOnLoopback(parts.port, route, reportFault);
  actualPort = listener.port;
  return {
    port: listener.port,
    close: () => {
      listener.close();
      reader.close();
    },
  };
}
