import type { Response } from 'express';
import { EMPTY_ROW } from './application-input.ts';
import type { FormDefinition, FormValues } from '../applications/form.ts';
import { taipeiDayOf } from '../calendar/taipei-day.ts';
import type { ApplicationActor } from '../flows/applications/application-actor.ts';
import { applicationActorOf } from './application-answer.ts';
import { composeDesk } from './desk-context.ts';
import { applicantOf, visitorOf, type PortalHandler, type PortalLocals } from './locals.ts';
import { composePageContext } from './page-context.ts';
import type { Portal } from './portal.ts';
import type { ApplicationFrame } from './views/application-frame.tsx';

export type AnyRequest = Parameters<PortalHandler>[0];
export type AnyResponse = Response<unknown, PortalLocals>;

/** Who is at the pages of applications, and around which frame they are drawn. */
export interface ApplicationVisit {
  readonly actor: ApplicationActor;
  /** Composed only when a page is drawn. */
  frame(): Promise<ApplicationFrame>;
  /** What a new form begins with. */
  presets(form: FormDefinition): Promise<FormValues>;
}

/** Somebody who is logged in. */
export function visitOfPerson(portal: Portal, request: AnyRequest, response: AnyResponse): ApplicationVisit {
  return {
    actor: applicationActorOf(response),
    frame: async () => ({ kind: 'desk', desk: await composeDesk(portal, request, response) }),
    presets: form => {
      const { account } = visitorOf(response).person.access;
      const today = taipeiDayOf(portal.context.clock.now());
      const fields =
        form.id === 'D-06-11' ? { loginName: account.loginName, effectiveDay: today } : { effectiveDay: today };
      return Promise.resolve({ fields, grants: [EMPTY_ROW] });
    },
  };
}

/** The holder of a card without an account. */
export function visitOfApplicant(portal: Portal, request: AnyRequest, response: AnyResponse): ApplicationVisit {
  const actor = applicantOf(response);
  return {
    actor,
    frame: () =>
      Promise.resolve({
        kind: 'applicant',
        page: composePageContext(portal, request, response),
        formToken: portal.formTokens.tokenFor(request.sessionID),
        name: actor.name,
      }),
    presets: () =>
      Promise.resolve({
        fields: {
          change: 'add',
          name: actor.name,
          idLastFour: actor.idLastFour ?? '',
          effectiveDay: taipeiDayOf(portal.context.clock.now()),
        },
        grants: [EMPTY_ROW],
      }),
  };
}

/** Finds out who is there: both ways lead to the same pages. */
export type VisitOf = (portal: Portal, request: AnyRequest, response: AnyResponse) => ApplicationVisit;

/** A handler of pages about one's own applications. */
export function visited(
  portal: Portal,
  visitOf: VisitOf,
  work: (visit: ApplicationVisit, request: AnyRequest, response: AnyResponse) => Promise<void>,
): PortalHandler {
  return (request, response) => work(visitOf(portal, request, response), request, response);
}
