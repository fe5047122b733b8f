import type { Scope } from '../../accounts/authority.ts';
import type { ActingPerson } from '../../applications/acting-person.ts';
import type { Application } from '../../applications/application.ts';
import { TAKING_AWAY } from '../../applications/change-request.ts';
import { asSeenBy } from '../../applications/may-see.ts';
import type { ScheduledChange } from '../../applications/scheduled-change.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { findActingPerson, findMinistryId, type ApplicationActor } from './application-actor.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { RecordedChange, TakenAway } from '../ports/applications.ts';

/** A change that was recorded, and whether anything speaks for it (D1-046). */
export interface ReconciledChange extends RecordedChange {
  /**
   * `approved`: by an executed application; `otherwise`: the rules themselves, personnel data, set-up or take-over, as
   * the basis says; `unapproved`: neither, to be looked into.
   */
  readonly verdict: 'approved' | 'otherwise' | 'unapproved';
}

/** Bases besides an application that the rules know (D1-040, document 1, 五(十)). */
const OTHER_BASES = ['personnel', 'policy', 'setup', 'migrated'];

/** Most rows of the second look: a month of a large agency. */
const LIMIT = 1_000;

/** Second look of document 1, 三(三)5 (D1-046): every recorded change against the application that it names. */
export async function reconcileChanges(
  context: GatewayContext,
  actor: ApplicationActor,
  since: Date,
): Promise<ReconciledChange[]> {
  const found = await findReporter(context, actor);
  if (found === undefined) return [];
  const { scope } = found;
  const changes = await context.database.applications.listRecordedChanges({ scope, since, limit: LIMIT });
  return changes.map(change => ({ ...change, verdict: judge(change) }));
}

function judge({ basis, status }: RecordedChange): ReconciledChange['verdict'] {
  if (basis === 'application') return status === 'executed' || status === 'archived' ? 'approved' : 'unapproved';
  return basis !== null && OTHER_BASES.includes(basis) ? 'otherwise' : 'unapproved';
}

export interface DueReport {
  /** Leavers and movers whose application is not executed yet though their day has come, or is today. */
  readonly pending: readonly Application[];
  /** Executed changes that wait for their day, the next first. */
  readonly scheduled: readonly ScheduledChange[];
  /** What was scheduled and did not come about, with its reason, the newest first. */
  readonly cancelled: readonly (ScheduledChange & { readonly number: string })[];
  /** Changes that took something away, and how many of them on their day or before (D1-087). */
  readonly takenAway: readonly (TakenAway & { readonly isSameDay: boolean })[];
}

/** Due today or late, and the same-day rate (D1-082, D1-087). */
export async function reportDueChanges(
  context: GatewayContext,
  actor: ApplicationActor,
  since: Date,
): Promise<DueReport> {
  const found = await findReporter(context, actor);
  if (found === undefined) return { pending: [], scheduled: [], cancelled: [], takenAway: [] };
  const { person, scope } = found;
  const { accounts, applications } = context.database;
  const ministryId = await findMinistryId(accounts);
  const today = taipeiDayOf(context.clock.now());
  const due = await applications.findApplications(
    { audience: { kind: 'scopes', scopes: [scope] }, statuses: ['in-review'], effectiveUntil: today },
    { offset: 0, limit: 200 },
  );
  const takenAway = await applications.listTakenAway({ scope, since });
  const leaving = due.applications.filter(each => TAKING_AWAY.some(kind => kind === each.values.fields['change']));
  return {
    pending: leaving.map(each => asSeenBy(person, each, ministryId)),
    scheduled: await applications.listWaitingChanges({ scope }),
    cancelled: await applications.listCancelledChanges({ scope, since }),
    takenAway: takenAway.map(each => ({ ...each, isSameDay: taipeiDayOf(each.doneAt) <= each.effectiveDay })),
  };
}

/** Whoever answers for executed changes, as far as he answers. */
async function findReporter(
  context: GatewayContext,
  actor: ApplicationActor,
): Promise<{ readonly person: ActingPerson; readonly scope: Scope } | undefined> {
  const person = await findActingPerson(context, context.database.accounts, actor);
  if (person?.kind !== 'account') return undefined;
  const held = person.authorities.filter(({ role }) => REPORT_ROLES.some(each => each === role));
  const widest = held.find(each => each.scope.kind === 'everything') ?? held.find(each => each.scope.kind !== 'unit');
  const scope = (widest ?? held[0])?.scope;
  return scope && { person, scope };
}

const REPORT_ROLES = [
  'registrar',
  'unit-head',
  'ministry-administrator',
  'case-officer',
  'auditor',
  'checker',
] as const;
