/** What the gateway says of a session. */

/** How the session stands, as the server says. */
export type SessionState =
  | {
      readonly alive: true;
      readonly idleRemainingMs: number;
      /** RFC 3339; when that is. */
      readonly idleUntil?: string;
      /** False: it ends then however active the person is. */
      readonly canStay: boolean;
      /** Whose it is; another account is another session. */
      readonly account?: string;
      /** For the forms of the page, where a login since has made theirs stale. */
      readonly formToken?: string;
    }
  | {
      readonly alive: false;
      /** Why, in a sentence; empty where nobody knows. */
      readonly message: string;
    };

const ANSWER_MS = 10_000;

/**
 * Asks how the session stands (GET, no activity), or says that the person stays (POST). Throws where nobody answers, or
 * something else does.
 */
export async function askSession(address: string, method: 'GET' | 'POST'): Promise<SessionState> {
  const response = await fetch(address, {
    method,
    headers: {
      Accept: 'application/json',
      ...(method === 'GET' ? { 'X-Activity': 'background' } : { 'Content-Type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '{}' }),
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!response.ok) throw new Error(`The gateway answers ${response.status}.`);
  return parseState(await response.json());
}

function parseState(answer: unknown): SessionState {
  const fields = new Map<string, unknown>(typeof answer === 'object' && answer !== null ? Object.entries(answer) : []);
  const idleRemainingMs = fields.get('idleRemainingMs');
  if (fields.get('alive') === true && typeof idleRemainingMs === 'number') {
    const texts = (['idleUntil', 'account', 'formToken'] as const).flatMap(name => {
      const value = fields.get(name);
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return {
      alive: true,
      idleRemainingMs,
      canStay: fields.get('canStay') !== false,
      ...Object.fromEntries(texts),
    };
  }
  if (fields.get('alive') !== false) throw new Error('The gateway’s answer cannot be read.');
  const message = fields.get('message');
  return { alive: false, message: typeof message === 'string' ? message : '' };
}
