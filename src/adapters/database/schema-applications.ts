import type { GatewayRole } from '../../accounts/account.ts';
import type { ActKind, ApplicationStatus, AttachmentKind, Filer } from '../../applications/application.ts';
import type { FormId, FormValues } from '../../applications/form.ts';
import type { ScheduledChangeState } from '../../applications/scheduled-change.ts';
import type { Duty, Stage } from '../../applications/stage.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { ColumnType, Generated } from 'kysely';

/** Like `Json`, but may be replaced. */
type MutableJson<T> = ColumnType<T, string, string>;

/** Tables of applications, as the newest migration leaves them. */
export interface ApplicationTables {
  applications: {
    id: string;
    number: string;
    form: FormId;
    organisation_id: string;
    unit_id: string | null;
    filer: MutableJson<Filer>;
    filer_account_id: string | null;
    filer_subject_hash: string | null;
    subject_account_id: string | null;
    subject_person_id: string | null;
    subject_name: string;
    is_for_another: boolean;
    form_values: MutableJson<FormValues>;
    route: MutableJson<Stage[]>;
    status: ApplicationStatus;
    stage: Stage | null;
    letter_number: string | null;
    letter_date: TaipeiDay | null;
    letter_agency: string | null;
    letter_attachment_id: string | null;
    effective_day: TaipeiDay | null;
    version: number;
    drafted_at: Date;
    submitted_at: Date | null;
    executed_at: Date | null;
    archived_at: Date | null;
  };
  application_acts: {
    id: string;
    application_id: string;
    version: number;
    kind: ActKind;
    stage: Stage | null;
    duty: Duty | null;
    actor: MutableJson<Filer>;
    role: GatewayRole | null;
    on_behalf_of: string | null;
    note: string;
    at: Date;
    values_sha256: string;
    signature: Uint8Array | null;
  };
  application_attachments: {
    id: string;
    position: Generated<number>;
    application_id: string;
    kind: AttachmentKind;
    file_name: string;
    media_type: string;
    size: number;
    sha256: string;
    added_at: Date;
    bytes: Uint8Array;
  };
  archived_definitions: { application_id: string; definition: string };
  application_years: { form: FormId; year: number; base: number };
  scheduled_changes: {
    id: string;
    application_id: string;
    account_id: string;
    due_day: TaipeiDay;
    ordered_by: string;
    ordered_at: Date;
    state: ScheduledChangeState;
    ended_at: Date | null;
    because: string | null;
  };
}
