import type { ComponentTrouble } from './component-codes.ts';

/**
 * Troubles before or amid which the component may have logged in to the card. Of the others, some end before the card
 * is asked, and `signing` comes after a PIN that the card took.
 */
const TROUBLES_IN_DOUBT: readonly ComponentTrouble[] = ['timeout', 'card', 'malformed-reply', 'unknown-code'];

/**
 * Whether, after a request with a PIN, nobody but the card knows if it was tried: components look for certificate and
 * key before the login or after it, and work on when their window is closed.
 */
export function isPinInDoubt(failure: { readonly state: string; readonly trouble?: ComponentTrouble }): boolean {
  if (failure.trouble !== undefined) return TROUBLES_IN_DOUBT.includes(failure.trouble);
  return ['cancelled', 'component-silent', 'no-sign-certificate'].includes(failure.state);
}
