import type { Readable } from 'node:stream';

/** Longer than a form takes over any line. */
const READ_MS = 10_000;

/**
 * Reads the whole content of a request to the gateway itself.
 *
 * @returns `too-large` beyond the limit, `broken-off` when the client left or was too slow; then nothing of it counts
 */
export function readContent(request: Readable, limitBytes: number): Promise<Buffer | 'too-large' | 'broken-off'> {
  if (request.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (request.destroyed) return Promise.resolve('broken-off');
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (outcome: Buffer | 'too-large' | 'broken-off'): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (typeof outcome === 'string') request.pause();
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limitBytes) settle('too-large');
    };
    const onEnd = (): void => settle(Buffer.concat(chunks));
    const onClose = (): void => settle('broken-off');
    const timer = setTimeout(() => settle('broken-off'), READ_MS);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    request.resume();
  });
}
