import type { GatewayRole } from '../accounts/account.ts';
import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { FormId, FormValues } from './form.ts';
import type { Duty, Stage } from './stage.ts';

export const APPLICATION_STATUSES = [
  'draft',
  'in-review',
  'returned',
  'refused',
  'withdrawn',
  'executed',
  'archived',
] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

/** Who filled in the form: somebody with an account, or the holder of a card without one. */
export type Filer =
  | { readonly kind: 'account'; readonly accountId: string; readonly personId: string; readonly name: string }
  | { readonly kind: 'card'; readonly subjectHash: string; readonly name: string };

/** A change application (異動申請單): the form, where it stands, and what belongs to it. */
export interface Application {
  /** UUID. */
  readonly id: string;
  /** `D-06-09-2026-0001`: form, year (AD, Taipei), count; given with the draft, never twice. */
  readonly number: string;
  readonly form: FormId;
  /** Of the person it is about; fixed with the draft (D1-170). */
  readonly organisationId: string;
  readonly unitId: string | null;
  readonly filer: Filer;
  /** The account it is about: known from submission on, for a new person from execution on. */
  readonly subjectAccountId: string | null;
  readonly subjectPersonId: string | null;
  /** Name of the person it is about, as on the form when it was last submitted or drafted. */
  readonly subjectName: string;
  /** The filer is not the person it is about: the signed sheet is attached, and he neither approves nor enables. */
  readonly isForAnother: boolean;
  readonly values: FormValues;
  /** Stages in order, fixed when submitted and at the head's approval; empty before. */
  readonly route: readonly Stage[];
  readonly status: ApplicationStatus;
  /** While in review; once executed, the one at which it was, until it is archived. */
  readonly stage: Stage | null;
  readonly letter: Letter | null;
  /** Effective day of the change, or the day of the one-day password; from submission on. */
  readonly effectiveDay: TaipeiDay | null;
  /** Counts the acts; whoever acts says which version he has seen. */
  readonly version: number;
  readonly draftedAt: Date;
  readonly submittedAt: Date | null;
  readonly executedAt: Date | null;
  readonly archivedAt: Date | null;
}

/** 函文: the official letter by which an agency asks 本署 (D1-012, D1-072). */
export interface Letter {
  /** Document number, such as 府經商字第 1150000001 號. */
  readonly number: string;
  readonly date: TaipeiDay;
  readonly agency: string;
  /** The letter itself, an attachment of kind `letter`. */
  readonly attachmentId: string;
}

export const ACT_KINDS = [
  'draft',
  'submit',
  'approve',
  'return',
  'refuse',
  'withdraw',
  'record-letter',
  'execute',
  'archive',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** One step in the history of an application; only ever added. */
export interface Act {
  readonly id: string;
  readonly applicationId: string;
  /** Version of the application that the act made, from 1. */
  readonly version: number;
  readonly kind: ActKind;
  /** Stage at which it was done; null outside review. */
  readonly stage: Stage | null;
  readonly duty: Duty | null;
  readonly actor: Filer;
  /** In what role; null as the filer. */
  readonly role: GatewayRole | null;
  /** Account of the head for whom a deputy acted. */
  readonly onBehalfOf: string | null;
  readonly note: string;
  readonly at: Date;
  /** SHA-256 of the form's values as they stood, hex: what was decided on. */
  readonly valuesSha256: string;
  /** CMS SignedData of the actor's card over the challenge that names the sheet, where he signed. */
  readonly signature: Uint8Array | null;
}

export const ATTACHMENT_KINDS = ['basis', 'signed-sheet', 'letter'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

/** A file kept with an application; its bytes are read apart. */
export interface Attachment {
  readonly id: string;
  readonly applicationId: string;
  readonly kind: AttachmentKind;
  /** As given, made safe to show and to save. */
  readonly fileName: string;
  /** Media type as found in the bytes. */
  readonly mediaType: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  readonly addedAt: Date;
}

/** `D-06-09-2026-0001`; more than 9,999 in a year get a fifth digit. */
export function composeNumber(form: FormId, year: number, count: number): string {
  return `${form}-${year}-${String(count).padStart(4, '0')}`;
}

/** Whether `text` has the form of an application's number. */
export function isApplicationNumber(text: string): boolean {
  return /^D-06-(09|10|11)-\d{4}-\d{4,6}$/.test(text);
}
