import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import { UniquenessFault, type DatabaseChanges } from '../../src/flows/ports.ts';
import { aBinding, aGrant, anAccount, anOrganisation, aUnit, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

/** Rules that hold whatever program writes: they are in the schema itself. */
export function describeSchema(store: () => TestDatabase): void {
  describe('what the schema itself refuses', () => {
    const refusal = async (work: (changes: DatabaseChanges) => Promise<void>): Promise<unknown> => {
      try {
        await store().write(work);
      } catch (error) {
        if (error instanceof UniquenessFault) return error.constraint;
        if (error instanceof StatementFault) return error.constraint;
        throw error;
      }
      return 'nothing was refused';
    };

    test('two accounts of one login name, the first one deleted or not', async () => {
      for (const state of ['active', 'deleted'] as const) {
        const { organisation, account } = await commitAccount(store().database, { state });
        const other = anAccount(organisation, { loginName: account.loginName });
        const constraint = await refusal(async changes => {
          await changes.insertPerson({ id: other.personId, name: other.name });
          await changes.insertAccount(other);
        });
        expect(constraint).toBe('accounts_login_name_unique');
      }
    });

    test.each(['pending-activation', 'active', 'suspended'] as const)(
      'a second live account of a person beside one that is %s (D1-086)',
      async state => {
        const { organisation, account } = await commitAccount(store().database, { state });
        const second = anAccount(organisation, { personId: account.personId });
        expect(await refusal(changes => changes.insertAccount(second))).toBe('accounts_one_live_per_person');
      },
    );

    test('not a new account of a person whose old one is deleted', async () => {
      const { organisation, account } = await commitAccount(store().database, { state: 'deleted' });
      const second = anAccount(organisation, { personId: account.personId });
      expect(await refusal(changes => changes.insertAccount(second))).toBe('nothing was refused');
      expect(await refusal(changes => changes.setAccountState(account.id, 'active'))).toBe(
        'accounts_one_live_per_person',
      );
    });

    test('a card on two accounts, also under another subject (D1-086)', async () => {
      const { account } = await commitAccount(store().database);
      const { account: other } = await commitAccount(store().database);
      const binding = aBinding(account);
      expect(await refusal(changes => changes.insertBinding(binding))).toBe('nothing was refused');
      const same = aBinding(other, { ...binding, id: randomUUID(), accountId: other.id });
      const sameKey = aBinding(other, { spkiSha256: binding.spkiSha256 });
      expect(await refusal(changes => changes.insertBinding(same))).toBe('certificate_bindings_one_live_per_key');
      expect(await refusal(changes => changes.insertBinding(sameKey))).toBe('certificate_bindings_one_live_per_key');
    });

    test('not a card whose earlier binding has ended', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      await store().write(changes => changes.insertBinding(binding));
      await store().execute('update certificate_bindings set ended_at = $1 where id = $2', [new Date(), binding.id]);
      expect(await refusal(changes => changes.insertBinding({ ...binding, id: randomUUID() }))).toBe(
        'nothing was refused',
      );
    });

    test('a second ministry, and two organisations or units of one code', async () => {
      const ministry = anOrganisation({ kind: 'ministry' });
      const unit = aUnit(ministry);
      await store().write(async changes => {
        await changes.insertOrganisation(ministry);
        await changes.insertUnit(unit);
      });
      const twin = anOrganisation({ code: ministry.code });
      expect(await refusal(changes => changes.insertOrganisation(anOrganisation({ kind: 'ministry' })))).toBe(
        'organisations_one_ministry',
      );
      expect(await refusal(changes => changes.insertOrganisation(twin))).toBe('organisations_code_unique');
      expect(await refusal(changes => changes.insertUnit(aUnit(ministry, { code: unit.code })))).toBe(
        'units_code_unique',
      );
      const elsewhere = anOrganisation();
      expect(
        await refusal(async changes => {
          await changes.insertOrganisation(elsewhere);
          await changes.insertUnit(aUnit(elsewhere, { code: unit.code }));
        }),
      ).toBe('nothing was refused');
    });

    test('an account in a unit of another organisation', async () => {
      const { organisation } = await commitAccount(store().database);
      const elsewhere = anOrganisation();
      const unit = aUnit(elsewhere);
      const account = anAccount(organisation, { unitId: unit.id });
      const constraint = await refusal(async changes => {
        await changes.insertOrganisation(elsewhere);
        await changes.insertUnit(unit);
        await changes.insertPerson({ id: account.personId, name: account.name });
        await changes.insertAccount(account);
      });
      expect(constraint).toBe('accounts_unit_of_organisation');
    });

    test('a grant that ends before it begins, or says no reason (D1-041)', async () => {
      const { account } = await commitAccount(store().database);
      const backwards = aGrant(account, { validFrom: '2026-03-02', validUntil: '2026-03-01' });
      const oneDay = aGrant(account, { validFrom: '2026-03-01', validUntil: '2026-03-01' });
      expect(await refusal(changes => changes.insertGrant(backwards))).toBe('system_grants_term');
      expect(await refusal(changes => changes.insertGrant(aGrant(account, { reason: '' })))).toBe(
        'system_grants_reason_present',
      );
      expect(await refusal(changes => changes.insertGrant(oneDay))).toBe('nothing was refused');
    });

    test.each([
      ['accounts_state_known', "update accounts set state = 'retired'"],
      ['accounts_login_name_form', "update accounts set login_name = 'Ab'"],
      ['account_roles_role_known', "update account_roles set role = 'king'"],
      ['organisations_kind_known', "update organisations set kind = 'company'"],
      ['certificate_bindings_spki_form', 'update certificate_bindings set spki_sha256 = upper(spki_sha256)'],
    ])('%s: a value that this version does not know', async (constraint, statement) => {
      const { account } = await commitAccount(store().database);
      await store().write(changes =>
        changes.insertBinding(
          aBinding(account, { spkiSha256: 'ab'.repeat(32).replace(/^.{16}/, randomBytes(8).toString('hex')) }),
        ),
      );
      await expect(store().execute(statement)).rejects.toMatchObject({ sqlState: '23514', constraint });
    });
  });
}
