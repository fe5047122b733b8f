import { isReturnPath } from '../../sessions/trip.ts';
import { answerFailure } from '../failure-answer.ts';
import { LANGUAGE_COOKIE, parseLanguage } from '../language.ts';
import type { PortalHandler } from '../locals.ts';
import { textField } from '../middleware/bodies.ts';
import type { Portal } from '../portal.ts';

/** A year: a preference, renewed whenever it is chosen again. */
const COOKIE_MAX_AGE_MS = 365 * 86_400_000;

/**
 * `POST /language`: remembers the language and goes back to the page. Carries no form token: it works before there is
 * a session to bind one to, and the origin check keeps other sites from choosing for the person.
 */
export function chooseLanguageByForm(portal: Portal): PortalHandler {
  return (request, response) => {
    const language = parseLanguage(textField(request.body, 'language', 2));
    if (language === undefined) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    response.cookie(LANGUAGE_COOKIE, language, {
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      maxAge: COOKIE_MAX_AGE_MS,
    });
    const back = textField(request.body, 'return', 2048);
    response.redirect(303, back !== undefined && isReturnPath(back) ? back : '/');
  };
}
