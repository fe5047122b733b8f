import type { Request, Response } from 'express';
import type { PortalLocals } from './locals.ts';
import { composePageContext } from './page-context.ts';
import type { Portal } from './portal.ts';
import { PROBLEMS, composeProblem, type PortalAnswerFailure } from './problem.ts';
import { storyOf } from './texts/stories/stories.ts';
import { renderFailurePage } from './views/failure-page.tsx';

/**
 * Answers with a failure: a page for people (`Accept` names text/html), else `application/problem+json` (RFC 9457).
 * Neither says more than the table in `problem.ts` lets out.
 */
export function answerFailure(
  portal: Portal,
  request: Pick<Request, 'accepts' | 'originalUrl' | 'method'>,
  response: Response<unknown, PortalLocals>,
  failure: PortalAnswerFailure,
): void {
  const { requestId, language } = response.locals;
  const story = storyOf(failure.code);
  response.status(PROBLEMS[failure.code].status);
  if (failure.code === 'too-many-attempts') response.setHeader('Retry-After', String(failure.retryAfterS));
  if (request.accepts(['application/problem+json', 'application/json', 'text/html']) === 'text/html') {
    const page = composePageContext(portal, request, response);
    const facts = { code: failure.code, reference: requestId, at: portal.context.clock.now() };
    response.type('html').send(renderFailurePage({ page, story, facts }));
    return;
  }
  const about = { portalOrigin: portal.context.portal.origin, title: story.title[language], requestId };
  response.type('application/problem+json').send(JSON.stringify(composeProblem(failure, about)));
}
