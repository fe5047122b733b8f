import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StatementFault } from '../../src/adapters/database/faults.ts';
import type { AccessRecord } from '../../src/audit/access-record.ts';
import type { AccessRecordFilter } from '../../src/flows/ports/access-records.ts';
import type { TestDatabase } from './test-database.ts';

const AT = new Date('2026-05-06T07:08:09.010Z');

export function anAccessRecord(changes: Partial<AccessRecord> = {}): AccessRecord {
  return {
    id: randomUUID(),
    at: AT,
    requestId: randomUUID(),
    channel: 'http',
    accountId: randomUUID(),
    sessionReference: randomUUID(),
    authentication: 'card',
    systemId: 'company',
    method: 'GET',
    path: '/cases/查詢',
    named: [],
    purpose: null,
    caseNumber: null,
    decision: { allow: true, reason: 'role-granted', rule: 1 },
    outcome: 'complete',
    status: 200,
    bytesIn: 0,
    bytesOut: 1_024,
    durationMs: 12,
    clientAddress: '192.0.2.1',
    ...changes,
  };
}

export function describeAccessRecords(store: () => TestDatabase): void {
  describe('access records', () => {
    const records = () => store().database.accessRecords;
    const list = (filter: AccessRecordFilter, limit = 1_000) =>
      records().listAccessRecords(filter, { after: null, limit });

    test('come back as they were written (D2-059)', async () => {
      const accountId = randomUUID();
      const plain = anAccessRecord({ accountId });
      const full = anAccessRecord({
        accountId,
        at: new Date(AT.getTime() + 1),
        channel: 'websocket',
        authentication: 'one-day-password',
        named: [
          { as: 'subject', parameter: 'idNo', masked: 'A1••••••89', mark: 'k.1' },
          { as: 'case', parameter: 'caseNo', masked: '11••34', mark: 'k.2' },
        ],
        purpose: 'inspection',
        caseNumber: '商字第1140001234號',
        decision: { allow: false, reason: 'rule-denies', rule: 12 },
        outcome: 'broken-off',
        status: null,
        bytesIn: 5_000_000_000,
        bytesOut: 6_000_000_000,
        durationMs: 40_000_000_000,
      });
      await records().insertAccessRecords([plain, full]);
      expect(await list({ accountId })).toEqual([full, plain]);
    });

    test('a record that is there already is left as it stands, and the others are written', async () => {
      const [first, second] = [anAccessRecord(), anAccessRecord()];
      await records().insertAccessRecords([first]);
      await records().insertAccessRecords([{ ...first, status: 500 }, second]);
      expect(await list({ accountId: first.accountId })).toEqual([first]);
      expect(await list({ accountId: second.accountId })).toEqual([second]);
    });

    test('all are written or none; what cannot be a record is a fault of the records', async () => {
      const good = anAccessRecord();
      const bad = anAccessRecord({ accountId: 'nobody' });
      await expect(records().insertAccessRecords([good, bad])).rejects.toThrow(StatementFault);
      expect(await list({ accountId: good.accountId })).toEqual([]);
    });

    test('no text that a stranger sends keeps one from being written', async () => {
      const accountId = randomUUID();
      const path = '/a\0b"\\\ud800{}[]\u2028;drop table access_records--';
      await records().insertAccessRecords([anAccessRecord({ accountId, path, method: "X'" })]);
      expect(await list({ accountId })).toMatchObject([
        { path: '/a\ufffdb"\\\ufffd{}[]\u2028;drop table access_records--', method: "X'" },
      ]);
    });

    test('are found by each thing that a filter names, and by all of them together', async () => {
      const named = [{ as: 'subject', parameter: 'idNo', masked: '••', mark: randomUUID() }] as const;
      const other = [{ ...named[0], as: 'case' }] as const;
      const record = anAccessRecord({ named, systemId: 'factory' });
      const { accountId, sessionReference, systemId, requestId } = record;
      await records().insertAccessRecords([record, anAccessRecord({ named: other }), anAccessRecord()]);
      const by = { as: 'subject', mark: named[0].mark } as const;
      for (const filter of [{ accountId }, { sessionReference }, { requestId }, { named: by }]) {
        expect(await list(filter)).toEqual([record]);
      }
      const until = new Date(AT.getTime() + 1);
      const all = { accountId, sessionReference, systemId, requestId, named: by, from: AT, until };
      expect(await list(all)).toEqual([record]);
      for (const wrong of [
        { systemId: 'company' },
        { from: until },
        { until: AT },
        { named: { ...by, mark: 'another' } },
        { accountId: 'nobody' },
        { sessionReference: 'none' },
      ]) {
        expect(await list({ ...all, ...wrong })).toEqual([]);
      }
    });

    test('pages follow each other without gap or repetition, also among records of one instant', async () => {
      const accountId = randomUUID();
      const written = Array.from({ length: 7 }, (_, index) =>
        anAccessRecord({ accountId, at: new Date(AT.getTime() + (index < 5 ? 0 : index)) }),
      );
      await records().insertAccessRecords(written);
      const seen: AccessRecord[] = [];
      for (;;) {
        const page = await records().listAccessRecords({ accountId }, { after: seen.at(-1) ?? null, limit: 2 });
        seen.push(...page);
        if (page.length < 2) break;
      }
      expect(seen).toHaveLength(7);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
      expect(seen.map(({ at }) => at.getTime())).toEqual(seen.map(({ at }) => at.getTime()).sort((a, b) => b - a));
      await expect(list({}, 0)).rejects.toThrow(RangeError);
      await expect(list({}, 1_001)).rejects.toThrow(RangeError);
    });

    test('a thousand go in one statement, not more; none is nothing', async () => {
      const accountId = randomUUID();
      const many = Array.from({ length: 1_000 }, () => anAccessRecord({ accountId }));
      await records().insertAccessRecords(many);
      await records().insertAccessRecords([]);
      expect(await list({ accountId })).toHaveLength(1_000);
      await expect(records().insertAccessRecords([...many, anAccessRecord()])).rejects.toThrow(RangeError);
    });

    test('those from before an instant are removed, oldest first, in a change', async () => {
      const accountId = randomUUID();
      const before = new Date('2001-01-01T00:00:00Z');
      const old = anAccessRecord({ accountId, at: new Date(before.getTime() - 1) });
      const kept = anAccessRecord({ accountId, at: before });
      await records().insertAccessRecords([old, kept]);
      let removed = 0;
      await store().write(async changes => {
        removed = await changes.accessRecords.deleteAccessRecordsBefore(before);
        expect(await changes.accessRecords.listAccessRecords({ accountId }, { after: null, limit: 9 })).toEqual([kept]);
      });
      expect(removed).toBe(1);
      expect(await list({ accountId })).toEqual([kept]);
    });
  });
}
