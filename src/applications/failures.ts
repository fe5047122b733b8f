import type { GatewayRole } from '../accounts/account.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { ActKind, ApplicationStatus } from './application.ts';
import type { FieldProblem } from './field-problem.ts';
import type { Duty, Stage } from './stage.ts';

/** Every reason why something about an application is refused; the vocabulary is closed. */
export type ApplicationFailure =
  | { readonly code: 'application-not-found' }
  /** Somebody else acted meanwhile. */
  | { readonly code: 'application-changed'; readonly version: number }
  | {
      readonly code: 'application-act-refused';
      readonly act: ActKind;
      readonly status: ApplicationStatus;
      readonly stage: Stage | null;
    }
  /** The actor has none of the roles that act here, or none that reaches this organisation. */
  | { readonly code: 'application-role-missing'; readonly roles: readonly GatewayRole[] }
  /** Nobody acts on his own: he is the person it is about, or filled it in. */
  | { readonly code: 'application-own' }
  | { readonly code: 'application-second-duty'; readonly duty: Duty }
  /** A one-day password decides nothing; only cards do. */
  | { readonly code: 'application-needs-card' }
  | { readonly code: 'application-note-missing' }
  | { readonly code: 'application-note-invalid'; readonly problem: FieldProblem }
  /** The form cannot be submitted as it stands. */
  | { readonly code: 'application-form-incomplete'; readonly problems: readonly FieldProblem[] }
  | { readonly code: 'application-sheet-missing' }
  | { readonly code: 'application-letter-invalid'; readonly problems: readonly FieldProblem[] }
  | { readonly code: 'application-letter-missing' }
  | { readonly code: 'application-organisation-foreign' }
  | { readonly code: 'application-form-not-yours' }
  /** The card has an account: its holder logs in and applies there. */
  | { readonly code: 'application-card-has-account' }
  | { readonly code: 'application-too-many-drafts'; readonly limit: number }
  /** A card without an account applies at one authority once at a time. */
  | { readonly code: 'application-open-already' }
  | { readonly code: 'application-too-many-today'; readonly limit: number }
  | { readonly code: 'attachment-refused'; readonly because: AttachmentRefusal }
  /** The signature is of another sheet, another card, or none. */
  | { readonly code: 'application-signature-refused'; readonly because: string }
  | ExecutionFailure;

/** Why an approved change cannot be executed as it stands. */
export type ExecutionFailure =
  | { readonly code: 'execution-account-gone' }
  | { readonly code: 'execution-transition-refused' }
  | { readonly code: 'execution-login-name-taken'; readonly loginName: string }
  /** One live account a person (D1-086). */
  | { readonly code: 'execution-person-has-account'; readonly loginName: string }
  | { readonly code: 'execution-unit-gone' }
  /** A right that is not in `systems.yaml` any more. */
  | { readonly code: 'execution-role-unknown'; readonly system: string; readonly role: string }
  /** The last registrar of an agency leaves only with a successor. */
  | { readonly code: 'execution-last-registrar' }
  | { readonly code: 'execution-successor-unfit' }
  /** The last case officer or administrator of 本署 stays until there is another. */
  | { readonly code: 'execution-last-officer'; readonly role: GatewayRole }
  /** A leave that waits for its day is not undone by something that only gives. */
  | { readonly code: 'execution-taking-away-waits'; readonly number: string; readonly day: TaipeiDay }
  /** An account is not opened before its day. */
  | { readonly code: 'execution-day-ahead'; readonly day: TaipeiDay }
  | { readonly code: 'execution-day-over' };

export type AttachmentRefusal = 'too-large' | 'too-many' | 'empty' | 'type-unknown' | 'name-missing';
