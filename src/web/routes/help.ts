import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import { composePageContext } from '../page-context.ts';
import type { Portal } from '../portal.ts';
import { HELP_PAGES } from '../texts/help/help-pages.ts';
import { renderHelpPage } from '../views/help-page.tsx';

/** `GET /help/:page`: help, open to everybody. */
export function showHelp(portal: Portal): PortalHandler {
  return (request, response) => {
    const name = request.params['page'] ?? '';
    const help = HELP_PAGES.get(name);
    if (help === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    response.type('html').send(renderHelpPage({ page: composePageContext(portal, request, response), name, help }));
  };
}
