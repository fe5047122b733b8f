import { changeProfile, CONTACT_FIELDS, type ContactField } from '../../flows/accounts/change-profile.ts';
import { exportOwnData } from '../../flows/accounts/export-own-data.ts';
import { answerDeskFailure, wantsJson } from '../desk-answer.ts';
import { composeDesk } from '../desk-context.ts';
import { typedValues, type FieldError, type TypedValues } from '../field-errors.ts';
import { visitorOf, type PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';
import { fieldError } from '../texts/field-problems.ts';
import { CONTACT_LABELS } from '../texts/profile.ts';
import { renderProfilePage } from '../views/profile-page.tsx';

const CHANGES_SHOWN = 30;
const FORM_FIELDS: ReadonlySet<string> = new Set([...CONTACT_FIELDS, 'token']);

type Exchange = readonly [Parameters<PortalHandler>[0], Parameters<PortalHandler>[1]];

/** `GET /profile`: one's own data (D1-060). */
export function showProfile(portal: Portal): PortalHandler {
  return async (request, response) => show(portal, [request, response]);
}

/** `POST /profile`: changes one's own contact data; anything else about oneself is refused and recorded. */
export function saveProfile(portal: Portal): PortalHandler {
  return async (request, response) => {
    const given = typeof request.body === 'object' && request.body !== null ? Object.keys(request.body) : [];
    if (given.some(field => !FORM_FIELDS.has(field))) {
      await answerDeskFailure(portal, request, response, { code: 'access-refused' }, [], () => Promise.resolve());
      return;
    }
    const { account } = visitorOf(response).person.access;
    const accountId = account.id;
    const person = await portal.context.database.accounts.findPerson(account.personId);
    const sent = typedValues(request.body, CONTACT_FIELDS);
    // What a program leaves out stays as it is; a form sends everything.
    const valueOf = (field: ContactField) => (given.includes(field) ? sent[field] : person?.[field]) ?? '';
    const typed = { title: valueOf('title'), phone: valueOf('phone'), email: valueOf('email') };
    const origin = originOf(response);
    const outcome = await changeProfile(portal.context, { accountId, typed, origin });
    if (outcome.ok) {
      if (wantsJson(request)) response.json({ ok: true, changed: outcome.changed });
      else response.redirect(303, '/profile');
      return;
    }
    const { failure } = outcome;
    const problems = failure.code === 'fields-invalid' ? failure.problems : [];
    const errors = problems.map(problem => fieldError(problem, CONTACT_LABELS));
    await answerDeskFailure(portal, request, response, failure, errors, () =>
      show(portal, [request, response], { typed, errors }),
    );
  };
}

/** `POST /profile/data`: everything held about oneself, as a file (D1-071). */
export function downloadOwnData(portal: Portal): PortalHandler {
  return async (_request, response) => {
    const { account } = visitorOf(response).person.access;
    const data = await exportOwnData(portal.context, { accountId: account.id, origin: originOf(response) });
    const notice = portal.settings.ownershipNotice;
    response.attachment(`${account.loginName}.json`);
    response.type('application/json').send(JSON.stringify({ notice, ...data }, null, 2));
  };
}

async function show(
  portal: Portal,
  [request, response]: Exchange,
  retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] },
): Promise<void> {
  const { account } = visitorOf(response).person.access;
  const { accounts, events } = portal.context.database;
  const [person, changes] = await Promise.all([
    accounts.findPerson(account.personId),
    events.listEvents({ accountId: account.id, code: 'profile.changed', limit: CHANGES_SHOWN }),
  ]);
  const contact = { title: person?.title ?? null, phone: person?.phone ?? null, email: person?.email ?? null };
  if (wantsJson(request)) {
    response.json({ account: account.loginName, name: account.name, ...contact });
    return;
  }
  const desk = await composeDesk(portal, request, response);
  response.type('html').send(renderProfilePage({ desk, contact, changes, ...(retry === undefined ? {} : { retry }) }));
}
