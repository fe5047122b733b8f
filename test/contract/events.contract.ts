import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { anEvent } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

/** The record of events: complete, in order, only ever added to. */
export function describeEvents(store: () => TestDatabase): void {
  describe('events', () => {
    test('are read back value for value, whoever acted', async () => {
      const accountId = randomUUID();
      const actors = [
        { kind: 'account', accountId },
        { kind: 'unidentified' },
        { kind: 'gateway' },
        { kind: 'command-line', osUser: 'gateway', declaredName: null },
        { kind: 'command-line', osUser: 'gateway', declaredName: '王小明' },
      ] as const;
      const events = actors.map((actor, index) =>
        anEvent({
          actor,
          accountId,
          at: new Date(Date.UTC(2026, 0, 1, 0, 0, index, index)),
          systemId: 'company',
          sessionReference: 's-1',
          requestId: 'r-1',
          clientAddress: '2001:db8::1',
          facts: { 原因: '遺失 "卡片"\\\n', tries: 3, share: 0.1, known: false, missing: null },
        }),
      );
      for (const event of events) await store().database.record([event]);
      expect(await store().database.events.listEvents({ accountId, limit: 10 })).toEqual(events.reverse());
    });

    test('those of one instant are listed in the order of their record, newest first', async () => {
      const accountId = randomUUID();
      const [first, ...others] = Array.from({ length: 40 }, () => anEvent({ accountId })) as [
        AuditEvent,
        ...AuditEvent[],
      ];
      const last = anEvent({ accountId });
      await store().database.record([first, ...others]);
      await store().database.record([last]);
      const listed = await store().database.events.listEvents({ accountId, limit: 40 });
      expect(listed).toEqual([last, ...others.toReversed()]);
    });

    test('are listed by code, and by a code that does not exist not at all', async () => {
      const accountId = randomUUID();
      const refused = anEvent({ accountId, code: 'login.refused' });
      await store().database.record([anEvent({ accountId }), refused]);
      expect(await store().database.events.listEvents({ accountId, code: 'login.refused', limit: 9 })).toEqual([
        refused,
      ]);
      expect(await store().database.events.listEvents({ accountId, code: 'no.such', limit: 9 })).toEqual([]);
    });

    test.each([0, -1, 1.5, 1_001, Number.NaN])('a list of %s rows is refused', async limit => {
      await expect(store().database.events.listEvents({ limit })).rejects.toThrow(RangeError);
    });

    test('text that the store cannot keep does not keep the event away', async () => {
      const accountId = randomUUID();
      await store().database.record([anEvent({ accountId, requestId: 'a\0b\ud800', facts: { agent: 'c\0d\udfff' } })]);
      const [event] = await store().database.events.listEvents({ accountId, limit: 1 });
      expect(event).toMatchObject({ requestId: 'a\ufffdb\ufffd', facts: { agent: 'c\ufffdd\ufffd' } });
    });

    test.each([
      'update events set at = at',
      'delete from events',
      'delete from events where false',
      'truncate events',
      'insert into events select * from events on conflict (id) do update set at = excluded.at',
    ])('are only ever added: %s', async statement => {
      await store().database.record([anEvent()]);
      await expect(store().execute(statement)).rejects.toThrow(StatementFault);
    });
  });
}
