import type { Generated } from 'kysely';
import type { PersonnelStatus } from '../../accounts/personnel.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { NoticeState } from '../../flows/ports/operations.ts';
import type { NoticeLanguage } from '../../notices/notice.ts';
import type { NoticeTemplate } from '../../notices/templates.ts';

/** Tables of operations, as the newest migration leaves them. */
export interface OperationTables {
  notices: {
    id: string;
    account_id: string | null;
    to_address: string | null;
    template: NoticeTemplate;
    language: NoticeLanguage;
    subject: string;
    body: string;
    text_version: string;
    created_at: Date;
    state: NoticeState;
    failed_attempts: Generated<number>;
    next_attempt_at: Date | null;
    last_problem: string | null;
    settled_at: Date | null;
    settled_by: string | null;
  };
  job_leases: {
    name: string;
    holder: string;
    fence: number;
    free_from: Date;
    last_completed_day: TaipeiDay | null;
    last_completed_at: Date | null;
    last_problem: string | null;
  };
  personnel_imports: {
    id: string;
    organisation_id: string;
    imported_by: string;
    importer_id: string | null;
    imported_at: Date;
    file_sha256: string;
    record_count: number;
  };
  personnel_records: {
    import_id: string;
    line: number;
    employee_number: string;
    name: string;
    id_last_four: string | null;
    login_name: string | null;
    unit_code: string | null;
    status: PersonnelStatus;
    effective_day: TaipeiDay | null;
    title: string | null;
    email: string | null;
  };
  account_checks: {
    id: string;
    organisation_id: string;
    opened_at: Date;
    due_day: TaipeiDay;
    closed_at: Date | null;
    closed_by: string | null;
    note: string | null;
    import_id: string | null;
  };
  dormancy_exemptions: {
    id: string;
    account_id: string;
    reason: string;
    until: TaipeiDay;
    exempted_by: string;
    exempted_at: Date;
  };
  dormancy_warnings: { account_id: string; idle_since: Date; warned_on: TaipeiDay };
  dormancy_runs: {
    id: string;
    day: TaipeiDay;
    rule: string;
    started_at: Date;
    warned: number;
    acted: number;
    kept: number;
  };
}
