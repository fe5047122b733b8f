import type { Scope } from '../../accounts/authority.ts';
import type { Act, Application, ApplicationStatus, Attachment } from '../../applications/application.ts';
import type { FormId } from '../../applications/form.ts';
import type { ScheduledChange, ScheduledChangeState } from '../../applications/scheduled-change.ts';
import type { Stage } from '../../applications/stage.ts';
import type { EventCode } from '../../audit/event.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';

/** Whose applications are seen; one who fits none sees nothing. */
export type ApplicationAudience =
  /** Of these organisations and units; for `self` the account they are about. */
  | { readonly kind: 'scopes'; readonly scopes: readonly Scope[] }
  /** What waits at these stages, each within a scope: `in-review` for its act, `executed` for being archived. */
  | {
      readonly kind: 'desks';
      readonly desks: readonly {
        readonly stage: Stage;
        readonly status: 'in-review' | 'executed';
        readonly scope: Scope;
      }[];
    }
  /** Filed by this account, or about it. */
  | { readonly kind: 'person'; readonly accountId: string }
  /** Filed by the holder of this card, see `hashSubject`. */
  | { readonly kind: 'card'; readonly subjectHash: string };

/** Which applications to list; every condition that is given must hold. */
export interface ApplicationFilter {
  readonly audience: ApplicationAudience;
  readonly forms?: readonly FormId[];
  readonly statuses?: readonly ApplicationStatus[];
  readonly stages?: readonly Stage[];
  readonly organisationId?: string;
  /** Part of the number or of a person's name; case does not matter. */
  readonly text?: string;
  /** Where given, names are searched only in applications that pass one of these desks; numbers in all. */
  readonly namesAt?: readonly { readonly stage: Stage; readonly scope: Scope }[];
  readonly draftedSince?: Date;
  /** Effective on this day or before. */
  readonly effectiveUntil?: TaipeiDay;
}

export interface ApplicationPage {
  /** Newest first. */
  readonly applications: readonly Application[];
  readonly total: number;
}

/** A change of an account as recorded, held against the application that it names (D1-046). */
export interface RecordedChange {
  readonly eventId: string;
  readonly code: EventCode;
  readonly at: Date;
  readonly accountId: string;
  readonly loginName: string | null;
  readonly basis: string | null;
  readonly basisReference: string | null;
  /** Status of the application that it names; null when there is none of that number. */
  readonly status: ApplicationStatus | null;
}

/** A taking-away that was executed: its day, and the day on which it was done (D1-087). */
export interface TakenAway {
  readonly number: string;
  readonly organisationId: string;
  readonly effectiveDay: TaipeiDay;
  readonly doneAt: Date;
}

/** An account, live or deleted, of a person with the same name and last four characters. */
export interface KnownAccount {
  readonly personId: string;
  readonly accountId: string;
  readonly loginName: string;
  readonly organisationId: string;
  readonly isLive: boolean;
}

/** Reads of applications; also usable inside a change. */
export interface ApplicationReader {
  findApplication(id: string): Promise<Application | undefined>;
  findApplicationByNumber(number: string): Promise<Application | undefined>;
  /** In the order of the history. */
  listActs(applicationId: string): Promise<Act[]>;
  /** In the order in which they were added. */
  listAttachments(applicationId: string): Promise<Attachment[]>;
  readAttachment(attachmentId: string): Promise<Uint8Array | undefined>;
  /** JSON of the form's definition, as it was kept when the application was archived. */
  readDefinition(applicationId: string): Promise<string | undefined>;
  /** A page of those that fit, at most 200. */
  findApplications(
    filter: ApplicationFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<ApplicationPage>;
  /** Accounts of people who may be this one, in any organisation; newest first. */
  listKnownAccounts(name: string, idLastFour: string): Promise<KnownAccount[]>;
  /** Waiting changes by day; of one account, or of those due by a day. */
  listWaitingChanges(filter: {
    readonly accountId?: string;
    readonly dueBy?: TaipeiDay;
    readonly scope?: Scope;
  }): Promise<ScheduledChange[]>;
  /** Scheduled changes that were cancelled since `since`, the newest first, each with its application's number. */
  listCancelledChanges(filter: {
    readonly scope: Scope;
    readonly since: Date;
  }): Promise<(ScheduledChange & { readonly number: string })[]>;
  /** Account changes recorded since `since`, newest first, at most `limit`. */
  listRecordedChanges(filter: {
    readonly scope: Scope;
    readonly since: Date;
    readonly limit: number;
  }): Promise<RecordedChange[]>;
  /** Changes that took something away, done since `since`; scheduled ones by the moment they were applied. */
  listTakenAway(filter: { readonly scope: Scope; readonly since: Date }): Promise<TakenAway[]>;
}

/** Writes of applications, inside a change only. */
export interface ApplicationChanges extends ApplicationReader {
  /** The next number of this form and year, from 1. Never given twice; a change that fails leaves a gap. */
  takeNumber(form: FormId, year: number): Promise<number>;
  insertApplication(application: Application): Promise<void>;
  /** Replaces what may change, if `seenVersion` still stands; false when somebody was faster. */
  updateApplication(application: Application, seenVersion: number): Promise<boolean>;
  insertAct(act: Act): Promise<void>;
  insertAttachment(attachment: Attachment, bytes: Uint8Array): Promise<void>;
  /** Keeps the form's definition with an application, once and as it is written. */
  keepDefinition(applicationId: string, definition: string): Promise<void>;
  /** False when there is none. */
  removeAttachment(attachmentId: string): Promise<boolean>;
  insertScheduledChange(change: ScheduledChange): Promise<void>;
  /** Ends a waiting change; false when it does not wait any more, so that each is applied once. */
  endScheduledChange(
    id: string,
    state: Exclude<ScheduledChangeState, 'waiting'>,
    at: Date,
    because: string | null,
  ): Promise<boolean>;
}
