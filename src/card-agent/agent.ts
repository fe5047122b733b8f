import { CardQueue } from './card-queue.ts';
import type { CardReader } from './card-reader.ts';
import { CardWatch } from './card-watch.ts';
import { CardOperations } from './hipki/card-operations.ts';
import type { PageOrigin } from './hipki/page-origin.ts';
import { listenOnLoopback } from './http/listener.ts';
import { PageTokens } from './http/page-token.ts';
import { createRouter } from './http/router.ts';
import { createSelfTest } from './http/self-test.ts';

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
  let actualPort = parts.port;
  const now = () => new Date();
  const selfTest = createSelfTest({
    version,
    allowedOrigins: allowedOrigins.map(origin => origin.text),
    reader,
    queue,
    watch: new CardWatch({ reader, queue, reportFault }),
    // not the popup's: a token of this page opens no card endpoint
    tokens: new PageTokens(),
    now,
    reportFault,
  });
  const tokens = new PageTokens();
  const route = createRouter({ version, allowedOrigins, tokens, operations, selfTest, now }, () => actualPort);
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
