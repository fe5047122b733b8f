import { textField } from './middleware/bodies.ts';
import type { Portal } from './portal.ts';

/** How many sessions an act has ended, as its redirect says in the address: `3.TOKEN`. */
export function sayEnded({ formTokens }: Portal, { sessionID }: { readonly sessionID: string }, count: number): string {
  return `${count}.${formTokens.tokenFor(sessionID, wordFor(String(count)))}`;
}

/** Null for what this portal has not said to this browser: nobody can send a link that reports an end. */
export function readEnded(
  { formTokens }: Portal,
  { sessionID, query }: { readonly sessionID: string; readonly query: unknown },
): number | null {
  const [count = '', token] = (textField(query, 'ended', 64) ?? '').split('.');
  return formTokens.isTokenFor(sessionID, token, wordFor(count)) ? Number(count) : null;
}

function wordFor(count: string): string {
  return `ended ${count}`;
}
