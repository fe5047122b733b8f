import type { Readable } from 'node:stream';

/** Longer than a form takes over any line; whoever is slower is cut off. */
const READ_AWAY_MS = 10_000;

/**
 * Reads the rest of a request's content and forgets it, so that a client that writes before it reads sees the answer
 * and not a reset connection.
 *
 * @param limitBytes how much is read at most
 * @returns whether the content has ended; if not, the connection is good for nothing but the answer
 */
export function readAway(request: Readable, limitBytes: number): Promise<boolean> {
  if (request.readableEnded) return Promise.resolve(true);
  if (request.destroyed) return Promise.resolve(false);
  return new Promise(resolve => {
    let bytes = 0;
    const settle = (hasEnded: boolean): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (!hasEnded) request.pause();
      resolve(hasEnded);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limitBytes) settle(false);
    };
    const onEnd = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = setTimeout(() => settle(false), READ_AWAY_MS);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    request.resume();
  });
}
