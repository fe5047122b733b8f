import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { GATEWAY_ROLES } from '../../src/accounts/account.ts';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import { UniquenessFault } from '../../src/flows/ports.ts';
import { aBinding, anEvent, anOrganisation, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

/** One change: all of it with its events, or nothing, also among others at the same time. */
export function describeChanges(store: () => TestDatabase): void {
  describe('changes and their events (DESIGN rule 5)', () => {
    test('both are there, and the result comes back', async () => {
      const organisation = anOrganisation();
      const event = anEvent({ code: 'setup.completed' });
      const result = await store().database.change(async changes => {
        await changes.insertOrganisation(organisation);
        return { result: organisation.id, events: [event] };
      });
      expect(result).toBe(organisation.id);
      expect(await store().database.accounts.findOrganisation(organisation.id)).toEqual(organisation);
      expect(await store().database.events.listEvents({ code: 'setup.completed', limit: 1 })).toEqual([event]);
    });

    test('an event that cannot be written takes the change with it', async () => {
      const recorded = anEvent();
      await store().database.record([recorded]);
      const organisation = anOrganisation();
      const change = store().database.change(async changes => {
        await changes.insertOrganisation(organisation);
        return { result: undefined, events: [anEvent(), anEvent({ id: recorded.id })] };
      });
      await expect(change).rejects.toMatchObject({ name: 'UniquenessFault', constraint: 'events_id_unique' });
      expect(await store().database.accounts.findOrganisation(organisation.id)).toBeUndefined();
    });

    test('work that throws leaves nothing', async () => {
      const organisation = anOrganisation();
      const change = store().write(async changes => {
        await changes.insertOrganisation(organisation);
        throw new Error('on second thoughts');
      });
      await expect(change).rejects.toThrow('on second thoughts');
      expect(await store().database.accounts.findOrganisation(organisation.id)).toBeUndefined();
    });

    test('work that says "unchanged" leaves nothing, whatever it wrote', async () => {
      const organisation = anOrganisation();
      const result = await store().database.change(async changes => {
        await changes.insertOrganisation(organisation);
        return { result: 'never mind', unchanged: true };
      });
      expect(result).toBe('never mind');
      expect(await store().database.accounts.findOrganisation(organisation.id)).toBeUndefined();
    });

    test('work that swallows a refusal cannot commit the rest', async () => {
      const { account } = await commitAccount(store().database);
      const organisation = anOrganisation();
      const change = store().write(async changes => {
        await changes.insertOrganisation(organisation);
        await expect(changes.insertAccount({ ...account, id: randomUUID() })).rejects.toThrow(UniquenessFault);
      });
      await expect(change).rejects.toMatchObject({ sqlState: '25P02' });
      expect(await store().database.accounts.findOrganisation(organisation.id)).toBeUndefined();
    });

    test('work sees its own writes', async () => {
      const organisation = anOrganisation();
      await store().write(async changes => {
        await changes.insertOrganisation(organisation);
        expect(await changes.findOrganisationByCode(organisation.code)).toEqual(organisation);
      });
    });

    test('a fault shows neither rows nor parameters', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      await store().write(changes => changes.insertBinding(binding));
      const fault: unknown = await store()
        .write(changes => changes.insertBinding({ ...binding, id: randomUUID() }))
        .catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(UniquenessFault);
      const { stack, message, cause } = fault as UniquenessFault;
      const everything = JSON.stringify([
        stack,
        message,
        cause,
        (cause as Error).message,
        Object.entries(cause as Error),
      ]);
      expect(everything).not.toContain(binding.spkiSha256);
      expect(everything).not.toContain(binding.subjectSerialNumber);
    });
  });

  describe('changes at the same time', () => {
    test('none is lost: seven add a role each to one account', async () => {
      const { account } = await commitAccount(store().database, { roles: [] });
      const addRole = (role: (typeof GATEWAY_ROLES)[number]) =>
        store().write(async changes => {
          const access = await changes.findAccess(account.id);
          await changes.setRoles(account.id, [...(access?.account.roles ?? []), role]);
        });
      await Promise.all(GATEWAY_ROLES.map(addRole));
      const found = await store().database.accounts.findAccess(account.id);
      expect(found?.account.roles).toEqual([...GATEWAY_ROLES].sort());
    });

    test('of ten bindings of one card, one is made', async () => {
      const { account } = await commitAccount(store().database);
      const binding = aBinding(account);
      const bind = () => store().write(changes => changes.insertBinding({ ...binding, id: randomUUID() }));
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, bind));
      expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(UniquenessFault);
      }
    });

    test.each(['40001', '40P01'])('a conflict (%s) is tried again until it gets through', async sqlState => {
      let runs = 0;
      const conflict = () => {
        runs += 1;
        if (runs <= 12) return Promise.reject(new StatementFault(sqlState, 'conflict', null));
        return Promise.resolve({ result: 'through', unchanged: true } as const);
      };
      expect(await store().database.change(conflict)).toBe('through');
      expect(runs).toBe(13);
    });

    test('a conflict without end is given up, and the store stays usable', { timeout: 40_000 }, async () => {
      let runs = 0;
      const conflict = () => {
        runs += 1;
        return Promise.reject(new StatementFault('40001', 'conflict', null));
      };
      await expect(store().database.change(conflict)).rejects.toMatchObject({ sqlState: '40001' });
      expect(runs).toBeGreaterThan(12);
      await store().database.ping();
    });

    test('nothing else is tried again', async () => {
      let runs = 0;
      const refused = () => {
        runs += 1;
        return Promise.reject(new StatementFault('23514', 'no', 'some_check'));
      };
      await expect(store().database.change(refused)).rejects.toThrow(StatementFault);
      expect(runs).toBe(1);
    });
  });
}
