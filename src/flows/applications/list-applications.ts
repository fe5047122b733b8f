import { desksOf, QUEUES, type Queue } from '../../applications/queues.ts';
import { asSeenBy } from '../../applications/may-see.ts';
import { findActingPerson, findMinistryId, type ApplicationActor } from './application-actor.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { ApplicationAudience, ApplicationFilter, ApplicationPage } from '../ports/applications.ts';

export interface WaitingQueue {
  readonly queue: Queue;
  readonly page: ApplicationPage;
}

const NONE: ApplicationPage = { applications: [], total: 0 };

/** What waits for the actor, by queue; queues of roles that he does not have are left out. */
export async function listWaiting(
  context: GatewayContext,
  actor: ApplicationActor,
  page: { readonly offset: number; readonly limit: number } = { offset: 0, limit: 50 },
): Promise<WaitingQueue[]> {
  const { accounts, applications } = context.database;
  const person = await findActingPerson(context, accounts, actor);
  if (person?.kind !== 'account') return [];
  const desks = desksOf(person.authorities, await findMinistryId(accounts));
  const queues: WaitingQueue[] = [];
  for (const queue of QUEUES) {
    const own = desks.filter(each => queue.stages.includes(each.stage));
    if (own.length === 0) continue;
    const audience = { kind: 'desks', desks: own.map(each => ({ ...each, status: queue.status })) } as const;
    const filter = { audience, ...(queue.forms === undefined ? {} : { forms: queue.forms }) };
    queues.push({ queue, page: await applications.findApplications(filter, page) });
  }
  return queues;
}

/** Applications that the actor filed or that are about him. */
export async function listOwnApplications(
  context: GatewayContext,
  actor: ApplicationActor,
  filter: Omit<ApplicationFilter, 'audience'>,
  page: { readonly offset: number; readonly limit: number },
): Promise<ApplicationPage> {
  const audience: ApplicationAudience =
    actor.kind === 'account'
      ? { kind: 'person', accountId: actor.accountId }
      : { kind: 'card', subjectHash: actor.subjectHash };
  return context.database.applications.findApplications({ ...filter, audience }, page);
}

/**
 * Submitted applications within the reach of the actor's office: the register of his agency, or of all. Where he sees a
 * name masked he does not find it either, or a search would tell it (D1-083).
 */
export async function listApplicationsInReach(
  context: GatewayContext,
  actor: ApplicationActor,
  filter: Omit<ApplicationFilter, 'audience'>,
  page: { readonly offset: number; readonly limit: number },
): Promise<ApplicationPage> {
  const person = await findActingPerson(context, context.database.accounts, actor);
  if (person?.kind !== 'account') return NONE;
  const scopes = person.authorities.filter(each => each.role !== 'general-user').map(each => each.scope);
  if (scopes.length === 0) return NONE;
  const ministryId = await findMinistryId(context.database.accounts);
  const namesAt = desksOf(person.authorities, ministryId);
  const asked = { ...filter, namesAt, audience: { kind: 'scopes', scopes } } as const;
  const found = await context.database.applications.findApplications(asked, page);
  return { ...found, applications: found.applications.map(each => asSeenBy(person, each, ministryId)) };
}
