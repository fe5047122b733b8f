import { recordedAs, type ActingPerson } from './acting-person.ts';
import type { Act, ActKind, Application, Letter } from './application.ts';
import type { ApplicationFailure } from './failures.ts';
import { judgeText, tidy } from './judge-text.ts';
import { judgePermission } from './may-act.ts';
import { judgeSight } from './may-see.ts';
import { stageAfter } from './route.ts';
import { hashValues } from './sheet.ts';
import type { Stage } from './stage.ts';

/** What somebody wants to do to an application. */
export interface Attempt {
  readonly kind: Exclude<ActKind, 'draft'>;
  readonly actor: ActingPerson;
  /** The version he has seen. */
  readonly version: number;
  readonly note: string;
  readonly at: Date;
  /** UUID for the act. */
  readonly actId: string;
  readonly signature: Uint8Array | null;
  /** For `submit` and `approve`: the route as the facts are now. */
  readonly route?: readonly Stage[];
  readonly letter?: Letter;
}

export type LifeCycleVerdict =
  | { readonly ok: true; readonly application: Application; readonly act: Act }
  | { readonly ok: false; readonly failure: ApplicationFailure };

const NOTE_LIMIT = 1_000;

/** Review notes are mandatory, whatever the outcome (D1-163, D1-171). */
const NEEDS_NOTE: readonly ActKind[] = ['approve', 'return', 'refuse'];

/**
 * The one state machine of all three forms (D1-081): judges an attempt, and gives the application as it is afterwards
 * with the act to keep. There is no way from a draft to a change but through every stage of its route.
 */
export function attemptAct(
  application: Application,
  acts: readonly Act[],
  attempt: Attempt,
  ministryId: string,
): LifeCycleVerdict {
  const { kind, actor } = attempt;
  // Whoever sees nothing of it is not told that it is there.
  if (judgeSight(application, actor, ministryId) === 'nothing') return refused({ code: 'application-not-found' });
  if (attempt.version !== application.version) {
    return refused({ code: 'application-changed', version: application.version });
  }
  const permission = judgePermission(application, acts, actor, kind, ministryId);
  if (!permission.ok) return permission;
  const note = tidy(attempt.note);
  if (note === '' && NEEDS_NOTE.includes(kind)) return refused({ code: 'application-note-missing' });
  const problem = judgeText(note, NOTE_LIMIT, true);
  if (problem !== null) {
    const limit = problem === 'too-long' ? { limit: String(NOTE_LIMIT) } : {};
    return refused({ code: 'application-note-invalid', problem: { field: 'note', code: problem, ...limit } });
  }

  const version = application.version + 1;
  const act: Act = {
    id: attempt.actId,
    applicationId: application.id,
    version,
    kind,
    stage: application.stage,
    duty: permission.duty,
    actor: recordedAs(actor),
    role: permission.authority?.role ?? null,
    onBehalfOf: permission.authority?.onBehalfOf ?? null,
    note,
    at: attempt.at,
    valuesSha256: hashValues(application),
    signature: attempt.signature,
  };
  return { ok: true, application: { ...application, ...outcomeOf(application, attempt), version }, act };
}

function outcomeOf(application: Application, attempt: Attempt): Partial<Application> {
  switch (attempt.kind) {
    case 'submit': {
      const route = attempt.route ?? [];
      return { ...enter(route, route[0] ?? null), submittedAt: attempt.at, letter: null };
    }
    case 'approve':
      return advance(application, attempt.route ?? application.route);
    case 'record-letter':
      if (attempt.letter === undefined) throw new Error('A letter is recorded with its data.');
      return { ...advance(application, application.route), letter: attempt.letter };
    case 'return':
      return { status: 'returned', stage: null };
    case 'refuse':
      return { status: 'refused', stage: null };
    case 'withdraw':
      return { status: 'withdrawn', stage: null };
    case 'execute':
      // The stage stays: whoever executes files the record too (D1-166, D1-174).
      return { status: 'executed', executedAt: attempt.at };
    case 'archive':
      return { status: 'archived', stage: null, archivedAt: attempt.at };
  }
}

function advance({ stage, route: before }: Application, now: readonly Stage[]): Partial<Application> {
  // Facts may have changed so much that the new route does not know this stage; then the old one stands.
  const route = stage !== null && now.includes(stage) ? now : before;
  return enter(route, stage === null ? null : stageAfter(route, stage));
}

function enter(route: readonly Stage[], stage: Stage | null): Partial<Application> {
  if (stage === null) throw new Error('A route that ends before the change is executed.');
  return { status: 'in-review', route, stage };
}

function refused(failure: ApplicationFailure): LifeCycleVerdict {
  return { ok: false, failure };
}
