import { decideBinding } from '../../flows/credentials/confirm-binding.ts';
import { findWaitingCard, listWaitingCards, type WaitingCard } from '../../flows/credentials/list-binding-requests.ts';
import { actorOf, answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { answerFailure } from '../failure-answer.ts';
import { typedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler, type PortalLocals } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { BINDING } from '../texts/credentials.ts';
import { fieldError } from '../texts/field-problems.ts';
import { renderBindingList, renderBindingPage } from '../views/binding-pages.tsx';

/** `GET /bindings`: cards that a registrar must look at with their holders. */
export function listBindings(portal: Portal): PortalHandler {
  return async (request, response) => {
    const cards = await listWaitingCards(portal.context, whoAsks(response));
    if (wantsJson(request)) {
      response.json({ requests: cards.map(describe) });
      return;
    }
    response.type('html').send(renderBindingList({ desk: await composeDesk(portal, request, response), cards }));
  };
}

/** `GET /bindings/:request` */
export function showBinding(portal: Portal): PortalHandler {
  return async (request, response) => {
    const card = await findWaitingCard(portal.context, whoAsks(response), request.params['request'] ?? '');
    if (card === undefined) {
      answerFailure(portal, request, response, { code: 'not-found' });
      return;
    }
    if (wantsJson(request)) {
      response.json(describe(card));
      return;
    }
    const desk = await composeDesk(portal, request, response);
    response.type('html').send(renderBindingPage({ desk, card, typed: {}, errors: [] }));
  };
}

/** `POST /bindings/:request` `{decision, note}` */
export function decide(portal: Portal): PortalHandler {
  return async (request, response) => {
    const requestId = request.params['request'] ?? '';
    const typed = typedValues(request.body, ['decision', 'note']);
    const decision = typed['decision'];
    const outcome =
      decision === 'confirmed' || decision === 'refused'
        ? await decideBinding(portal.context, {
            requestId,
            decision,
            note: typed['note'] ?? '',
            actor: actorOf(response),
          })
        : ({
            ok: false,
            failure: { code: 'fields-invalid', problems: [{ field: 'decision', code: 'not-a-choice' }] },
          } as const);
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ ok: true });
      else response.redirect(303, '/bindings');
      return;
    }
    const { failure } = outcome;
    if (
      failure.code !== 'fields-invalid' &&
      failure.code !== 'access-refused' &&
      failure.code !== 'own-account' &&
      failure.code !== 'changed-meanwhile'
    ) {
      // The card itself: revoked meanwhile, opens another account …
      answerFailure(portal, request, response, failure);
      return;
    }
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, BINDING));
    await answerDeskFailure(portal, request, response, failure, errors, async () => {
      const card = await findWaitingCard(portal.context, whoAsks(response), requestId);
      if (card === undefined) {
        answerFailure(portal, request, response, { code: 'changed-meanwhile' });
        return;
      }
      const desk = await composeDesk(portal, request, response);
      response.type('html').send(renderBindingPage({ desk, card, typed, errors }));
    });
  };
}

function whoAsks(response: { readonly locals: PortalLocals }) {
  const { person, authorities } = visitorOf(response);
  return { accountId: person.access.account.id, authorities };
}

/** What a program sees of it: no certificate, nothing of the identity number. */
function describe({ request, account }: WaitingCard) {
  const { id, kind, requestedAt, mismatches, certificateSha256 } = request;
  return { id, account: account.loginName, kind, requestedAt, mismatches, certificateSha256 };
}
