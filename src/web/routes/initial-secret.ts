import { keepersOf, rolesReaching } from '../../accounts/authority.ts';
import { INITIAL_SECRET_LIFETIME_MS } from '../../accounts/one-time-secret.ts';
import { resetPassword } from '../../flows/credentials/reset-password.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues } from '../field-errors.ts';
import { targetOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { SECRET } from '../texts/credentials.ts';
import { fieldError } from '../texts/field-problems.ts';
import { renderIssuedPage, renderResetPage } from '../views/reset-page.tsx';

/** `GET /accounts/:account/initial-secret`: asks why. */
export function askForReset(portal: Portal): PortalHandler {
  return async (request, response) => {
    const desk = await composeDesk(portal, request, response);
    const account = targetOf(response);
    const roles = rolesReaching(desk.authorities, { ...account, accountId: account.id });
    if (keepersOf(account).some(role => roles.includes(role))) {
      response.type('html').send(renderResetPage({ desk, account, reason: '', errors: [] }));
    } else {
      answerFailure(portal, request, response, { code: 'access-refused' });
    }
  };
}

/** `POST /accounts/:account/initial-secret` `{reason}`: the one answer in which the secret is shown. */
export function issueSecret(portal: Portal): PortalHandler {
  const { context } = portal;
  return async (request, response) => {
    const account = targetOf(response);
    const { reason = '' } = typedValues(request.body, ['reason']);
    const actor = actorOf(response);
    const outcome = await resetPassword(context, { accountId: account.id, reason, actor });
    if (!outcome.ok) {
      const { failure } = outcome;
      const problems = failure.code === 'fields-invalid' ? failure.problems : [];
      const errors = problems.map(problem => fieldError(problem, SECRET));
      await answerDeskFailure(portal, request, response, failure, errors, async () => {
        const desk = await composeDesk(portal, request, response);
        response.type('html').send(renderResetPage({ desk, account, reason, errors }));
      });
      return;
    }
    const expiresAt = new Date(context.clock.now().getTime() + INITIAL_SECRET_LIFETIME_MS);
    if (wantsJson(request)) {
      response.json({ account: account.loginName, secret: outcome.secret, expiresAt });
      return;
    }
    const organisation = await context.database.accounts.findOrganisation(account.organisationId);
    const handed = {
      secret: outcome.secret,
      loginName: account.loginName,
      name: account.name,
      organisation: organisation?.name ?? '',
      href: `${context.portal.origin}/activate`,
      use: { kind: 'initial', expiresAt },
    } as const;
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderIssuedPage({ desk, account, handed }));
  };
}
