import type { Kysely, Transaction } from 'kysely';
import type { AssertionKeyChanges, AssertionKeyReader } from '../../flows/ports/assertion-keys.ts';
import type { AssertionKey } from '../../http-fields/assertion-keys.ts';
import type { Tables } from './schema.ts';

/** Which keys sign assertions, and when. */
export class AssertionKeyRows implements AssertionKeyReader {
  readonly #database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.#database = database;
  }

  async listKeys(): Promise<AssertionKey[]> {
    const rows = await this.#database
      .selectFrom('assertion_keys')
      .selectAll()
      .orderBy('signs_from')
      .orderBy('kid')
      .execute();
    return rows.map(row => ({
      kid: row.kid,
      madeAt: row.made_at,
      signsFrom: row.signs_from,
      publishedUntil: row.published_until,
    }));
  }
}

export class AssertionKeyWrites extends AssertionKeyRows implements AssertionKeyChanges {
  readonly #transaction: Transaction<Tables>;

  constructor(transaction: Transaction<Tables>) {
    super(transaction);
    this.#transaction = transaction;
  }

  async insertKey({ kid, madeAt, signsFrom, publishedUntil }: AssertionKey): Promise<void> {
    await this.#transaction
      .insertInto('assertion_keys')
      .values({ kid, made_at: madeAt, signs_from: signsFrom, published_until: publishedUntil })
      .execute();
  }

  async endKeys(kids: readonly string[], publishedUntil: Date): Promise<void> {
    if (kids.length === 0) return;
    await this.#transaction
      .updateTable('assertion_keys')
      .set({ published_until: publishedUntil })
      .where('kid', 'in', kids)
      .where(row => row.or([row('published_until', 'is', null), row('published_until', '>', publishedUntil)]))
      .execute();
  }

  async deleteKey(kid: string): Promise<void> {
    await this.#transaction.deleteFrom('assertion_keys').where('kid', '=', kid).execute();
  }
}
