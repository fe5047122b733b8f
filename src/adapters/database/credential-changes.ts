import type { Transaction } from 'kysely';
import type { BindingRequest } from '../../accounts/binding-request.ts';
import type { OneDayPassword } from '../../accounts/one-day-password.ts';
import type {
  AttemptCount,
  AttemptKind,
  ChosenPassword,
  CredentialChanges,
  InitialSecret,
} from '../../flows/ports/credentials.ts';
import { fromOneDayPassword } from './credential-rows.ts';
import { CredentialReads, KEPT_PASSWORDS } from './credentials.ts';
import type { Tables } from './schema.ts';

/** Writes of credentials, in one transaction. */
export class CredentialWrites extends CredentialReads implements CredentialChanges {
  readonly #transaction: Transaction<Tables>;

  constructor(transaction: Transaction<Tables>) {
    super(transaction);
    this.#transaction = transaction;
  }

  async issueInitialSecret({ id, accountId, hash, issuedAt, expiresAt, issuedBy }: InitialSecret): Promise<void> {
    await this.#transaction
      .updateTable('initial_secrets')
      .set({ replaced_at: issuedAt })
      .where('account_id', '=', accountId)
      .where('used_at', 'is', null)
      .where('replaced_at', 'is', null)
      .execute();
    const times = { issued_at: issuedAt, expires_at: expiresAt, used_at: null, replaced_at: null };
    await this.#transaction
      .insertInto('initial_secrets')
      .values({ id, account_id: accountId, hash, issued_by: issuedBy, ...times })
      .execute();
  }

  async useInitialSecret(id: string, at: Date): Promise<void> {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('initial_secrets')
      .set({ used_at: at })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No open initial secret ${id}.`);
  }

  async insertPassword({ id, accountId, kind, hash, chosenAt }: ChosenPassword): Promise<void> {
    if (kind === 'permanent') await this.endPassword(accountId, chosenAt);
    await this.#transaction
      .insertInto('passwords')
      .values({ id, account_id: accountId, kind, hash, chosen_at: chosenAt, ended_at: null })
      .execute();
    const last = await this.listLastPasswords(accountId);
    if (last.length < KEPT_PASSWORDS) return;
    await this.#transaction
      .deleteFrom('passwords')
      .where('account_id', '=', accountId)
      .where(
        'id',
        'not in',
        last.map(each => each.id),
      )
      // The permanent one stays however many days' passwords came after it.
      .where(of => of.or([of('kind', '=', 'one-day'), of('ended_at', 'is not', null)]))
      .execute();
  }

  async endPassword(accountId: string, at: Date): Promise<void> {
    await this.#transaction
      .updateTable('passwords')
      .set({ ended_at: at })
      .where('account_id', '=', accountId)
      .where('kind', '=', 'permanent')
      .where('ended_at', 'is', null)
      .execute();
  }

  async enableOneDayPassword(password: OneDayPassword): Promise<void> {
    await this.#transaction
      .updateTable('one_day_passwords')
      .set({ replaced_at: password.enabledAt })
      .where('account_id', '=', password.accountId)
      .where('day', '=', password.day)
      .where('replaced_at', 'is', null)
      .execute();
    await this.#transaction.insertInto('one_day_passwords').values(fromOneDayPassword(password)).execute();
  }

  async updateOneDayPassword(password: OneDayPassword): Promise<void> {
    const { hash, changedAt, logins, lastLoginAt } = password;
    const { numUpdatedRows } = await this.#transaction
      .updateTable('one_day_passwords')
      .set({ hash, changed_at: changedAt, logins, last_login_at: lastLoginAt })
      .where('id', '=', password.id)
      .where('replaced_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No one-day password ${password.id} that counts.`);
  }

  async countAttempt(
    subjectId: string,
    kind: AttemptKind,
    at: Date,
    rule: { readonly attempts: number; readonly lockMs: number },
  ): Promise<AttemptCount & { readonly wasLocked: boolean }> {
    const before = await this.findAttempts(subjectId, kind);
    if (before?.lockedUntil && before.lockedUntil > at) return { ...before, wasLocked: true };
    const attempts = before === undefined || before.lockedUntil !== null ? 1 : before.attempts + 1;
    const lockedUntil = attempts >= rule.attempts ? new Date(at.getTime() + rule.lockMs) : null;
    const values = { attempts, locked_until: lockedUntil };
    await this.#transaction
      .insertInto('password_attempts')
      .values({ subject_id: subjectId, kind, ...values })
      .onConflict(conflict => conflict.constraint('password_attempts_unique').doUpdateSet(values))
      .execute();
    return { attempts, lockedUntil, wasLocked: false };
  }

  async clearAttempts(subjectId: string, kind: AttemptKind): Promise<void> {
    await this.#transaction
      .deleteFrom('password_attempts')
      .where('subject_id', '=', subjectId)
      .where('kind', '=', kind)
      .execute();
  }

  async acknowledgeRules(accountId: string, rulesVersion: string, at: Date): Promise<void> {
    await this.#transaction
      .insertInto('rules_acknowledgements')
      .values({ account_id: accountId, version: rulesVersion, acknowledged_at: at })
      .onConflict(conflict => conflict.constraint('rules_acknowledgements_unique').doNothing())
      .execute();
  }

  async requestBinding(request: BindingRequest): Promise<void> {
    await this.replaceWaitingRequest(request.accountId);
    await this.#transaction
      .insertInto('binding_requests')
      .values({
        id: request.id,
        account_id: request.accountId,
        kind: request.kind,
        issuer_key_identifier: request.issuerKeyIdentifier,
        subject_serial_number: request.subjectSerialNumber,
        spki_sha256: request.spkiSha256,
        certificate_sha256: request.certificateSha256,
        certificate_der: request.certificateDer,
        not_after: request.notAfter,
        holder_name: request.holderName,
        holder_last_four: request.holderLastFour,
        mismatches: JSON.stringify(request.mismatches),
        requested_at: request.requestedAt,
        state: request.state,
        decided_by: request.decidedBy,
        decided_at: request.decidedAt,
        note: request.note,
      })
      .execute();
  }

  async replaceWaitingRequest(accountId: string): Promise<void> {
    await this.#transaction
      .updateTable('binding_requests')
      .set({ state: 'replaced' })
      .where('account_id', '=', accountId)
      .where('state', '=', 'waiting')
      .execute();
  }

  async decideBindingRequest(id: string, decision: Parameters<CredentialChanges['decideBindingRequest']>[1]) {
    const { numUpdatedRows } = await this.#transaction
      .updateTable('binding_requests')
      .set({
        state: decision.state,
        decided_by: decision.decidedBy,
        decided_at: decision.decidedAt,
        note: decision.note,
      })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`No binding request ${id} that waits.`);
  }
}
