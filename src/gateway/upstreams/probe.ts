import type { Dispatcher } from 'undici';
import type { Connections } from './connections.ts';

/** How long a server may take to say anything; what has been silent for longer than that already has had its time. */
const PROBE_MS = 2_000;

/**
 * Asks a server by ourselves, on a connection that has carried nothing yet, and tells whether it says anything at all: any
 * head of a response, hanging up or nonsense too. Nobody's identity goes with it, and its content is not taken.
 */
export function saysAnything(
  connections: Connections,
  asked: { readonly origin: string; readonly authority: string; readonly path: string },
): Promise<boolean> {
  const connection = connections.take(true);
  return new Promise(resolve => {
    let controller: Dispatcher.DispatchController | undefined;
    let isSent = false;
    let isOver = false;
    const conclude = (says: boolean): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(says);
      controller?.abort(new Error('It is known.'));
    };
    const timer = setTimeout(() => conclude(false), PROBE_MS).unref();
    const headers = ['Host', asked.authority, 'User-Agent', 'moica-gateway-health-check'];
    connection.dispatch(
      { origin: asked.origin, method: 'GET', path: asked.path, headers },
      {
        onRequestStart: starting => {
          controller = starting;
          isSent = true;
          if (isOver) starting.abort(new Error('It is too late.'));
        },
        onResponseStart: () => {
          connection.isUsed = true;
          conclude(true);
        },
        // undici refuses a handler without it.
        onResponseData: () => undefined,
        onResponseEnd: () => connections.giveBack(connection),
        onResponseError: () => {
          conclude(isSent);
          connections.giveBack(connection);
        },
      },
    );
  });
}
