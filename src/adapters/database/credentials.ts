import { sql, type Kysely, type Transaction } from 'kysely';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { OneDayPassword } from '../../accounts/one-day-password.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type {
  AttemptCount,
  AttemptKind,
  ChosenPassword,
  CredentialReader,
  InitialSecret,
} from '../../flows/ports/credentials.ts';
import { toBindingRequest, toInitialSecret, toOneDayPassword, toPassword } from './credential-rows.ts';
import type { Tables } from './schema.ts';
import { isUuid } from './uuid.ts';

/** As many as the rule against reuse asks for (D1-153). */
export const KEPT_PASSWORDS = 3;

export class CredentialReads implements CredentialReader {
  readonly #database: Kysely<Tables> | Transaction<Tables>;

  constructor(database: Kysely<Tables> | Transaction<Tables>) {
    this.#database = database;
  }

  async findInitialSecret(accountId: string): Promise<InitialSecret | undefined> {
    const row = await this.#database
      .selectFrom('initial_secrets')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('used_at', 'is', null)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    return row && toInitialSecret(row);
  }

  async findLastInitialSecret(accountId: string): Promise<InitialSecret | undefined> {
    const row = await this.#database
      .selectFrom('initial_secrets')
      .selectAll()
      .where('account_id', '=', accountId)
      // Two of one instant: the one that counts is the newer.
      .orderBy('issued_at', 'desc')
      .orderBy('replaced_at', order => order.desc().nullsFirst())
      .limit(1)
      .executeTakeFirst();
    return row && toInitialSecret(row);
  }

  async findPassword(accountId: string): Promise<ChosenPassword | undefined> {
    const row = await this.#database
      .selectFrom('passwords')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('kind', '=', 'permanent')
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return row && toPassword(row);
  }

  async listLastPasswords(accountId: string): Promise<ChosenPassword[]> {
    const rows = await this.#database
      .selectFrom('passwords')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('chosen_at', 'desc')
      .orderBy('id', 'desc')
      .limit(KEPT_PASSWORDS)
      .execute();
    return rows.map(toPassword);
  }

  async findOneDayPassword(accountId: string, day: TaipeiDay): Promise<OneDayPassword | undefined> {
    const row = await this.#database
      .selectFrom('one_day_passwords')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('day', '=', day)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    return row && toOneDayPassword(row);
  }

  async listOneDayPasswords(filter: {
    readonly accountId?: string;
    readonly from: TaipeiDay;
    readonly to: TaipeiDay;
  }): Promise<OneDayPassword[]> {
    const { accountId } = filter;
    const rows = await this.#database
      .selectFrom('one_day_passwords')
      .selectAll()
      .where('day', '>=', filter.from)
      .where('day', '<=', filter.to)
      .$if(accountId !== undefined, query => query.where('account_id', '=', accountId ?? ''))
      .orderBy('day', 'desc')
      .orderBy('enabled_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toOneDayPassword);
  }

  async findAttempts(subjectId: string, kind: AttemptKind): Promise<AttemptCount | undefined> {
    const row = await this.#database
      .selectFrom('password_attempts')
      .select(['attempts', 'locked_until'])
      .where('subject_id', '=', subjectId)
      .where('kind', '=', kind)
      .executeTakeFirst();
    return row && { attempts: row.attempts, lockedUntil: row.locked_until };
  }

  async hasAcknowledged(accountId: string, rulesVersion: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('rules_acknowledgements')
      .select('account_id')
      .where('account_id', '=', accountId)
      .where('version', '=', rulesVersion)
      .executeTakeFirst();
    return row !== undefined;
  }

  async listUnacknowledged(rulesVersion: string): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('accounts')
      .leftJoin('rules_acknowledgements', join =>
        join
          .onRef('rules_acknowledgements.account_id', '=', 'accounts.id')
          .on('rules_acknowledgements.version', '=', rulesVersion),
      )
      .select('accounts.id')
      .where('accounts.state', '=', 'active')
      .where('rules_acknowledgements.account_id', 'is', null)
      .orderBy(sql`accounts.login_name collate "C"`)
      .execute();
    return rows.map(row => row.id);
  }

  async findBindingRequest(id: string): Promise<BindingRequest | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#database.selectFrom('binding_requests').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toBindingRequest(row);
  }

  async findWaitingRequest(accountId: string): Promise<BindingRequest | undefined> {
    const row = await this.#database
      .selectFrom('binding_requests')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    return row && toBindingRequest(row);
  }

  async findLastRequest(accountId: string): Promise<BindingRequest | undefined> {
    const row = await this.#database
      .selectFrom('binding_requests')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('requested_at', 'desc')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return row && toBindingRequest(row);
  }

  async listWaitingRequests(): Promise<BindingRequest[]> {
    const rows = await this.#database
      .selectFrom('binding_requests')
      .selectAll()
      .where('state', '=', 'waiting')
      .orderBy('requested_at')
      .orderBy('id')
      .execute();
    return rows.map(toBindingRequest);
  }
}
