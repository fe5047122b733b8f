import { createHmac, timingSafeEqual } from 'node:crypto';

/** Tokens in HTML forms that show that the form was made for this browser session (against forged requests). */
export interface FormTokens {
  /**
   * The token of a browser session; the same until its id changes, which it does at every login.
   *
   * @param word what our own redirect puts into an address, for a token of this word alone
   */
  tokenFor(browserSessionId: string, word?: string): string;
  isTokenFor(browserSessionId: string, token: unknown, word?: string): boolean;
}

/**
 * Makes the tokens from the session id under a key, so that nothing has to be stored and showing a form changes
 * nothing. The key is derived from the cookie secret; the label keeps it from being the cookie's own signature.
 */
export function createFormTokens(cookieSecret: string): FormTokens {
  const key = createHmac('sha256', cookieSecret).update('moica-gateway form token v1').digest();
  const tokenFor = (browserSessionId: string, word?: string) =>
    createHmac('sha256', key)
      // Ids have no blank.
      .update(word === undefined ? browserSessionId : `${browserSessionId} ${word}`)
      .digest('base64url');
  return {
    tokenFor,
    isTokenFor(browserSessionId, token, word) {
      const expected = Buffer.from(tokenFor(browserSessionId, word));
      const given = Buffer.from(typeof token === 'string' ? token : '');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
