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
  };
}
