import type { Request, Response } from 'express';
import type { PortalLocals } from './locals.ts';
import { composePageContext } from './page-context.ts';
import type { Portal } from './portal.ts';
import { PROBLEMS, composeProblem, type PortalAnswerFailure } from './problem.ts';
import type { TypedFields } from './typed-fields.ts';
import { storyOfFailure } from './texts/stories/stories.ts';
import { renderFailurePage } from './views/failure-page.tsx';

/** A store that was restarted or has changed over answers again within this. */
const TRY_AGAIN_S = 10;

/**
 * Answers with a failure: a page for people (`Accept` names text/html), else `application/problem+json` (RFC 9457).
 * Neither says more than the table in `problem.ts` lets out.
 *
 * @param typed what the refused form carried: shown on the page, so that it can be copied
 */
export function answerFailure(
  portal: Portal,
  request: Pick<Request, 'accepts' | 'originalUrl' | 'method' | 'sessionID' | 'headers'>,
  response: Response<unknown, PortalLocals>,
  failure: PortalAnswerFailure,
  typed: TypedFields = [],
): void {
  const { requestId, language } = response.locals;
  const story = storyOfFailure(failure);
  response.status(PROBLEMS[failure.code].status);
  if (failure.code === 'too-many-attempts') response.setHeader('Retry-After', String(failure.retryAfterS));
  if (failure.code === 'unavailable') response.setHeader('Retry-After', String(TRY_AGAIN_S));
  if (request.accepts(['application/problem+json', 'application/json', 'text/html']) === 'text/html') {
    const page = composePageContext(portal, request, response);
    const facts = { code: failure.code, reference: requestId, at: portal.context.clock.now() };
    response.type('html').send(renderFailurePage({ page, story, facts, typed }));
    return;
  }
  const about = { portalOrigin: portal.context.portal.origin, title: story.title[language], requestId };
  response.type('application/problem+json').send(JSON.stringify(composeProblem(failure, about)));
}
