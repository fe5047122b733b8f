import {
  ORGANISATION_KINDS,
  type Organisation,
  type OrganisationKind,
  type Unit,
} from '../../accounts/organisation.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import type { AuditEvent, EventCode, Fact } from '../../audit/event.ts';
import {
  findDecidingAuthority,
  readText,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from './desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { UniquenessFault, type Change, type DatabaseChanges } from '../ports.ts';

/** Kinds that can be added: 本署 is there from `setup` on, and there is one. */
export const ADDED_KINDS: readonly OrganisationKind[] = ORGANISATION_KINDS.filter(kind => kind !== 'ministry');

const NAME_LENGTH = 60;
const CODE = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Adds an agency, or a body that is no competent authority (`other`, D1-084); by 本署's administrator. */
export async function addOrganisation(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly code: string; readonly name: string; readonly kind: string },
): Promise<DeskOutcome<{ readonly organisation: Organisation }>> {
  const name = readText('name', act.name, NAME_LENGTH, false);
  const kind = ADDED_KINDS.find(each => each === act.kind);
  const problems = [
    ...judgeCode(act.code),
    ...name.problems,
    ...(kind === undefined ? [{ field: 'kind', code: 'not-a-choice' } as const] : []),
  ];
  if (kind === undefined || problems.length > 0) return invalid(problems);
  const organisation = { id: context.randomness.uuid(), code: act.code, name: name.text, kind };
  const facts = { code: act.code, name: name.text, kind };
  return takenMeans('code', () =>
    change(context, act.actor, async changes => {
      await changes.insertOrganisation(organisation);
      return { outcome: { organisation }, code: 'organisation.created', facts };
    }),
  );
}

export async function renameOrganisation(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly organisationId: string; readonly name: string },
): Promise<DeskOutcome> {
  const name = readText('name', act.name, NAME_LENGTH, false);
  if (name.problems.length > 0) return invalid(name.problems);
  return change(context, act.actor, async changes => {
    const organisation = await changes.findOrganisation(act.organisationId);
    if (organisation === undefined) return null;
    await changes.renameOrganisation(organisation.id, name.text);
    const facts = { code: organisation.code, before: organisation.name, after: name.text };
    return { outcome: {}, code: 'organisation.changed', facts };
  });
}

export async function addUnit(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly organisationId: string; readonly code: string; readonly name: string },
): Promise<DeskOutcome<{ readonly unit: Unit }>> {
  const name = readText('unitName', act.name, NAME_LENGTH, false);
  const problems = [...judgeCode(act.code, 'unitCode'), ...name.problems];
  if (problems.length > 0) return invalid(problems);
  return takenMeans('unitCode', () =>
    change(context, act.actor, async changes => {
      const organisation = await changes.findOrganisation(act.organisationId);
      if (organisation === undefined) return null;
      const unit = {
        id: context.randomness.uuid(),
        organisationId: organisation.id,
        code: act.code,
        name: name.text,
      };
      await changes.insertUnit(unit);
      const facts = { organisation: organisation.code, code: unit.code, name: unit.name };
      return { outcome: { unit }, code: 'unit.created', facts };
    }),
  );
}

export async function renameUnit(
  context: GatewayContext,
  act: {
    readonly actor: DeskActor;
    readonly organisationId: string;
    readonly unitId: string;
    readonly name: string;
  },
): Promise<DeskOutcome> {
  const name = readText('name', act.name, NAME_LENGTH, false);
  if (name.problems.length > 0) return invalid(name.problems);
  return change(context, act.actor, async changes => {
    const unit = await changes.findUnit(act.unitId);
    if (unit?.organisationId !== act.organisationId) return null;
    await changes.renameUnit(unit.id, name.text);
    const facts = { organisation: unit.organisationId, code: unit.code, before: unit.name, after: name.text };
    return { outcome: {}, code: 'unit.changed', facts };
  });
}

function judgeCode(code: string, field = 'code'): FieldProblem[] {
  if (code === '') return [{ field, code: 'missing' }];
  return CODE.test(code) ? [] : [{ field, code: 'not-a-code' }];
}

function invalid<T>(problems: readonly FieldProblem[]): DeskOutcome<T> {
  return { ok: false, failure: { code: 'fields-invalid', problems } };
}

interface Work<T> {
  readonly outcome: T;
  readonly code: EventCode;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** @param work null: what it is about is not there */
function change<T>(
  context: GatewayContext,
  actor: DeskActor,
  work: (changes: DatabaseChanges) => Promise<Work<T> | null>,
): Promise<DeskOutcome<T>> {
  return context.database.change<DeskOutcome<T>>(async (changes): Promise<Change<DeskOutcome<T>>> => {
    const everywhere = { organisationId: '', unitId: null };
    const roles = ['ministry-administrator'] as const;
    if ((await findDecidingAuthority(context, changes, actor, roles, everywhere)) === undefined) {
      return refuse({ code: 'access-refused' });
    }
    const done = await work(changes);
    if (done === null) return refuse({ code: 'changed-meanwhile' });
    const event: AuditEvent = composeEvent(context, done.code, {
      actor: recordedActor(actor),
      origin: actor.origin,
      facts: done.facts,
    });
    return { result: { ok: true, ...done.outcome }, events: [event] };
  });
}

async function takenMeans<T>(field: string, work: () => Promise<DeskOutcome<T>>): Promise<DeskOutcome<T>> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof UniquenessFault) return invalid([{ field, code: 'code-taken' }]);
    throw fault;
  }
}
