import { z } from 'zod';
import { EVENT_CATALOGUE, type EventCode } from '../../audit/event.ts';
import type { PendingEnd } from '../../flows/ports/pending-ends.ts';
import { SESSION_END_REASONS } from '../../sessions/session.ts';

const instant = z.iso.datetime().transform(text => new Date(text));

const actor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), accountId: z.uuid() }),
  z.strictObject({ kind: z.literal('unidentified') }),
  z.strictObject({ kind: z.literal('gateway') }),
  z.strictObject({ kind: z.literal('command-line'), osUser: z.string(), declaredName: z.string().nullable() }),
]);

const pendingEnd = z.strictObject({
  reference: z.uuid(),
  end: z.strictObject({
    reason: z.enum(SESSION_END_REASONS),
    at: instant,
    by: actor,
    note: z.string().nullable(),
  }),
  event: z.strictObject({
    id: z.uuid(),
    code: z.custom<EventCode>(code => typeof code === 'string' && Object.hasOwn(EVENT_CATALOGUE, code)),
    at: instant,
    actor,
    accountId: z.uuid().nullable(),
    systemId: z.string().nullable(),
    sessionReference: z.string().nullable(),
    requestId: z.string().nullable(),
    clientAddress: z.string().nullable(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
});

/** One line of JSON, without the line's end. */
export function writePendingEnd(end: PendingEnd): string {
  return JSON.stringify(end);
}

/** The end that a line stands for; undefined unless it is exactly one. */
export function readPendingEnd(line: string): PendingEnd | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return pendingEnd.safeParse(value).data;
}
