import type { Kysely, Transaction } from 'kysely';
import type { OperationChanges, OperationReader } from '../../flows/ports/operations.ts';
import type { Notice } from '../../notices/notice.ts';
import type { Tables } from './schema.ts';

export class OperationReads implements OperationReader {
  protected readonly database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.database = database;
  }
}

export class OperationWrites extends OperationReads implements OperationChanges {
  async insertNotice(notice: Notice): Promise<void> {
    const { id, accountId, toAddress, template, language, subject, body, textVersion, createdAt } = notice;
    await this.database
      .insertInto('notices')
      .values({
        id,
        account_id: accountId,
        to_address: toAddress,
        template,
        language,
        subject,
        body,
        text_version: textVersion,
        created_at: createdAt,
      })
      .execute();
  }
}
