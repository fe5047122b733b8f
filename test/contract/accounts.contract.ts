import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import { aBinding, aGrant, anAccount, anOrganisation, aUnit, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

/** Accounts and bindings: what goes in comes out, and what nobody has is not found. */
export function describeAccounts(store: () => TestDatabase): void {
  describe('accounts', () => {
    test('what was written is read back, value for value', async () => {
      const organisation = anOrganisation({ name: '臺北市政府𠮷' });
      const unit = aUnit(organisation);
      const account = anAccount(organisation, {
        unitId: unit.id,
        roles: ['checker', 'unit-head'],
        lastLoginAt: new Date('2026-03-02T23:59:59.999Z'),
      });
      const grants = [
        aGrant(account, { validUntil: '2026-02-28', validFrom: '2025-01-31' }),
        aGrant(account, { systemId: 'business' }),
      ];
      await store().write(async changes => {
        await changes.insertOrganisation(organisation);
        await changes.insertUnit(unit);
        await changes.insertPerson({ id: account.personId, name: account.name });
        await changes.insertAccount(account);
        for (const grant of grants) await changes.insertGrant(grant);
      });

      expect(await store().database.accounts.findOrganisation(organisation.id)).toEqual(organisation);
      expect(await store().database.accounts.findOrganisationByCode(organisation.code)).toEqual(organisation);
      expect(await store().database.accounts.findUnit(unit.id)).toEqual(unit);
      expect(await store().database.accounts.findAccountByLoginName(account.loginName)).toEqual(account);
      expect(await store().database.accounts.findAccess(account.id)).toEqual({ account, grants });
      expect(await store().database.accounts.listAccounts()).toContainEqual(account);
    });

    test.each(['not-a-uuid', '', '\0', `${randomUUID()} `, randomUUID()])(
      'id %j that nobody has finds nothing',
      async id => {
        expect(await store().database.accounts.findAccess(id)).toBeUndefined();
        expect(await store().database.accounts.findOrganisation(id)).toBeUndefined();
        expect(await store().database.accounts.findUnit(id)).toBeUndefined();
        expect(await store().database.accounts.listBindings(id)).toEqual([]);
        expect(await store().database.events.listEvents({ accountId: id, limit: 1 })).toEqual([]);
      },
    );

    test.each(['nobody', '', '\0', "x' or '1'='1", 'A'.repeat(200)])(
      'name %j that nobody has finds nothing',
      async text => {
        expect(await store().database.accounts.findAccountByLoginName(text)).toBeUndefined();
        expect(await store().database.accounts.findOrganisationByCode(text)).toBeUndefined();
      },
    );

    test('a new account has no grant (D1-041)', async () => {
      const { account } = await commitAccount(store().database);
      expect((await store().database.accounts.findAccess(account.id))?.grants).toEqual([]);
    });

    test('accounts are listed by login name, deleted ones too, and counted', async () => {
      const before = await store().database.accounts.countAccounts();
      const { account: second } = await commitAccount(store().database, {
        loginName: `zz_${randomBytes(4).toString('hex')}`,
      });
      const { account: first } = await commitAccount(store().database, {
        loginName: `zz1${randomBytes(4).toString('hex')}`,
        state: 'deleted',
      });
      const names = (await store().database.accounts.listAccounts()).map(account => account.loginName);
      expect(names.slice(-2)).toEqual([first.loginName, second.loginName]);
      expect(await store().database.accounts.countAccounts()).toBe(before + 2);
    });

    test('state, roles and last login are replaced', async () => {
      const { account } = await commitAccount(store().database, { roles: ['registrar', 'checker'] });
      const at = new Date('2026-05-05T05:05:05.005Z');
      await store().write(async changes => {
        await changes.setAccountState(account.id, 'suspended');
        await changes.setRoles(account.id, ['auditor']);
        await changes.setLastLogin(account.id, at);
      });
      const found = await store().database.accounts.findAccountByLoginName(account.loginName);
      expect(found).toEqual({ ...account, state: 'suspended', roles: ['auditor'], lastLoginAt: at });
    });

    test('a change to an account that does not exist is a fault, not a silence', async () => {
      await expect(store().write(changes => changes.setAccountState(randomUUID(), 'suspended'))).rejects.toThrow(
        'No account',
      );
      await expect(store().write(changes => changes.setLastLogin(randomUUID(), new Date()))).rejects.toThrow(
        'No account',
      );
      await expect(store().write(changes => changes.setRoles(randomUUID(), ['auditor']))).rejects.toThrow(
        StatementFault,
      );
    });

    test('an account has the name of its person or is refused', async () => {
      const { organisation } = await commitAccount(store().database);
      const account = anAccount(organisation);
      await expect(
        store().write(async changes => {
          await changes.insertPerson({ id: account.personId, name: 'somebody else' });
          await changes.insertAccount(account);
        }),
      ).rejects.toThrow('No person');
    });
  });

  describe('bindings', () => {
    test('a binding is found by its whole key and no other (DESIGN rule 3)', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      await store().write(changes => changes.insertBinding(binding));
      expect(await store().database.accounts.findBinding(binding)).toEqual(binding);
      for (const field of ['issuerKeyIdentifier', 'subjectSerialNumber', 'spkiSha256'] as const) {
        const other = { ...binding, [field]: binding[field].replace(/^./, digit => (digit === '0' ? '1' : '0')) };
        expect(await store().database.accounts.findBinding(other)).toBeUndefined();
      }
    });

    test('the certificate comes back as plain bytes', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account, { certificateDer: Uint8Array.from({ length: 256 }, (_, index) => index) });
      await store().write(changes => changes.insertBinding(binding));
      const found = await store().database.accounts.findBinding(binding);
      expect(found?.certificateDer.constructor).toBe(Uint8Array);
      expect(found?.certificateDer).toEqual(binding.certificateDer);
    });

    test('the keys of all bindings are listed, ended ones and those of other accounts too', async () => {
      const { account } = await commitAccount(store().database);
      const { account: another } = await commitAccount(store().database);
      const bindings = [aBinding(account), aBinding(account), aBinding(another)];
      await store().write(async changes => {
        const before = await changes.listBoundKeys();
        for (const binding of bindings) await changes.insertBinding(binding);
        expect(await changes.listBoundKeys()).toHaveLength(before.length + bindings.length);
      });
      const ended = bindings[1]?.id;
      await store().execute('update certificate_bindings set ended_at = $1 where id = $2', [new Date(), ended]);
      const listed = await store().database.accounts.listBoundKeys();
      for (const { spkiSha256, subjectSerialNumber, certificateDer } of bindings)
        expect(listed).toContainEqual({ spkiSha256, subjectSerialNumber, certificateDer });
    });

    test('D1-089 an account has had a card once one was bound, also after its end', async () => {
      const { account } = await commitAccount(store().database);
      expect(await store().database.accounts.hasHadCard(account.id)).toBe(false);
      const binding = aBinding(account);
      await store().write(changes => changes.insertBinding(binding));
      expect(await store().database.accounts.hasHadCard(account.id)).toBe(true);
      await store().write(changes => changes.endBinding(binding.id, new Date()));
      expect(await store().database.accounts.hasHadCard(account.id)).toBe(true);
    });

    test('live bindings are listed newest first; an ended one is neither listed nor found', async () => {
      const { account } = await commitAccount(store().database);
      const old = aBinding(account, { boundAt: new Date('2026-01-01T00:00:00Z') });
      const newer = aBinding(account, { boundAt: new Date('2026-01-02T00:00:00Z') });
      const ended = aBinding(account);
      await store().write(async changes => {
        for (const binding of [old, newer, ended]) await changes.insertBinding(binding);
      });
      await store().execute('update certificate_bindings set ended_at = $1 where id = $2', [new Date(), ended.id]);
      expect(await store().database.accounts.listBindings(account.id)).toEqual([newer, old]);
      expect(await store().database.accounts.findBinding(ended)).toBeUndefined();
    });

    test('a renewal replaces the certificate and keeps the key', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      const { certificateSha256, certificateDer, notAfter } = aBinding(account, {
        notAfter: new Date('2036-01-01T00:00:00Z'),
      });
      await store().write(async changes => {
        await changes.insertBinding(binding);
        await changes.renewBinding(binding.id, { certificateSha256, certificateDer, notAfter });
      });
      const found = await store().database.accounts.findBinding(binding);
      expect(found).toEqual({ ...binding, certificateSha256, certificateDer, notAfter });
    });

    test('a binding that has ended is not renewed', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      await store().write(changes => changes.insertBinding(binding));
      await store().execute('update certificate_bindings set ended_at = $1 where id = $2', [new Date(), binding.id]);
      await expect(store().write(changes => changes.renewBinding(binding.id, binding))).rejects.toThrow(
        'No live binding',
      );
    });
  });
}
