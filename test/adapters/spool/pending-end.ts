import { randomUUID } from 'node:crypto';
import type { PendingEnd } from '../../../src/flows/ports/pending-ends.ts';

/** An end as the database being away leaves it. */
export function aPendingEnd(changes: Partial<PendingEnd> = {}): PendingEnd {
  const reference = randomUUID();
  const at = new Date('2026-04-01T02:00:00.001Z');
  const by = { kind: 'command-line', osUser: 'gateway', declaredName: '王\n小明' } as const;
  return {
    reference,
    end: { reason: 'administrator', at, by, note: '離職\u2028' },
    event: {
      id: randomUUID(),
      code: 'session.ended',
      at,
      actor: by,
      accountId: randomUUID(),
      systemId: null,
      sessionReference: reference,
      requestId: 'r-1',
      clientAddress: '192.0.2.1',
      facts: { reason: 'administrator', note: '離職', count: 1, isLate: true, nothing: null },
    },
    ...changes,
  };
}
